// `load` puts the generated schema into an empty database: the same as migrating it, or nothing at all.
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { addFiles } from '../support/project.js'
import { runProgram, type Finished } from './support/command-line.js'
import { MIGRATIONS, preparedProjects } from './support/prepared.js'
import { copyOf, migrationProject } from './support/project.js'
import { inProcesses, processesHere } from '../support/processes-here.js'
import { testSome } from '../support/some-of.js'

processesHere()

const prepared = preparedProjects()

const inDatabase = <T>(root: string, ask: (db: Database.Database) => T): T => {
  mkdirSync(join(root, 'data'), { recursive: true })
  const db = new Database(join(root, 'data/app.db'))
  try {
    return ask(db)
  } finally {
    db.close()
  }
}

const objectsIn = (root: string): unknown[] =>
  inDatabase(root, (db) => db.prepare('SELECT type, name FROM sqlite_master ORDER BY 1, 2').all())

/** A project with these migrations, generated. */
async function generated(
  migrations: Readonly<Record<string, string>>,
  config?: string,
): Promise<string> {
  const root = migrationProject(migrations)
  if (config !== undefined) addFiles(root, { 'lockstep.config.ts': config })
  const { exitCode, stdout, stderr } = await runProgram(root, ['gen'])
  expect(exitCode, stdout + stderr).toBe(0)
  return root
}

const sql = (up: string, options = ''): string =>
  `-- migrate:up ${options}\n${up};\n-- irreversible: no\n`

const TABLE = 'CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT)'

async function expectRefused(root: string, code: string, ...says: string[]): Promise<Finished> {
  const answer = await runProgram(root, ['load'])
  expect(answer.stderr).toContain(code)
  for (const text of says) expect(answer.stderr).toContain(text)
  expect(answer.stderr).toContain('Nothing was changed.')
  expect(answer).toMatchObject({ exitCode: 1, stdout: '' })
  return answer
}

describe('a loaded database', () => {
  it('is as a migrated one, but for times', async () => {
    const root = prepared.generated()
    const migrated = copyOf(root)
    const { exitCode, stdout } = await runProgram(root, ['load', '--json'])
    expect(exitCode).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      version: 2,
      id: '002',
      versions: [{ version: 1, id: '001', name: 'users' }, { version: 2 }],
    })
    await runProgram(migrated, ['migrate'])
    const ledger = (at: string) =>
      inDatabase(at, (db) =>
        db
          .prepare(
            'SELECT version, name, description, checksum, down_checksum, lineage, started_by FROM _migrations',
          )
          .all(),
      )
    expect(ledger(root)).toEqual(ledger(migrated))
    const verified = await runProgram(root, ['verify', '--json'])
    expect(JSON.parse(verified.stdout)).toMatchObject({ ok: true, problems: [], differences: [] })
    expect((await runProgram(root, ['migrate'])).stdout).toContain('Nothing to do')
    expect((await runProgram(root, ['status', '--check'])).exitCode).toBe(0)
    const { stdout: history } = await runProgram(root, ['history'])
    expect(history).toMatch(/loaded +001 .*\n.*loaded +002 +email +from generated\/schema\.sql/)
    expect(history).not.toContain('applied')
    expect((await runProgram(root, ['rollback', '--to', '0'])).exitCode).toBe(0)
    expect(objectsIn(root)).not.toContainEqual({ type: 'table', name: 'users' })
    expect((await runProgram(root, ['migrate'])).exitCode).toBe(0)
  })

  it('has what mirrors keep', async () => {
    const root = prepared.generated()
    addFiles(root, {
      'lockstep.config.ts': `import { mirrorUserVersion } from 'lockstep'\nexport default { database: 'data/app.db', mirrors: [mirrorUserVersion] }\n`,
    })
    expect(await runProgram(root, ['load'])).toMatchObject({ exitCode: 0 })
    expect(inDatabase(root, (db) => db.pragma('user_version', { simple: true }))).toBe(2)
  })

  it('comes of a history that leaves no rows, whatever it does meanwhile', async () => {
    const root = await generated(
      {
        '001_t.sql': sql(`${TABLE}; INSERT INTO t (a) VALUES ('x'); DELETE FROM t WHERE id > 0`),
        '002_index.sql': sql(
          "CREATE VIRTUAL TABLE words USING fts5(a, content='t', content_rowid='id'); INSERT INTO words (words) VALUES ('rebuild'); CREATE VIEW v AS SELECT a FROM t; CREATE TABLE n (id INTEGER PRIMARY KEY AUTOINCREMENT, t INTEGER REFERENCES t); CREATE TABLE m (id INTEGER PRIMARY KEY AUTOINCREMENT); INSERT INTO m SELECT id FROM n; ANALYZE",
        ),
        '003_vacuum.sql': sql('VACUUM', 'transaction:false'),
        '004_code.ts': `export const irreversible = 'no'\nexport const transaction = false\nexport function up(db: { prepare(sql: string): { all(): unknown[] } }) {\n  db.prepare('SELECT id FROM t').all()\n}\n`,
      },
      `export default { database: 'data/app.db', open(path, { readonly }) { const Client = process.getBuiltinModule('node:module').createRequire(import.meta.url)('better-sqlite3'); const db = new Client(path, { readonly }); if (!readonly) db.pragma('application_id = 7'); return db } }\n`,
    )
    inDatabase(root, (db) => db.pragma('journal_mode = WAL'))
    expect(await runProgram(root, ['load'])).toMatchObject({ exitCode: 0 })
    const verified = await runProgram(root, ['verify', '--json'])
    expect(JSON.parse(verified.stdout)).toMatchObject({ ok: true, version: 4 })
  })
})

describe('a database that is not empty', () => {
  testSome([
    ['CREATE TABLE mine (a)', 'the table mine'],
    ['CREATE VIEW mine AS SELECT 1', 'the view mine'],
    ['PRAGMA user_version = 3', 'user_version 3'],
    ['CREATE TABLE _migrations (id)', 'the ledger _migrations'],
    [
      Array.from({ length: 7 }, (_, at) => `CREATE TABLE t${at} (a)`).join(';'),
      'the table t4, and 2 more',
    ],
  ])('is left alone (%s)', async (made, says) => {
    const root = prepared.generated()
    inDatabase(root, (db) => db.exec(made))
    const before = objectsIn(root)
    await expectRefused(root, 'LOAD_NOT_EMPTY', says)
    expect(objectsIn(root)).toEqual(before)
  })

  it('is one that Lockstep has, also where nothing is applied', async () => {
    const root = prepared.applied()
    await expectRefused(root, 'LOAD_NOT_EMPTY', 'the ledger _migrations')
    await runProgram(root, ['rollback', '--to', '0'])
    const before = objectsIn(root)
    await expectRefused(root, 'LOAD_NOT_EMPTY', 'the ledger _migrations')
    expect(objectsIn(root)).toEqual(before)
  })

  it('is one whose connection has TEMP what would hide it', async () => {
    const root = await generated(
      { '001_t.sql': sql(`${TABLE};\nCREATE INDEX t_a ON t (a)`) },
      `import Database from 'better-sqlite3'
export default { database: 'data/app.db', open: (path, options) => new Database(path, options).exec(path === ':memory:' ? '' : 'CREATE TEMP TABLE t (a)') }\n`,
    )
    await expectRefused(root, 'LOAD_NOT_EMPTY', 'the TEMP t, which would hide what is loaded')
    expect(objectsIn(root)).toEqual([])
  })

  it('is loaded once by two at once', async () => {
    const root = prepared.generated()
    const both = await Promise.all([runProgram(root, ['load']), runProgram(root, ['load'])])
    expect(both.map(({ exitCode }) => exitCode).sort()).toEqual([0, 1])
    expect(both.map(({ stderr }) => stderr).join('')).toContain('LOAD_NOT_EMPTY')
    expect((await runProgram(root, ['verify'])).exitCode).toBe(0)
  })
})

describe('what is generated', () => {
  const schemaOf = (root: string): string => join(root, 'generated/schema.sql')
  const edited =
    (from: string | RegExp, to: string) =>
    (root: string): void =>
      writeFileSync(schemaOf(root), readFileSync(schemaOf(root), 'utf8').replace(from, to))
  const added = (text: string) => (root: string) => appendFileSync(schemaOf(root), text)

  testSome<[string, (root: string) => void, string, string]>([
    ['a column less', edited('name TEXT', 'nam TEXT'), 'LOAD_SCHEMA_DIFFERS', 'users differs'],
    ['a table more', added('CREATE TABLE x (a);'), 'LOAD_SCHEMA_DIFFERS', 'x is unexpected'],
    [
      'rows',
      added("INSERT INTO users VALUES (1, '', '');"),
      'LOAD_SCHEMA_DIFFERS',
      'it has INSERT',
    ],
    ['an end', added('COMMIT;'), 'LOAD_SCHEMA_DIFFERS', 'it has COMMIT'],
    ['a typing error', added('CREATE TABLE x a);'), 'LOAD_SCHEMA_DIFFERS', 'syntax error'],
    [
      'a table with rows',
      edited(
        /CREATE TABLE users [^;]*/,
        "CREATE TABLE users AS SELECT 1 AS id, 'a' AS name, 'b' AS email",
      ),
      'LOAD_SCHEMA_DIFFERS',
      'it makes rows in users',
    ],
    ['no file', (root) => rmSync(schemaOf(root)), 'LOAD_UNPROVEN', 'generated/schema.sql'],
  ])('is not loaded with %s', async (_what, change, code, says) => {
    const root = prepared.generated()
    change(root)
    await expectRefused(root, code, says)
    expect(existsSync(join(root, 'data/app.db'))).toBe(false)
    expect(objectsIn(root)).toEqual([])
    // There is an empty file now.
    await expectRefused(root, code, says)
    expect(objectsIn(root)).toEqual([])
  })

  it('must be fresh, and proven', async () => {
    const root = prepared.generated()
    addFiles(root, { 'migrations/003_more.sql': sql(TABLE) })
    const stale = await runProgram(root, ['load'])
    expect(stale).toMatchObject({ exitCode: 1, stdout: '' })
    expect(stale.stderr).toContain('REGISTRY_STALE')
    await runProgram(root, ['gen', '--no-replay'])
    await expectRefused(root, 'LOAD_UNPROVEN', 'without the proof')
    expect(existsSync(join(root, 'data/app.db'))).toBe(false)
  })

  it('has migrations', async () => {
    const { stderr } = await expectRefused(
      await generated({ '_helper.ts': 'export {}' }),
      'LOAD_UNPROVEN',
    )
    expect(stderr).toContain('there are no migrations')
  })
})

describe('migrations that do more than make a schema', () => {
  testSome<[string, Record<string, string>, string, string?]>([
    [
      'rows',
      {
        '001_t.sql': sql(TABLE),
        '002_rows.sql': sql("INSERT INTO t (a) VALUES ('x')"),
        '003_u.sql': sql('CREATE TABLE u (a); INSERT INTO u SELECT a FROM t'),
      },
      '002 (rows) leaves rows in t; 003 (u) leaves rows in u',
    ],
    [
      'words of an index',
      {
        '001_t.sql': sql(
          "CREATE VIRTUAL TABLE words USING fts5(a); INSERT INTO words VALUES ('x')",
        ),
      },
      '001 (t) leaves rows in words',
    ],
    ['numbers', { '001_t.sql': sql(`${TABLE}; PRAGMA user_version = 4`) }, 'leaves user_version 4'],
    [
      'what is kept beside the schema',
      {
        '001_t.sql': sql(
          "CREATE TABLE o (id INTEGER PRIMARY KEY AUTOINCREMENT, a); INSERT INTO sqlite_sequence VALUES ('o', 9999); CREATE TABLE s (a); CREATE INDEX s_a ON s (a); ANALYZE; INSERT INTO sqlite_stat1 VALUES ('s', 's_a', '9000 10')",
        ),
        '002_index.sql': sql(
          "CREATE VIRTUAL TABLE n USING fts5 (a); CREATE VIRTUAL TABLE f USING fts4 (a); INSERT INTO n (n, rank) VALUES ('rank', 'bm25(10.0)'); INSERT INTO f (f) VALUES ('automerge=4')",
        ),
        '003_given.sql': sql('INSERT INTO o (a) VALUES (1); DELETE FROM o WHERE a = 1'),
      },
      '001 (t) leaves statistics of s; 002 (index) leaves the setting automerge of f, the setting rank of n; 003 (given) leaves the counter of o (10000)',
    ],
    [
      'a journal',
      {
        '001_t.sql': sql(TABLE),
        '002_wal.sql': sql('PRAGMA journal_mode = WAL', 'transaction:false'),
      },
      '002 (wal) runs PRAGMA journal_mode = WAL',
    ],
    [
      'a journal by code',
      {
        '001_t.sql': sql(TABLE),
        '002_wal.ts': `export const irreversible = 'no'\nexport const transaction = false\nexport function up(db: { pragma(text: string): unknown }) {\n  db.pragma('journal_mode = WAL')\n}\n`,
      },
      '002 (wal) runs PRAGMA journal_mode = WAL',
    ],
    [
      'another database',
      {
        '001_t.sql': sql(TABLE),
        '002_archive.sql': sql("ATTACH 'old.db' AS old; DETACH old", 'transaction:false'),
      },
      "002 (archive) runs ATTACH 'old.db' AS old",
    ],
    [
      'effects',
      {
        '001_t.ts': `export const irreversible = 'no'\nexport const effects = 'tells somebody'\nexport const up = '${TABLE}'\n`,
      },
      '001 (t) has effects on the outside world',
    ],
    [
      'tables that are ignored',
      { '001_t.sql': sql(`${TABLE}; CREATE TABLE cache_a (a)`) },
      '001 (t) leaves the ignored table cache_a',
      `export default { database: 'data/app.db', ignoreTables: ['cache_*'] }\n`,
    ],
  ])('are to be applied (%s)', async (what, migrations, says, config) => {
    const generate = () => generated(migrations, config)
    // Only a process of its own keeps a migration from opening files.
    const root = await (what === 'another database' ? inProcesses(generate)() : generate())
    const { stderr } = await expectRefused(root, 'LOAD_INCOMPLETE', says)
    expect(stderr).toContain('lockstep migrate')
    expect(existsSync(join(root, 'data/app.db'))).toBe(false)
  })

  it('are to be applied where nothing can be known', async () => {
    const root = prepared.generated()
    addFiles(root, {
      'lockstep.config.ts': `export default { database: 'data/app.db', open() { throw new TypeError('not now') } }\n`,
    })
    await expectRefused(
      root,
      'LOAD_INCOMPLETE',
      'could not be applied to an empty database in memory (',
      'not now',
    )
    expect(objectsIn(root)).toEqual([])
  })
})

testSome([
  ['is killed', `process.kill(process.pid, 'SIGKILL')`, 'WORKER_DIED'],
  ['fails', `throw new TypeError('no room')`, 'no room'],
])('nothing is left where it %s at its end', async (how, act, says) => {
  const root = migrationProject(MIGRATIONS)
  addFiles(root, {
    'lockstep.config.ts': `export default { database: 'data/app.db', mirrors: [function* (database) {\n  yield database.execute('CREATE TABLE seen (a)')\n  ${act}\n}] }\n`,
  })
  await runProgram(root, ['gen'])
  const load = () => runProgram(root, ['load'])
  const { exitCode, stderr } = await (how === 'is killed' ? inProcesses(load)() : load())
  expect(exitCode).toBe(1)
  expect(stderr).toContain(says)
  expect(objectsIn(root)).toEqual([])
})
