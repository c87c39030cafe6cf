// One folder per case in test/fixtures/schema-files: what its SQL files, one a version, lead to is what stands in `expected/`.
// `UPDATE_GOLDEN=1 npx vitest run test/codegen/render/schema` writes `expected/` anew; read the difference before committing.
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { RegistryItem } from '../../../../codegen/model/registry-item.js'
import { schemaFiles } from '../../../../codegen/render/schema/schema-files.js'
import type { GenerateSettings } from '../../../../codegen/model/settings.js'
import { settleFile } from '../../../../codegen/write/settle-file.js'
import { diffSchemas } from '../../../../src/schema/diff-schema.js'
import { projectRoot } from '../../../support/project-root.js'
import { runTool } from '../../../support/run-program.js'
import { settingsFor, temporaryProject } from '../../../support/project.js'
import { loadScript, proveScripts } from './prove-scripts.js'

const fixtures = join(projectRoot, 'test/fixtures/schema-files')
const names = readdirSync(fixtures, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)

/** The SQL of a case, by file name. */
function historyOf(name: string): [string, string][] {
  const files = readdirSync(join(fixtures, name)).filter((file) => file.endsWith('.sql'))
  return files.sort().map((file) => [file, readFileSync(join(fixtures, name, file), 'utf8')])
}

/** The part of a registry item that the page about the schema shows. */
const items = (files: readonly string[]): RegistryItem[] =>
  files.map((file, at) => {
    const name = file.replace(/^\d+_|\.sql$/g, '')
    return { migration: { version: at + 1, name } } as RegistryItem
  })

function wantedFiles(name: string, stated: Partial<GenerateSettings> = {}) {
  const root = temporaryProject({
    '.prettierrc': '{ "semi": false, "singleQuote": true, "printWidth": 100 }',
  })
  const history = historyOf(name)
  const proven = proveScripts(...history.map(([, sql]) => sql))
  const settings = settingsFor(root, { schemaPage: true, ...stated })
  return {
    ...proven,
    files: schemaFiles(proven.proof, items(history.map(([file]) => file)), settings),
  }
}

const readTexts = (folder: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(folder).map((file) => [file, readFileSync(join(folder, file), 'utf8')]),
  )

describe.each(names)('%s', (name) => {
  const { files, schema } = wantedFiles(name)
  const folder = join(files[0]!.path, '..')
  const expected = join(fixtures, name, 'expected')

  test('gives what is expected', async () => {
    for (const file of files) {
      const { state, diagnostics } = await settleFile(file, { write: true })
      expect([state, diagnostics]).toEqual(['written', []])
    }
    const texts = readTexts(folder)
    if (process.env['UPDATE_GOLDEN']) {
      rmSync(expected, { recursive: true, force: true })
      mkdirSync(expected, { recursive: true })
      for (const [file, text] of Object.entries(texts)) writeFileSync(join(expected, file), text)
    }
    expect(texts).toEqual(readTexts(expected))
  })

  test('is unchanged the second time, for writing and for checking', async () => {
    const times = files.map(({ path }) => statSync(path).mtimeMs)
    for (const file of files) {
      const unchanged = { state: 'unchanged', current: true, diagnostics: [] }
      expect(await settleFile(file, { write: true })).toEqual(unchanged)
      expect(await settleFile(file, { write: false })).toEqual(unchanged)
    }
    expect(files.map(({ path }) => statSync(path).mtimeMs)).toEqual(times)
  })

  test('has in its SQL the schema of the history', () => {
    const { schema: loaded } = loadScript(readFileSync(join(expected, 'schema.sql'), 'utf8'))
    expect(diffSchemas(schema, loaded)).toEqual([])
  })
})

test('there are cases', () => expect(names.length).toBeGreaterThanOrEqual(5))

test('all expected types compile, and so does what is done with them', async () => {
  const { code, stdout } = await runTool('typescript/bin/tsc', '-p', fixtures, '--pretty', 'false')
  expect([code, stdout]).toEqual([0, ''])
})

describe('settings', () => {
  const namesOf = (stated: Partial<GenerateSettings>): string[] =>
    wantedFiles(names[0]!, stated).files.map(({ file }) => file)

  test('without a page', () => {
    expect(namesOf({ schemaPage: false })).toEqual(['generated/schema.sql', 'generated/schema.ts'])
  })

  test('declarations beside a registry in JavaScript', () => {
    expect(namesOf({ schemaPage: false, language: 'js' })).toEqual([
      'generated/schema.sql',
      'generated/schema.d.ts',
    ])
  })
})
