// Records of migrations: what was generated can be run although its file is gone or edited.
import Database from 'better-sqlite3'
import {
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { generateHere } from '../proven/prove-project.js'
import type { GenerateSettings } from '../../../codegen/model/settings.js'
import * as records from '../../../codegen/records/find-record.js'
import { recordFolder, type RecordKey } from '../../../codegen/records/record-folder.js'
import { loadModule } from '../../../codegen/bundle/load-module.js'
import type { Registry, RegistryEntry } from '../../../src/model/registry.js'
import * as driver from '../../../src/drivers/better-sqlite3.js'
import { registryOf as registryExported } from '../../../src/cli/database/registry-exports.js'
import { sideOf } from '../../../src/plan/scripts.js'
import { addFiles, settingsFor, temporaryProject, type Files } from '../../support/project.js'

const DOOR = "import { defineMigration, type Handle } from 'lockstep/better-sqlite3'\n"

/** One migration in each form; each makes a table of its name and drops it. */
const FORMS: Files = {
  'migrations/001_object.ts': `${DOOR}import { drop } from './_drop.js'
export default defineMigration({ up(db) { db.exec('CREATE TABLE object (x)') }, down(db) { drop(db, 'object') } })`,
  'migrations/002_sql.ts': `${DOOR}export default defineMigration({ up: 'CREATE TABLE sql (x)', down: ['DROP TABLE sql', 'SELECT 1'] })`,
  'migrations/003_exports.ts': `import type { Handle } from 'lockstep/better-sqlite3'
export const transaction = false
export function up(db: Handle) { db.exec('CREATE TABLE exports (x)') }
export function down(db: Handle) { db.exec('DROP TABLE exports') }`,
  'migrations/004_class.ts': `import { Migration, type Handle } from 'lockstep/better-sqlite3'
export default class A extends Migration {
  version = '004'
  readonly table = 'class'
  up(db: Handle) { db.exec('CREATE TABLE class (x)') }
  down(db: Handle) { db.exec(\`DROP TABLE \${this.table}\`) }
}`,
  'migrations/005_file.sql':
    '-- migrate:up\\nCREATE TABLE file (x);\\n-- migrate:down\\nDROP TABLE file;\\n'.replaceAll(
      '\\n',
      '\n',
    ),
  'migrations/006-007_list.ts': `import { defineMigrations } from 'lockstep/better-sqlite3'
export default defineMigrations([
  { version: 6, name: 'one', up: 'CREATE TABLE one (x)', down: 'DROP TABLE one' },
  { version: 7, name: 'two', sql: 'CREATE TABLE two (x)', irreversible: 'a test' },
])`,
  'migrations/_drop.ts': `import type { Handle } from 'lockstep/better-sqlite3'
export const drop = (db: Handle, table: string): void => db.exec(\`DROP TABLE \${table}\`)`,
  'node_modules/.keep': '',
}

async function generated(
  files: Files = FORMS,
  stated: Partial<GenerateSettings> = {},
): Promise<GenerateSettings> {
  const settings = settingsFor(temporaryProject(files), stated)
  const { diagnostics } = await generateHere(settings, { write: true })
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([])
  return settings
}

const keyOf = ({ version, checksum, downChecksum }: RegistryEntry<never>): RecordKey => ({
  version,
  checksum,
  downChecksum: downChecksum ?? null,
})

const findRecord = (
  key: RecordKey,
  settings: GenerateSettings,
  {
    appliedAt = new Date().toISOString(),
    refuse = () => {},
  }: { readonly appliedAt?: string; readonly refuse?: (what: unknown) => void } = {},
): records.KeptStep | null =>
  records.findRecord({ ...key, appliedAt }, settings, {
    doors: { 'lockstep/better-sqlite3': { ...driver } },
    toolkit: driver.toolkit,
    refuse,
  })

async function registryOf(settings: GenerateSettings): Promise<Registry<never>> {
  const exports = await loadModule(join(settings.out, 'registry.ts'), settings.root)
  return registryExported(exports) as unknown as Registry<never>
}

const recordsOf = (settings: GenerateSettings): string[] =>
  readdirSync(recordFolder(settings)!).sort()

/** What a record's `down` does where its `up` has been. */
function undo({ entry }: records.KeptStep): void {
  const db = new Database(':memory:')
  const run = (direction: 'up' | 'down'): void => {
    const side = sideOf(entry, direction)
    if (!side) throw new RangeError(`${entry.name} has no ${direction}`)
    if ('scripts' in side) db.exec(side.scripts.join(';'))
    else side.code.call(side.owner, db, { columns: () => [] } as never)
  }
  run('up')
  const made = db.prepare('SELECT count(*) FROM sqlite_master').pluck().get()
  run('down')
  expect([made, db.prepare('SELECT count(*) FROM sqlite_master').pluck().get()]).toEqual([1, 0])
  db.close()
}

describe('of every form', () => {
  test('what was generated is run although all files are gone', async () => {
    const settings = await generated()
    const registry = await registryOf(settings)
    rmSync(settings.migrations, { recursive: true })
    rmSync(settings.out, { recursive: true })
    const found = registry.map((entry) => findRecord(keyOf(entry), settings))
    expect(found.map((one) => one?.entry.name)).toEqual(registry.map(({ name }) => name))
    for (const one of found) if (one?.entry.reversible) undo(one)
    expect(found[2]?.entry).toMatchObject({ transaction: false, file: 'migrations/003_exports.ts' })
    expect(found[4]?.entry.at).toEqual(registry[4]?.at)
    expect(found[6]?.entry.irreversible).toBe('a test')
    expect(Date.parse(found[0]!.at)).toBeGreaterThan(Date.now() - 600_000)
  })
  test('it holds what the step makes, where that was proven', async () => {
    const settings = await generated(FORMS, { replay: true })
    const [first] = await registryOf(settings)
    expect(findRecord(keyOf(first!), settings)?.entry.schemaChanges).toEqual(first?.schemaChanges)
  })
  test('it has the tools of ctx where it wants them', async () => {
    const settings = await generated({
      'migrations/001_a.ts': `${DOOR}export default defineMigration({ up(db, ctx) { ctx.rebuild('a', { create: '' }) }, down() {} })`,
      'node_modules/.keep': '',
    })
    const [first] = await registryOf(settings)
    expect(Object.keys(first?.toolkit ?? {})).toEqual(Object.keys(driver.toolkit))
    expect(findRecord(keyOf(first!), settings)?.entry.toolkit).toBe(driver.toolkit)
  })
})

const one = (up: string, down = 'DROP TABLE a'): Files => ({
  'migrations/001_a.ts': `${DOOR}export default defineMigration({ up: '${up}', down: '${down}' })`,
  'node_modules/.keep': '',
})

describe('it is written', () => {
  test('for each meaning that was generated, and those before stay', async () => {
    const settings = await generated(one('CREATE TABLE a (x)'))
    const before = await registryOf(settings)
    addFiles(settings.root, one('CREATE TABLE a (x, y)'))
    await generateHere(settings, { write: true })
    const [now] = await registryOf(settings)
    for (const entry of [before[0]!, now!])
      expect(findRecord(keyOf(entry), settings)?.entry.checksum).toBe(entry.checksum)
    addFiles(settings.root, one('CREATE TABLE a (x, y)', 'DROP TABLE IF EXISTS a'))
    await generateHere(settings, { write: true })
    expect(recordsOf(settings)).toHaveLength(3)
  })
  test('not again while the meaning is the same', async () => {
    const settings = await generated(one('CREATE TABLE a (x)'))
    const [name = ''] = recordsOf(settings)
    utimesSync(join(recordFolder(settings)!, name), 1, 1)
    addFiles(settings.root, one('create table a (x)'))
    await generateHere(settings, { write: true })
    expect(findRecord(keyOf((await registryOf(settings))[0]!), settings)).not.toBeNull()
    expect(recordsOf(settings)).toEqual([name])
  })
  test('again with what it makes, once that is proven', async () => {
    const settings = await generated(one('CREATE TABLE a (x)'))
    await generateHere({ ...settings, replay: true }, { write: true })
    expect(
      recordsOf(settings)
        .map((name) => /\.(\w+)\.json$/.exec(name)?.[1])
        .sort(),
    ).toEqual(['proven', 'unproven'])
    const [entry] = await registryOf(settings)
    expect(findRecord(keyOf(entry!), settings)?.entry.schemaChanges).toEqual({
      'table a': expect.any(String),
    })
    await generateHere(settings, { write: true })
    expect(recordsOf(settings)).toHaveLength(2)
  })
  test('where nothing has changed, but the records are gone', async () => {
    const settings = await generated(one('CREATE TABLE a (x)'))
    rmSync(recordFolder(settings)!, { recursive: true })
    await generateHere(settings, { write: true })
    expect(recordsOf(settings)).toHaveLength(1)
  })
  test('by a check of one who remembers, and by none that forgets', async () => {
    const settings = await generated(one('CREATE TABLE a (x)'))
    const check = async (memory?: string): Promise<boolean> => {
      rmSync(join(settings.root, 'node_modules/.cache'), { recursive: true })
      await generateHere({ ...settings, ...(memory && { memory }) }, { write: false })
      return existsSync(recordFolder(settings)!)
    }
    expect(await check()).toBe(true)
    expect(await check(temporaryProject())).toBe(false)
  })
  test('not of migrations with an error, nor where there is no node_modules', async () => {
    const settings = await generated(one('CREATE TABLE a (x)'))
    addFiles(settings.root, { ...one('CREATE TABLE b (x)'), 'migrations/003_gap.sql': '' })
    await generateHere(settings, { write: true })
    expect(recordsOf(settings)).toHaveLength(1)
    const bare = settingsFor(temporaryProject())
    expect(recordFolder(bare)).toBeNull()
    expect(findRecord({ version: 1, checksum: '1:a', downChecksum: null }, bare)).toBeNull()
  })
  test('and those of the past go when there are too many, the oldest first', async () => {
    const settings = await generated(one('CREATE TABLE a (x)'))
    const folder = recordFolder(settings)!
    for (let index = 0; index < 510; index += 1) {
      addFiles(folder, { [`001-old${index}.whole.1.proven.json`]: '' })
      utimesSync(join(folder, `001-old${index}.whole.1.proven.json`), index, index)
    }
    const present = recordsOf(settings).find((name) => !name.includes('old'))!
    utimesSync(join(folder, present), 0, 0)
    addFiles(settings.root, one('CREATE TABLE a (x, y)'))
    await generateHere(settings, { write: true })
    const left = recordsOf(settings)
    expect(left).toHaveLength(501)
    expect(left).not.toContain('001-old9.whole.1.proven.json')
    expect(left).toContain('001-old10.whole.1.proven.json')
  })
})

/** What the `down` of a record drops. */
function droppedBy(found: records.KeptStep | null): string | undefined {
  const side = found && sideOf(found.entry, 'down')
  let dropped: string | undefined
  const exec = (sql: string): void => void ([, dropped] = /^DROP TABLE (\w+)/.exec(sql) ?? [])
  if (side && 'code' in side) side.code.call(side.owner, { exec } as never, {} as never)
  return dropped
}

/** A time between what was done and what follows. */
async function between(): Promise<string> {
  await new Promise((resolve) => setTimeout(resolve, 3))
  const time = new Date().toISOString()
  await new Promise((resolve) => setTimeout(resolve, 3))
  return time
}

describe('of what its digests are not about', () => {
  const outside = (specifier: string): Files => ({
    'migrations/001_a.ts': `${DOOR}// lockstep-ignore IMPORT_APPLICATION: a test
import { Name } from '${specifier}'
export default defineMigration({
  up(db) { db.exec('CREATE TABLE ' + Name.a) },
  down(db) { db.exec('DROP TABLE ' + Name.a) },
})`,
  })
  const named = (name: string): Files => ({ 'src/name.ts': `export enum Name { a = '${name}' }` })

  test('the code is that which was generated last before it was applied', async () => {
    const settings = await generated({
      ...outside('../src/name.js'),
      ...named('a'),
      'node_modules/.keep': '',
    })
    const key = keyOf((await registryOf(settings))[0]!)
    const times = [await between()]
    for (const name of ['b', 'a', 'c']) {
      addFiles(settings.root, named(name))
      // Whoever migrates looks whether the registry is fresh, and writes nothing else.
      await generateHere(settings, { write: name !== 'b' })
      times.push(await between())
    }
    const found = times.map((appliedAt) => droppedBy(findRecord(key, settings, { appliedAt })))
    expect(found).toEqual(['a', 'b', 'a', 'c'])
    await generateHere(settings, { write: true })
    expect(recordsOf(settings)).toHaveLength(4)
    const appliedAt = new Date(0).toISOString()
    expect(droppedBy(findRecord(key, settings, { appliedAt }))).toBe('a')
  })
  test('what cannot be loaded any more is told of', async () => {
    const settings = await generated({
      ...outside('naming'),
      'node_modules/naming/package.json': '{ "name": "naming", "main": "index.js" }',
      'node_modules/naming/index.js': "exports.Name = { a: 'a' }",
    })
    // Whoever has loaded a package keeps it.
    const registry = readFileSync(join(settings.out, 'registry.ts'), 'utf8')
    const digest = (name: string): string =>
      new RegExp(`\\b${name}: [\\n ]*.(1:\\w+)`).exec(registry)![1]!
    const key = { version: 1, checksum: digest('checksum'), downChecksum: digest('downChecksum') }
    rmSync(join(settings.root, 'node_modules/naming'), { recursive: true })
    const refused: unknown[] = []
    const refuse = (what: unknown): void => void refused.push(what)
    expect(findRecord(key, settings, { refuse })).toBeNull()
    const reason = "Cannot find module 'naming'"
    expect(refused).toEqual([{ version: 1, source: 'Its record', reason }])
  })
})

describe('it is believed', () => {
  test('only under the digests that the ledger has', async () => {
    const settings = await generated(one('CREATE TABLE a (x)'))
    const key = keyOf((await registryOf(settings))[0]!)
    const other = `${key.checksum.slice(0, -1)}${key.checksum.endsWith('0') ? '1' : '0'}`
    expect(findRecord({ ...key, checksum: other }, settings)).toBeNull()
    expect(findRecord({ ...key, downChecksum: null }, settings)).toBeNull()
    const folder = recordFolder(settings)!
    const [name = ''] = recordsOf(settings)
    addFiles(folder, { [name.replace(key.checksum.slice(2), other.slice(2))]: '' })
    expect(findRecord({ ...key, checksum: other }, settings)).toBeNull()
  })
  test('of the same migration under another number as well', async () => {
    const settings = await generated(one('CREATE TABLE a (x)'))
    const key = keyOf((await registryOf(settings))[0]!)
    expect(findRecord({ ...key, version: 7 }, settings)?.entry).toMatchObject({
      version: 7,
      name: 'a',
    })
  })
  test('not where it is damaged, or a link to what another may write', async () => {
    const settings = await generated(one('CREATE TABLE a (x)'))
    const key = keyOf((await registryOf(settings))[0]!)
    const path = join(recordFolder(settings)!, recordsOf(settings)[0]!)
    const elsewhere = join(settings.root, 'elsewhere.json')
    const text = readFileSync(path)
    writeFileSync(elsewhere, text)
    unlinkSync(path)
    symlinkSync(elsewhere, path)
    expect(findRecord(key, settings)).toBeNull()
    unlinkSync(path)
    writeFileSync(path, text)
    expect(findRecord(key, settings)).not.toBeNull()
    writeFileSync(path, String(text).replace('DROP TABLE a', 'DROP TABLE b'))
    expect(findRecord(key, settings)).toBeNull()
  })
})
