// The checksums of the fixtures are those of `golden.json`, whatever compiler computes them: ledgers in the field hold such
// values. `UPDATE_GOLDEN=1 npx vitest run test/codegen/checksum/golden` writes the file anew. A changed value means that
// every ledger has to be stamped again: raise the version in `codegen/checksum/digest.ts` with it.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { checksum } from '../../../codegen/checksum/checksum.js'
import { lineages } from '../../../codegen/checksum/lineage.js'
import type { Checksums } from '../../../codegen/model/migration.js'
import { projectRoot } from '../../support/project-root.js'
import { fixtures } from './fixtures.js'
import { readFolder } from '../parse/read-folder.js'

const file = join(projectRoot, 'test/codegen/checksum/golden.json')

type Golden = Record<string, Checksums & { readonly lineage: string }>

function computed(): Golden {
  const { migrations, discovery } = readFolder(fixtures)
  const digested = migrations.map((migration) => ({
    version: migration.version,
    checksums: checksum(migration, discovery),
  }))
  const histories = lineages(
    digested.map(({ version, checksums }) => ({ version, checksum: checksums.up })),
  )
  return Object.fromEntries(
    digested.map(({ version, checksums }, at) => [
      version,
      { ...checksums, lineage: histories[at]! },
    ]),
  )
}

test('the checksums are those that were kept', () => {
  const now = computed()
  if (process.env['UPDATE_GOLDEN']) writeFileSync(file, `${JSON.stringify(now, null, 2)}\n`)
  expect(now).toEqual(JSON.parse(readFileSync(file, 'utf8')))
})
