// The file of the snapshot: there where the configuration asks for it, as it should be, and otherwise not.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Client from 'better-sqlite3'
import { expect, test } from 'vitest'
import { loadModule } from '../../../codegen/bundle/load-module.js'
import type { GenerateSettings } from '../../../codegen/model/settings.js'
import { registryOf } from '../../../src/cli/database/registry-exports.js'
import type { Database } from '../../../src/database/better-sqlite3/handle.js'
import { migrate } from '../../../src/drivers/better-sqlite3.js'
import type { Registry } from '../../../src/model/registry.js'
import type { Snapshot } from '../../../src/model/snapshot.js'
import { processesHere } from '../../support/processes-here.js'
import { addFiles } from '../../support/project.js'
import { generateHere } from '../proven/prove-project.js'
import { replayed } from '../replay/project.js'

processesHere()

const step = (up: string, down: string): string =>
  `-- migrate:up\n${up};\n-- migrate:down\n${down};\n`

const HISTORY = {
  'migrations/001_a.sql': step(
    "CREATE TABLE a (b);\nINSERT INTO a VALUES ('x`${y}\n')",
    'DROP TABLE a',
  ),
  'migrations/002_c.sql': step('CREATE INDEX c ON a (b)', 'DROP INDEX c'),
}

async function write(settings: GenerateSettings): Promise<string[]> {
  const { files, diagnostics } = await generateHere(settings, { write: true })
  return [
    ...files.flatMap(({ file, state }) => (file.includes('snapshot') ? [`${file} ${state}`] : [])),
    ...diagnostics.map(({ code, file }) => `${code} ${file}`),
  ]
}

const textOf = ({ out }: GenerateSettings, name = 'snapshot.ts'): string =>
  readFileSync(join(out, name), 'utf8')

test('it is written, kept up to date, and removed', async () => {
  const settings = replayed(HISTORY, { snapshot: true })
  expect(await write(settings)).toEqual(['generated/snapshot.ts written'])
  expect(await write(settings)).toEqual(['generated/snapshot.ts unchanged'])
  const { snapshot } = (await loadModule(join(settings.out, 'snapshot.ts'), settings.root)) as {
    readonly snapshot: Snapshot
  }
  const registry = registryOf(await loadModule(join(settings.out, 'registry.ts'), settings.root))
  const db = new Client(':memory:') as Database
  const events: string[] = []
  migrate(db, registry as unknown as Registry<Database>, {
    snapshot,
    onEvent: ({ type }) => void events.push(type),
  })
  expect(events).toContain('snapshot')
  expect(db.prepare('SELECT b FROM a').all()).toEqual([{ b: 'x`${y}\n' }])

  addFiles(settings.root, { 'migrations/003_d.sql': step('CREATE TABLE d (e)', 'DROP TABLE d') })
  const stale = await generateHere(settings, { write: false })
  expect(stale.diagnostics.map(({ code, file }) => `${code} ${file}`)).toContain(
    'GENERATED_STALE generated/snapshot.ts',
  )
  expect(await write(settings)).toEqual(['generated/snapshot.ts written'])
  writeFileSync(join(settings.out, 'snapshot.ts'), textOf(settings).replace('(b)', '(b, c)'))
  const edited = await generateHere(settings, { write: false })
  expect(edited.diagnostics.map(({ code }) => code)).toEqual(['GENERATED_EDITED'])

  const { snapshot: _, ...without } = settings
  expect(await write(without)).toEqual(['generated/snapshot.ts removed'])
  expect(existsSync(join(settings.out, 'snapshot.ts'))).toBe(false)
})

test('where there can be none it says why, and exports nothing to begin with', async () => {
  const settings = replayed(
    {
      'package.json': '{"type":"commonjs"}',
      ...HISTORY,
      'migrations/003_d.sql': step('INSERT INTO a SELECT random()', 'DELETE FROM a WHERE b > 0'),
    },
    { snapshot: true, language: 'js' },
  )
  expect(await write(settings)).toEqual([
    'generated/snapshot.js written',
    'REPLAY_SNAPSHOT_WITHHELD migrations/003_d.sql',
    'NOT_DETERMINISTIC migrations/003_d.sql',
  ])
  const text = textOf(settings, 'snapshot.js')
  expect(text).toContain('// There is none: values of a."b" would be other ones at another time')
  expect(text).toMatch(/exports\.snapshot = undefined/)
})
