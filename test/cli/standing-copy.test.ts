// A run that fails is tried again, by hand or by whatever restarts the application: the same state is copied once.
import {
  chmodSync,
  linkSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { backup, type BackupTarget } from '../../src/cli/backup/door.js'
import { migrate } from '../../src/drivers/better-sqlite3.js'
import { databases } from '../support/databases.js'
import { errorOf } from '../support/error-of.js'
import { registryOf, tables } from '../support/registry.js'
import { runProgram } from './support/command-line.js'
import { addFiles } from '../support/project.js'
import { preparedProjects } from './support/prepared.js'
import { processesHere } from '../support/processes-here.js'
import { testSome } from '../support/some-of.js'

processesHere()

const { open } = databases()
let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lockstep-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const copies = (root = folder): string[] =>
  readdirSync(root).filter((name) => name.endsWith('.backup'))

const LIKE_A_LOG = 'id INTEGER PRIMARY KEY, at, action, version, name, detail'
const SCHEMA = `
  CREATE TABLE history (${LIKE_A_LOG});
  CREATE TABLE notes (id INTEGER PRIMARY KEY AUTOINCREMENT, body TEXT COLLATE NOCASE, n);
  CREATE TABLE keyed (k TEXT COLLATE NOCASE, v, PRIMARY KEY (k, v)) WITHOUT ROWID;
  CREATE TABLE plain ("rowid" TEXT, b BLOB);
  CREATE VIRTUAL TABLE search USING fts5(body);
  INSERT INTO notes (body, n) VALUES ('one', 1), ('two', NULL), ('nul' || char(0) || 'a', 0.5);
  INSERT INTO keyed VALUES ('a', 1), ('b', 'x');
  INSERT INTO plain VALUES ('r', x'00ff'), (NULL, NULL);
  INSERT INTO search VALUES ('words')`

/** A database at version 1 of a history whose version 2 fails. */
function begun(journal = 'delete') {
  const db = open(join(folder, 'app.db'))
  db.pragma(`journal_mode = ${journal}`)
  const registry = registryOf(...tables(1), { up: 'INSERT INTO nowhere VALUES (1)' })
  migrate(db, registry, { to: 1 })
  db.exec(SCHEMA)
  const fail = (target?: BackupTarget) =>
    errorOf(() => migrate(db, registry, { backup: backup(db, target) }))
  // The first failure makes the log, which the copy does not have.
  expect(fail().code).toBe('MIGRATION_FAILED')
  expect(copies()).toHaveLength(1)
  return { db, fail }
}

const changes: readonly (readonly [string, string])[] = [
  ['a value', 'UPDATE notes SET n = 2 WHERE id = 1'],
  ['the case of a text', "UPDATE notes SET body = 'ONE' WHERE id = 1"],
  ['the type of a number', 'UPDATE notes SET n = 1.0 WHERE id = 1'],
  ['a NULL', 'UPDATE notes SET n = 0 WHERE id = 2'],
  ['what stands behind a NUL', "UPDATE notes SET body = 'nul' || char(0) || 'b' WHERE id = 3"],
  ['a key', "UPDATE keyed SET k = 'A' WHERE k = 'a'"],
  ['bytes', "UPDATE plain SET b = x'00fe' WHERE rowid = 'r'"],
  ['a text into bytes', "UPDATE plain SET b = '' WHERE b IS NULL"],
  ['a new row', 'INSERT INTO plain VALUES (NULL, NULL)'],
  ['a row that is gone', 'DELETE FROM notes WHERE id = 3'],
  ['an id that was given out', "UPDATE sqlite_sequence SET seq = 9 WHERE name = 'notes'"],
  ['a row of a full-text index', "INSERT INTO search VALUES ('more')"],
  ['a definition', 'CREATE INDEX i ON notes (n)'],
  ['a number of the application', 'PRAGMA user_version = 7'],
  ['the log', "INSERT INTO _migrations_log (action, detail) VALUES ('note', 'x')"],
  ['an older line of the log', "UPDATE _migrations_log SET detail = 'x' WHERE id = 1"],
  ['the schema of the log', 'CREATE INDEX l ON _migrations_log (at)'],
  ['a table like a log', `CREATE TABLE audit (${LIKE_A_LOG})`],
  ['what is on a table like a log', 'CREATE INDEX h ON history (at)'],
  ['a line of a table like a log', "INSERT INTO history (action) VALUES ('backup')"],
  ['the ledger', "UPDATE _migrations SET applied_at = '2020-01-01'"],
]

describe('the copy before a run', () => {
  testSome(['delete', 'wal'])(
    'stands for the next run where nothing has changed since (%s)',
    (journal) => {
      const { db, fail } = begun(journal)
      const before = copies()
      for (let start = 0; start < 3; start += 1) expect(fail().code).toBe('MIGRATION_FAILED')
      expect(copies()).toEqual(before)
      const told = db.prepare("SELECT detail FROM _migrations_log WHERE action = 'backup'").pluck()
      expect(new Set(told.all())).toEqual(new Set([join(folder, before[0]!)]))
    },
  )

  testSome(changes)('is made anew after a change of %s', (_, sql) => {
    const { db, fail } = begun()
    db.exec(sql)
    fail()
    expect(copies()).toHaveLength(2)
    fail()
    expect(copies()).toHaveLength(2)
  })

  testSome([
    ['damaged', (file: string) => truncateSync(file, statSync(file).size - 4096)],
    ['a link', (file: string) => (renameSync(file, `${file}.x`), symlinkSync(`${file}.x`, file))],
    ['open to more people than the database', (file: string) => chmodSync(file, 0o666)],
    ['in use', (file: string) => writeFileSync(`${file}-wal`, '')],
    [
      'the database under another name',
      (file: string) => (rmSync(file), linkSync(join(folder, 'app.db'), file)),
    ],
  ])('is made anew where the one that stands there is %s', (_, spoil) => {
    const { fail } = begun()
    spoil(join(folder, copies()[0]!))
    fail()
    expect(copies()).toHaveLength(2)
  })

  it('serves again where the clock was set back, and beside others with a time ahead', () => {
    vi.useFakeTimers({ toFake: ['Date'], now: new Date('2095-01-01') })
    const { db, fail } = begun()
    vi.useRealTimers()
    for (const time of ['20980101-000000', '20990101-000000'])
      linkSync(db.name, `${db.name}.${time}.backup`)
    fail()
    expect(copies()).toHaveLength(3)
    linkSync(db.name, `${db.name}.20990101-000000-2.backup`)
    for (let start = 0; start < 3; start += 1) fail()
    expect(copies()).toHaveLength(5)
  })
})

describe('the database itself is no copy of it', () => {
  testSome([
    ['itself', ''],
    ['a hard link', 'hard.db'],
    ['a link', 'soft.db'],
    ['itself in a linked folder', 'folder/app.db'],
  ])('named as %s', (_, named) => {
    const { db, fail } = begun()
    const file = join(folder, named || 'app.db')
    linkSync(db.name, join(folder, 'hard.db'))
    symlinkSync(db.name, join(folder, 'soft.db'))
    symlinkSync(folder, join(folder, 'folder'))
    const before = readdirSync(folder)
    expect([fail(file).code, fail(() => file).code]).toEqual(['BACKUP_EXISTS', 'BACKUP_EXISTS'])
    expect(readdirSync(folder)).toEqual(before)
  })
})

it('a database in memory whose connection can attach no other says so', () => {
  const db = open(':memory:')
  migrate(db, registryOf(...tables(1)))
  for (let at = 0; at < 10; at += 1) db.exec(`ATTACH ':memory:' AS other${at}`)
  const file = join(folder, 'copy.db')
  const error = errorOf(() => migrate(db, registryOf(...tables(2)), { backup: backup(db, file) }))
  expect(error.code).toBe('BACKUP_FAILED')
  expect(error.message).toContain('as many databases attached as SQLite allows')
  expect(readdirSync(folder)).toEqual([])
})

describe('a copy under a name of the application', () => {
  const byVersion: BackupTarget = ({ from, to }) => join(folder, `app-${from}-to-${to}.db`)
  const made = () => readdirSync(folder).filter((name) => /-to-.*db$/.test(name))

  it('does not stop the application where the run before has failed', () => {
    const { db, fail } = begun()
    for (let start = 0; start < 3; start += 1) expect(fail(byVersion).code).toBe('MIGRATION_FAILED')
    expect(made()).toEqual(['app-1-to-2.db'])
    db.exec('INSERT INTO plain VALUES (NULL, NULL)')
    expect(fail(byVersion).code).toBe('MIGRATION_FAILED')
    expect(fail(byVersion).code).toBe('MIGRATION_FAILED')
    expect(made().sort()).toEqual(['app-1-to-2-2.db', 'app-1-to-2.db'])
  })

  it('that is a path is taken again only for the same state', () => {
    const { db, fail } = begun()
    const file = join(folder, 'a-to-b.db')
    expect([fail(file).code, fail(file).code]).toEqual(['MIGRATION_FAILED', 'MIGRATION_FAILED'])
    db.exec('DELETE FROM notes')
    expect(fail(file).code).toBe('BACKUP_EXISTS')
    expect(made()).toEqual(['a-to-b.db'])
  })
})

const prepared = preparedProjects()

it('the command line says where the copy is, and makes no second one of the same state', async () => {
  const root = prepared.applied()
  addFiles(root, {
    'migrations/003_names.sql':
      '-- migrate:up\nCREATE UNIQUE INDEX names ON users (name);\n-- migrate:down\nDROP INDEX names;\n',
  })
  await runProgram(root, ['gen', '-q', '--no-replay'])
  const db = open(join(root, 'data/app.db'))
  db.exec("INSERT INTO users (name) VALUES ('a'), ('a')")
  const run = () => runProgram(root, ['migrate', '--backup'])
  const { exitCode, stderr } = await run()
  const [copy] = copies(join(root, 'data'))
  expect(exitCode).toBe(1)
  expect(stderr).toContain(`The copy made before the run is ${join(root, 'data', copy!)}.`)
  const made = copies(join(root, 'data'))
  const again = await runProgram(root, ['migrate', '--backup', '--json'])
  expect(copies(join(root, 'data'))).toEqual(made)
  const { error } = JSON.parse(again.stdout) as { error: { facts: { backup: string } } }
  expect(error.facts.backup).toBe(join(root, 'data', made.at(-1)!))
})
