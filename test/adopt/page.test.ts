// The page about taking over in code: what stands there compiles, and takes over whatever earlier releases have left.
import type Database from 'better-sqlite3'
import { build } from 'esbuild'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { registry } from '../../generated/registry.js'
import { migrate } from '../../src/drivers/better-sqlite3.js'
import { blocksOf, fileOf } from '../package/readme-blocks.js'
import { databases, ledgerIds } from '../support/databases.js'
import { errorOf } from '../support/error-of.js'
import { projectRoot } from '../support/project-root.js'
import { runTool } from '../support/run-program.js'

const page = readFileSync(join(projectRoot, 'docs/adopting-in-code.md'), 'utf8')
const [example] = blocksOf(page, 'In code').map(({ text }) => fileOf(text))
const doors = {
  lockstep: join(projectRoot, 'src/index.ts'),
  'lockstep/better-sqlite3': join(projectRoot, 'src/drivers/better-sqlite3.ts'),
}

// Below node_modules, where the installed packages are found.
const cache = join(projectRoot, 'node_modules', '.cache')
mkdirSync(cache, { recursive: true })
const folder = mkdtempSync(join(cache, 'lockstep-adopt-page-'))
afterAll(() => rmSync(folder, { recursive: true }))

const files = databases()
interface Example {
  openDatabase(path: string): Database.Database
}
let openDatabase: Example['openDatabase']

beforeAll(async () => {
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  mkdirSync(join(folder, 'generated'))
  const generated = JSON.stringify(join(projectRoot, 'generated/registry.js'))
  writeFileSync(join(folder, 'generated/registry.ts'), `export * from ${generated}\n`)
  writeFileSync(join(folder, example!.file), example!.text)
  const outfile = join(folder, 'example.mjs')
  await build({
    entryPoints: [join(folder, example!.file)],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    external: ['better-sqlite3'],
    alias: doors,
  })
  const bundled = (await import(pathToFileURL(outfile).href)) as Example
  openDatabase = bundled.openDatabase
})

/** The file of a release that knew these versions, without any ledger of Lockstep. */
function installed(version: number, sql = ''): string {
  const path = files.path()
  const db = files.open(path)
  migrate(db, registry, { to: version as never })
  db.exec(`DROP TABLE _migrations; DROP TABLE IF EXISTS _migrations_log; ${sql}`)
  db.close()
  return path
}

const rowsOf = (...versions: readonly number[]): string =>
  `CREATE TABLE app_settings (key TEXT PRIMARY KEY, value TEXT); INSERT INTO app_settings VALUES ('theme', 'dark')${registry
    .filter((entry) => versions.includes(entry.version))
    .map(({ version, name }) => `, ('migration_00${version}_${name}', 'completed')`)
    .join('')}`

const LATEST = registry.map(({ version }) => `00${version}`)

describe('is taken over and migrated:', () => {
  test.each([
    ['a release without rows', 2, ''],
    ['a release without rows, and with user_version', 4, 'PRAGMA user_version = 4'],
    ['a user_version of its own', 5, 'PRAGMA user_version = 2'],
    ['a release with all rows', 4, rowsOf(1, 2, 3, 4)],
    ['a release with rows from some version on', 4, rowsOf(3, 4)],
    ['a release with some rows', 6, rowsOf(2, 5)],
    ['the newest release', 9, rowsOf(7, 8, 9)],
  ])('%s', (_, version, sql) => {
    const path = installed(version, sql)
    const db = openDatabase(path)
    expect(ledgerIds(db)).toEqual(LATEST)
    const adopted = db.prepare("SELECT detail FROM _migrations_log WHERE action = 'adopt'").pluck()
    expect(adopted.get()).toContain(`001 to 00${version} are applied`)
    db.close()
    openDatabase(path).close()
  })
  test('a new file, and the same once more', () => {
    const path = files.path()
    for (const _ of ['not', 'there']) {
      const db = openDatabase(path)
      expect(ledgerIds(db)).toEqual(LATEST)
      db.close()
    }
  })
})

describe('is refused, and left as it is:', () => {
  test.each([
    ['a database of somebody else', 'CREATE TABLE theirs (id)'],
    [
      'a database of somebody else, with rows like ours',
      "CREATE TABLE app_settings (key, value); INSERT INTO app_settings VALUES ('theme', 'dark')",
    ],
  ])('%s', (_, sql) => {
    const path = files.path()
    const db = files.open(path)
    db.exec(sql)
    const before = db.serialize()
    expect(errorOf(() => openDatabase(path)).code).toBe('LEDGER_MOVED')
    expect(db.serialize().equals(before)).toBe(true)
  })
  test('one of ours that was changed', () => {
    const path = installed(2, 'ALTER TABLE contacts ADD COLUMN more')
    expect(errorOf(() => openDatabase(path)).code).toBe('ADOPT_SCHEMA_DIFFERS')
  })
})

test('the page compiles', async () => {
  const paths = Object.fromEntries(Object.entries(doors).map(([name, file]) => [name, [file]]))
  const config = {
    extends: join(projectRoot, 'tsconfig.json'),
    compilerOptions: { paths },
    files: [example!.file],
    include: [],
    exclude: [],
  }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config))
  const { stdout, code } = await runTool('typescript/bin/tsc', '-p', folder)
  expect({ stdout, code }).toEqual({ stdout: '', code: 0 })
})
