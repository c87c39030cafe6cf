// Generating with replay: the digests in the registry, the files about the schema, and how it goes together with
// generating without.
import { existsSync, readdirSync, readFileSync, rmSync, unlinkSync } from 'node:fs'
import { join } from 'node:path'
import Client from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { loadModule } from '../../../codegen/bundle/load-module.js'
import type { GenerateSettings } from '../../../codegen/model/settings.js'
import type { Database } from '../../../src/database/better-sqlite3/handle.js'
import { testMigrations } from '../../../src/testing/migrations.js'
import type { Digests, Registry } from '../../../src/model/registry.js'
import { registryOf } from '../../../src/cli/database/registry-exports.js'
import { withDigests } from '../../support/replayed.js'
import { code, replayed, table } from '../replay/project.js'
import { generateHere } from '../proven/prove-project.js'
import { addFiles } from '../../support/project.js'
import { processesHere } from '../../support/processes-here.js'
import { testSome } from '../../support/some-of.js'

processesHere()

const HISTORY = {
  'migrations/001_a.sql': table('a'),
  'migrations/002_b.ts': code("db.exec('ALTER TABLE a ADD COLUMN name TEXT')"),
  'migrations/003_c.sql':
    '-- migrate:up\nDROP TABLE a;\nCREATE VIEW "v\n2" AS SELECT 1 AS one;\n' +
    '-- irreversible: the rows are gone\n-- lockstep-ignore TABLE_DROPPED: nobody needs it\n',
  'migrations/004_d.ts': code("db.exec('SELECT 1')"),
}

const ALL = ['registry.ts', 'schema.sql', 'schema.ts', 'SCHEMA.md']

const write = (settings: GenerateSettings) => generateHere(settings, { write: true })
const judge = (settings: GenerateSettings) => generateHere(settings, { write: false })
const without = (settings: GenerateSettings): GenerateSettings => ({ ...settings, replay: false })

const read = ({ out }: GenerateSettings, name = 'registry.ts'): string =>
  readFileSync(join(out, name), 'utf8')

const states = ({ files }: { files: readonly { state: string }[] }): string[] =>
  files.map(({ state }) => state)

const codes = ({ diagnostics }: { diagnostics: readonly { code: string }[] }): string[] =>
  diagnostics.map(({ code: found }) => found)

async function generated(files: Record<string, string> = HISTORY): Promise<GenerateSettings> {
  const settings = replayed(files, { schemaPage: true })
  const result = await write(settings)
  expect(result.diagnostics.filter(({ severity }) => severity === 'error')).toEqual([])
  return settings
}

const registryIn = async ({ out, root }: GenerateSettings): Promise<Registry<Database>> =>
  registryOf(await loadModule(join(out, 'registry.ts'), root))! as unknown as Registry<Database>

/** The second leaves an index behind, and the third cannot be undone at all. */
const ONE_WAY = {
  'migrations/001_a.sql': table('a'),
  'migrations/002_b.sql':
    '-- migrate:up\nCREATE TABLE b (id INTEGER PRIMARY KEY);\nCREATE INDEX a_id ON a (id);\n-- migrate:down\nDROP TABLE b;\n',
  'migrations/003_c.sql':
    '-- migrate:up\nALTER TABLE a ADD COLUMN c TEXT;\n-- migrate:down\nALTER TABLE a DROP COLUMN d;\n',
  'migrations/004_d.sql': table('d'),
}
const acknowledge = (text: string, line: string): string => text.replace(/\n/, `\n${line}\n`)
const ACKNOWLEDGED = {
  ...ONE_WAY,
  'migrations/002_b.sql': acknowledge(
    ONE_WAY['migrations/002_b.sql'],
    '-- lockstep-ignore DOWN_NOT_INVERSE: the index may stay\n-- lockstep-ignore REPLAY_UP_AGAIN_FAILED: so it is',
  ),
  'migrations/003_c.sql': acknowledge(
    ONE_WAY['migrations/003_c.sql'],
    '-- lockstep-ignore REPLAY_DOWN_FAILED: nobody has gone back',
  ),
}

describe('what is acknowledged about ways back', () => {
  const acknowledgedIn = async (settings: GenerateSettings): Promise<unknown[]> =>
    (await registryIn(settings)).map(({ acknowledged }) => acknowledged)
  const triedOf = async (settings: GenerateSettings): Promise<readonly number[]> =>
    testMigrations(await registryIn(settings), {
      open: () => new Client(':memory:'),
    }).expectReversible()

  test('stands in the registry, and tests of the history leave it out', async () => {
    const settings = await generated(ACKNOWLEDGED)
    expect(await acknowledgedIn(settings)).toEqual([
      undefined,
      ['DOWN_NOT_INVERSE', 'REPLAY_UP_AGAIN_FAILED'],
      ['REPLAY_DOWN_FAILED'],
      undefined,
    ])
    expect(await triedOf(settings)).toEqual([1, 4])
  })

  test('is also what has been released', async () => {
    const settings = { ...replayed(ONE_WAY), released: 3 }
    expect((await write(settings)).ok).toBe(true)
    expect(await triedOf(settings)).toEqual([1, 4])
  })

  test('is not what is told as a warning', async () => {
    const text = ONE_WAY['migrations/002_b.sql'].replace('INDEX a', 'INDEX IF NOT EXISTS a')
    const files = { 'migrations/001_a.sql': table('a'), 'migrations/002_b.sql': text }
    const settings = { ...replayed(files), rules: { DOWN_NOT_INVERSE: 'warning' } as const }
    const { ok, diagnostics } = await write(settings)
    expect(ok).toBe(true)
    expect(diagnostics).toContainEqual(
      expect.objectContaining({ code: 'DOWN_NOT_INVERSE', severity: 'warning' }),
    )
    expect(await acknowledgedIn(settings)).toEqual([undefined, undefined])
  })
})

describe('the registry', () => {
  test('has the digests that running the migrations gives', async () => {
    const registry = await registryIn(await generated())
    const bare = registry.map(
      ({ schemaDigest: _digest, schemaChanges: _changes, ...entry }) => entry,
    )
    expect(registry).toHaveLength(4)
    expect(withDigests(bare)).toEqual(registry)
  })

  test('has them beside its entries, by version', async () => {
    const { out, root } = await generated()
    const { registry, digests } = await loadModule(join(out, 'registry.ts'), root)
    expect(Object.keys((registry as Registry)[0]!).slice(5, 7)).toEqual(['lineage', 'reversible'])
    expect(Object.keys(digests as Digests)).toEqual(['1', '2', '3', '4'])
    expect(Object.keys((digests as Digests)[1]!)).toEqual(['schemaDigest', 'schemaChanges'])
  })

  test('is not written when replay finds an error', async () => {
    const settings = await generated()
    const before = read(settings)
    addFiles(settings.root, { 'migrations/005_e.sql': '-- irreversible: no\nSELECT gone;\n' })
    const result = await write(settings)
    expect(result).toMatchObject({ ok: false, files: [], migrations: 5, head: 5 })
    expect(result.diagnostics).toMatchObject([{ file: 'migrations/005_e.sql', severity: 'error' }])
    expect(read(settings)).toBe(before)
  })

  test('is empty for an empty folder, and needs no client for that', async () => {
    const settings = replayed({ 'migrations/.keep': '' })
    rmSync(join(settings.root, 'node_modules'), { recursive: true })
    expect(await write(settings)).toMatchObject({ ok: true, migrations: 0 })
    expect(await judge(settings)).toMatchObject({ ok: true })
  })
})

describe('the generated files', () => {
  test('are all written, and all unchanged after that', async () => {
    const settings = await generated()
    expect(readdirSync(settings.out).sort()).toEqual([...ALL].sort())
    expect(states(await write(settings))).toEqual(ALL.map(() => 'unchanged'))
    expect(states(await judge(settings))).toEqual(ALL.map(() => 'unchanged'))
  })

  testSome(ALL)('come back with the same bytes where %s was deleted', async (name) => {
    const settings = await generated()
    const before = read(settings, name)
    unlinkSync(join(settings.out, name))
    expect(codes(await judge(settings))).toContain('GENERATED_MISSING')
    expect(states(await write(settings)).filter((state) => state === 'written')).toHaveLength(1)
    expect(read(settings, name)).toBe(before)
  })

  test('are missed also where nothing but the memory of them is left', async () => {
    const settings = await generated()
    rmSync(settings.out, { recursive: true })
    expect(codes(await judge(settings))).toEqual(ALL.map(() => 'GENERATED_MISSING'))
  })
})

describe('without replay', () => {
  test('nothing is written about the schema, and the registry has no digests', async () => {
    const settings = without(replayed(HISTORY))
    expect(states(await write(settings))).toEqual(['written'])
    expect(readdirSync(settings.out)).toEqual(['registry.ts'])
    expect(read(settings)).not.toContain('schemaDigest')
  })

  test('a registry with digests is right, and stays as it is', async () => {
    const settings = await generated()
    const before = read(settings)
    rmSync(join(settings.root, 'node_modules/.cache'), { recursive: true })
    expect(await judge(without(settings))).toMatchObject({ ok: true })
    expect(states(await write(without(settings)))).toEqual(['unchanged'])
    expect(read(settings)).toBe(before)
  })

  test('what was remembered with replay is good enough', async () => {
    const settings = await generated()
    await write(settings)
    expect(states(await judge(without(settings)))).toEqual(ALL.map(() => 'unchanged'))
  })

  test('what was remembered is not good enough with it', async () => {
    const settings = replayed(HISTORY)
    await write(without(settings))
    await write(without(settings))
    const result = await judge(settings)
    expect(result.ok).toBe(false)
    expect(codes(result)).toContain('GENERATED_UNPROVEN')
    expect(result.diagnostics.map(({ message }) => message).join()).toContain(
      'generated/registry.ts was generated without replay (`--no-replay`)',
    )
    expect(states(await write(settings))[0]).toBe('written')
    expect(await judge(settings)).toMatchObject({ ok: true })
  })

  test('an edited digest makes it stale, and a changed migration does', async () => {
    const settings = await generated()
    addFiles(settings.root, {
      'generated/registry.ts': read(settings).replace(/schemaDigest: .1:./, "schemaDigest: '1:z"),
    })
    expect(codes(await judge(settings))).toEqual(['GENERATED_STALE'])
    addFiles(settings.root, { 'migrations/001_a.sql': table('a').replace('KEY)', 'KEY, n INT)') })
    expect(codes(await judge(without(settings)))).toContain('GENERATED_STALE')
  })
})

test('what migrations import from elsewhere is looked at also when nothing else has changed', async () => {
  const settings = await generated({
    'migrations/001_a.ts': code(
      'db.exec(`CREATE TABLE ${NAME} (id INTEGER PRIMARY KEY)`)',
      "import { NAME } from '../src/name.js'",
    ),
    'src/name.ts': "export const NAME = 'one'\n",
  })
  await write(settings)
  addFiles(settings.root, { 'src/name.ts': "export const NAME = 'other'\n" })
  expect(await judge(settings)).toMatchObject({ ok: false })
  await write(settings)
  expect(read(settings)).toContain('table other')
  expect(existsSync(join(settings.out, 'schema.sql'))).toBe(true)
})
