// The file of the snapshot: there where the configuration asks for it, as it should be, and otherwise not.
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Client from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
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
import { testSome } from '../../support/some-of.js'

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

test('without replay, one that is missing exports none, and one that is there stays', async () => {
  const settings = replayed(HISTORY, { snapshot: true })
  const without = { ...settings, replay: false }
  expect(await write(without)).toEqual(['generated/snapshot.ts written'])
  expect(textOf(without)).toContain('export const snapshot: undefined = undefined')
  const checked = await generateHere(without, { write: false })
  expect(checked.diagnostics).toEqual([])
  expect(await write(settings)).toEqual(['generated/snapshot.ts written'])

  const made = textOf(settings)
  addFiles(settings.root, { 'migrations/003_d.sql': step('CREATE TABLE d (e)', 'DROP TABLE d') })
  expect(await write(without)).toEqual([])
  expect(textOf(settings)).toBe(made)
  rmSync(join(settings.out, 'snapshot.ts'))
  const missing = await generateHere(without, { write: false })
  expect(missing.diagnostics.map(({ code }) => code)).toEqual(['GENERATED_MISSING'])
  expect(await write(without)).toEqual(['generated/snapshot.ts written'])
})

describe('is withheld of what may do something else in each database', () => {
  const withheld: [string, string][] = [
    [
      "export const up = (db) => db.exec(`INSERT INTO a VALUES ('${process.env.HOME}')`)",
      'more than run its own SQL',
    ],
    [
      "export const up = (db) => { if (db.memory) db.exec('SELECT 1') }",
      'more than run its own SQL',
    ],
    [
      "export const up = (db) => db.exec('CREATE TABLE d AS SELECT CURRENT_DATE AS e')",
      'CURRENT_DATE',
    ],
    [
      "export const up = (db) => db.exec('INSERT INTO a SELECT b FROM a ORDER BY random()')",
      'random()',
    ],
    [
      "export const up = (db) => db.exec('INSERT INTO a SELECT file FROM pragma_database_list')",
      'pragma_database_list',
    ],
    [
      "export const up = (db) => db.exec('INSERT INTO a SELECT name FROM _migrations')",
      '_migrations',
    ],
    [
      "export const up = (db) => db.exec('INSERT INTO a SELECT count(*) FROM sqlite_schema')",
      'sqlite_schema',
    ],
    [
      "export const up = (db) => db.exec('INSERT INTO a VALUES (total_changes())')",
      'total_changes',
    ],
    [
      "export const up = (db) => db.exec('INSERT INTO a VALUES (last_insert_rowid())')",
      'last_insert_rowid',
    ],
  ]
  testSome(withheld)('%s', async (code, reason) => {
    const text = `export const irreversible = 'no'\n${code}\n`
    const settings = replayed({ ...HISTORY, 'migrations/003_d.ts': text }, { snapshot: true })
    expect(await write(settings)).toContain('REPLAY_SNAPSHOT_WITHHELD migrations/003_d.ts')
    expect(textOf(settings)).toContain(reason)
  })
  test('and not of code that hands literal SQL to `db.exec`, nor of declared changes', async () => {
    const settings = replayed(
      {
        ...HISTORY,
        'migrations/003_d.ts':
          "export const irreversible = 'no'\nexport const up = (db) => db.exec('CREATE TABLE d (at DEFAULT CURRENT_TIMESTAMP); INSERT INTO d DEFAULT VALUES; UPDATE d SET at = at WHERE rowid = last_insert_rowid()')\n",
        'migrations/004_e.ts':
          "import { defineMigration } from 'lockstep/better-sqlite3'\nexport default defineMigration({ alter: { a: { add: { c: 'TEXT' } } }, down: 'auto' })\n",
      },
      { snapshot: true },
    )
    expect(await write(settings)).toEqual(['generated/snapshot.ts written'])
    expect(textOf(settings)).toContain('INSERT INTO "d" (rowid) VALUES')
  })
})

test('without migrations there is nothing to begin with, and the file is there', async () => {
  const settings = replayed({ 'migrations/.keep': '' }, { snapshot: true })
  expect(await write(settings)).toContain('generated/snapshot.ts written')
  expect(textOf(settings)).toContain('export const snapshot: undefined = undefined')
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
  expect(text).toContain('// There is none: what `random()` returns may be different there')
  expect(text).toMatch(/exports\.snapshot = undefined/)
})
