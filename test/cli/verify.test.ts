// `lockstep verify` on databases in every state: what it prints, answers and exits with, and that it changes nothing.
import Database from 'better-sqlite3'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Problem } from '../../src/model/report.js'
import { runProcess, runProgram, type Finished } from './support/command-line.js'
import { addFiles, filesIn } from '../support/project.js'
import { copyOf, migrationProject } from './support/project.js'
import { processesHere } from '../support/processes-here.js'
import { testSome } from '../support/some-of.js'

processesHere()

const MIGRATIONS = {
  '001_users.ts': `import { defineMigration } from 'lockstep/better-sqlite3'

export default defineMigration({
  up(db) {
    db.exec('CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL)')
  },
  down: 'DROP TABLE users',
})
`,
  '002_search.sql': `-- migrate:up
CREATE INDEX users_name ON users (name);
CREATE VIRTUAL TABLE search USING fts5(name);
CREATE VIEW names AS SELECT name FROM users;

-- migrate:down
DROP VIEW names; DROP TABLE search; DROP INDEX users_name;
`,
  '003_posts.sql': `-- migrate:up
CREATE TABLE posts (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users (id));

-- migrate:down
DROP TABLE posts;
`,
}

let generated = ''
let applied = ''
beforeAll(async () => {
  generated = migrationProject(MIGRATIONS)
  expect(await runProgram(generated, ['gen', '-q', '--no-replay'])).toMatchObject({
    exitCode: 0,
    stderr: '',
  })
  applied = copyOf(generated)
  expect((await runProgram(applied, ['migrate', '-q'])).exitCode).toBe(0)
})

const databaseIn = (root: string): string => join(root, 'data/app.db')

function change(root: string, sql: string): string {
  const db = new Database(databaseIn(root))
  db.pragma('foreign_keys = OFF')
  db.exec(sql)
  db.close()
  return root
}

const changed = (sql: string): string => change(copyOf(applied), sql)

interface Answer {
  readonly ok: boolean
  readonly problems: readonly Problem[]
}

/** Runs it twice, as text and as JSON, and looks that no file has changed. */
async function verified(root: string): Promise<{ text: Finished; json: Answer }> {
  const path = databaseIn(root)
  const bytes = (): Buffer => (existsSync(path) ? readFileSync(path) : Buffer.alloc(0))
  const before = bytes()
  const files = filesIn(root)
  const text = await runProgram(root, ['verify'])
  const document = await runProgram(root, ['verify', '--json'])
  expect(document.exitCode).toBe(text.exitCode)
  expect(filesIn(root)).toEqual(files)
  expect(bytes().equals(before)).toBe(true)
  return { text, json: JSON.parse(document.stdout) as Answer }
}

describe('a database that is as it should be', () => {
  it('is said to be so', async () => {
    const { text, json } = await verified(applied)
    expect(text).toMatchObject({ exitCode: 0, stderr: '' })
    expect(text.stdout).toMatchInlineSnapshot(`
      "data/app.db  as it should be  version 003 of 003

      ✓  ledger              agrees with the code
      ✓  schema              5 objects as version 003 leads to
      ✓  views and triggers  all compile
      ✓  file                sound
      ✓  foreign keys        every row has its parent
      "
    `)
    expect(json).toEqual({
      database: databaseIn(applied),
      exists: true,
      id: '003',
      ok: true,
      state: 'current',
      version: 3,
      latest: 3,
      problems: [],
      differences: [],
      comparedWith: 'schema',
      compared: 5,
      foreign: [],
      unchecked: [],
    })
  })
  it('says that it has not looked at what the project attaches to it', async () => {
    const root = copyOf(applied)
    addFiles(root, {
      'lockstep.config.ts': `import Database from 'better-sqlite3'
export default {
  database: 'data/app.db',
  open(path, options) {
    const db = new Database(path, options)
    db.exec("ATTACH ':memory:' AS archive")
    return db
  },
}
`,
    })
    const { text } = await verified(root)
    expect(text.exitCode).toBe(0)
    expect(text.stdout).toMatch(
      /every row has its parent\n–\s+attached databases\s+not checked: archive\n/,
    )
  })
  it('is a problem when it is missing, and is not made', async () => {
    const { text, json } = await verified(generated)
    expect(text.exitCode).toBe(1)
    expect(text.stdout).toContain('app.db does not exist')
    expect(text.stdout).not.toContain('✓')
    expect(json).toMatchObject({
      ok: false,
      exists: false,
      state: 'empty',
      version: 0,
      problems: [{ code: 'DATABASE_CANNOT_OPEN', severity: 'error' }],
    })
    expect(existsSync(databaseIn(generated))).toBe(false)
  })
  it('may be an empty file, of which nothing more is said than that nothing is applied', async () => {
    const root = copyOf(generated)
    mkdirSync(dirname(databaseIn(root)), { recursive: true })
    writeFileSync(databaseIn(root), '')
    const { text, json } = await verified(root)
    expect(text.exitCode).toBe(0)
    expect(text.stdout).toContain('nothing is applied')
    expect(text.stdout).not.toContain('as it should be')
    expect(json).toMatchObject({ ok: true, exists: true, version: 0, problems: [] })
  })
  it('may be behind the code', async () => {
    const root = copyOf(generated)
    expect((await runProgram(root, ['migrate', '--to', '2', '-q'])).exitCode).toBe(0)
    expect((await verified(root)).json).toMatchObject({ ok: true, state: 'pending', compared: 4 })
  })
  it('may hold objects of others', async () => {
    const { text, json } = await verified(changed('CREATE TABLE theirs (x); ANALYZE'))
    expect(json).toMatchObject({ ok: true, foreign: ['table theirs'] })
    expect(text.stdout).toContain(
      'Not part of these migrations, and left alone: 1 object (table theirs).',
    )
  })
})

describe('a database that is not', () => {
  it('is shown column by column', async () => {
    const root = changed(
      'DROP INDEX users_name; ALTER TABLE users ADD phone TEXT; INSERT INTO posts (user_id) VALUES (7)',
    )
    const { text } = await verified(root)
    expect(text.exitCode).toBe(1)
    expect(text.stdout).toMatchInlineSnapshot(`
      "data/app.db  2 problems  version 003 of 003

      ✓  ledger              agrees with the code
      ✗  schema              1 problem
      ✓  views and triggers  all compile
      ✓  file                sound
      ✗  foreign keys        1 problem

      ✗ SCHEMA_DIFFERS  The schema is not that of version 003; 2 objects differ:
        table users differs
        index users_name is missing
      Code that was written for that version may fail.
        → Find out who changed it, or whether a version was recorded with --force (\`lockstep history\`). Restore it by hand or from a backup; put what is to stay into a new migration.
          see: lockstep explain SCHEMA_DIFFERS

      ✗ FOREIGN_KEY_ORPHANS  In posts, one row has no parent in users (user_id).
        → List them with PRAGMA foreign_key_check(posts); give them a parent, or delete them once they are backed up, ideally in a migration.
          see: lockstep explain FOREIGN_KEY_ORPHANS

      Expected → found:
        table users differs
          + column phone text
        index users_name is missing
      "
    `)
  })
  testSome([
    ['DROP TABLE users', ['SCHEMA_DIFFERS', 'SCHEMA_BROKEN']],
    ['DROP TABLE _migrations', ['DATABASE_UNMANAGED']],
    ["DELETE FROM _migrations WHERE version = '002'", ['HISTORY_GAP']],
    ["UPDATE _migrations SET checksum = '1:0' WHERE version = '001'", ['HISTORY_EDITED']],
    [
      "INSERT INTO _migrations SELECT '004', 'x', NULL, '1:a', NULL, '1:b', '', 1, NULL, NULL FROM _migrations LIMIT 1",
      ['DATABASE_AHEAD'],
    ],
    ['DROP TABLE search', ['SCHEMA_DIFFERS']],
  ])('%s', async (sql, codes) => {
    const { text, json } = await verified(changed(sql))
    expect(text.exitCode).toBe(1)
    expect(json.ok).toBe(false)
    expect(json.problems.map(({ code }) => code)).toEqual(codes)
    for (const code of codes) expect(text.stdout).toContain(code)
  })
})

describe('the configuration', () => {
  const configured = (root: string, config: string): string => {
    addFiles(root, {
      'lockstep.config.ts': `import Database from 'better-sqlite3'\nimport { schemaGate } from 'lockstep'\nexport default { database: 'data/app.db', ${config} }\nvoid Database; void schemaGate\n`,
    })
    return root
  }
  it('may have tables left out', async () => {
    const root = configured(
      changed('ALTER TABLE users ADD x; DROP INDEX users_name'),
      "ignoreTables: ['us*']",
    )
    expect((await verified(root)).json).toMatchObject({ ok: true, compared: 3 })
  })
  it('may open the database for the replay in its own way', async () => {
    const open =
      "open: (path, o) => { const db = new Database(path, o); db.function('twice', (a) => a * 2); return db }"
    const root = configured(copyOf(applied), open)
    expect((await verified(root)).json).toMatchObject({ ok: true, comparedWith: 'schema' })
  })
  it('must not open a file for the replay, which would be migrated', async () => {
    const root = copyOf(applied)
    configured(root, `open: (_, o) => new Database(${JSON.stringify(databaseIn(root))}, o)`)
    const { json } = await verified(root)
    expect(json).toMatchObject({ ok: false, comparedWith: null })
    expect(json.problems.map(({ code }) => code)).toEqual(['REPLAY_FAILED'])
    expect(json.problems[0]?.message).toContain('it opened a file instead')
  })
  testSome([
    ["ignoreTables: 'users'", 'a list of table names'],
    ["gates: ['schema']", 'a list of functions, such as [schemaGate()]'],
  ])('must be right: %s', async (wrong, wanted) => {
    const { exitCode, stderr } = await runProgram(configured(copyOf(applied), wrong), ['verify'])
    expect(exitCode).toBe(2)
    expect(stderr).toContain(wanted)
  })
  it('may pass the schema gate to migrate', async () => {
    const root = configured(copyOf(generated), "gates: [schemaGate({ onDifference: 'refuse' })]")
    expect((await runProgram(root, ['migrate', '-q', '--to', '1'])).exitCode).toBe(0)
    change(root, 'CREATE VIEW v AS SELECT name FROM users')
    addFiles(root, {
      'migrations/002_search.sql':
        '-- migrate:up\nDROP TABLE users;\n-- migrate:down\nCREATE TABLE users (id);\n',
    })
    expect((await runProgram(root, ['gen', '-q', '--no-replay'])).exitCode).toBe(0)
    const { exitCode, stderr } = await runProgram(root, ['migrate'])
    expect(exitCode).toBe(1)
    expect(stderr).toContain('GATE_OBJECT_BROKEN')
    expect(stderr).toContain('view v: no such table: main.users')
  })
})

it('migrations may print while they are replayed, which only --verbose shows', async () => {
  const root = migrationProject({
    '001_users.ts': `export function up(db) { console.log('making users'); db.exec('CREATE TABLE users (id)') }
export const down = 'DROP TABLE users'
`,
  })
  expect((await runProgram(root, ['gen', '-q', '--no-replay'])).exitCode).toBe(0)
  expect((await runProgram(root, ['migrate', '-q'])).exitCode).toBe(0)
  const { stdout, stderr } = await runProgram(root, ['verify', '--json'])
  expect(JSON.parse(stdout)).toMatchObject({ ok: true, comparedWith: 'schema' })
  expect(stderr).not.toContain('making users')
  const verbose = await runProcess(root, ['verify', '--json', '--verbose'])
  expect(JSON.parse(verbose.stdout)).toMatchObject({ ok: true })
  expect(verbose.stderr).toContain('making users')
})

it('migrations that touch the world outside are not replayed', async () => {
  const root = migrationProject({
    '001_mail.ts': `export const effects = 'sends mail'
export function up(db) { if (db.memory) throw new Error('mail was sent'); db.exec('CREATE TABLE a (b)') }
export const irreversible = 'mail cannot be called back'
`,
    '002_b.sql': '-- migrate:up\nCREATE TABLE b (c);\n-- migrate:down\nDROP TABLE b;\n',
  })
  expect((await runProgram(root, ['gen', '-q', '--no-replay'])).exitCode).toBe(0)
  expect((await runProgram(root, ['migrate', '-q'])).exitCode).toBe(0)
  const { text, json } = await verified(root)
  expect(json.problems[0]?.message).toContain('because migration 001 (mail) declares effects')
  expect(json).toMatchObject({ ok: true, comparedWith: null })
  expect(json.problems.map(({ code, severity }) => [code, severity])).toEqual([
    ['REPLAY_SKIPPED', 'warning'],
  ])
  expect(text.stdout).toContain('not compared')
})

describe('full-text indexes over another table', () => {
  const MIGRATION = `-- irreversible: a test
-- migrate:up
CREATE TABLE notes (id TEXT PRIMARY KEY, body);
CREATE VIEW told AS SELECT rowid AS n, body FROM notes;
CREATE VIRTUAL TABLE "my search" USING fts5(body, content='notes');
CREATE VIRTUAL TABLE by_view USING fts5(body, content=told, content_rowid=n);
CREATE VIRTUAL TABLE older USING fts4(body, content="notes");
CREATE VIRTUAL TABLE bare USING fts5(body, content='');
INSERT INTO notes VALUES ('a', 'apple'), ('b', 'banana');
INSERT INTO "my search" ("my search") VALUES ('rebuild');
INSERT INTO by_view (by_view) VALUES ('rebuild');
INSERT INTO older (older) VALUES ('rebuild');
`
  let root = ''
  beforeAll(async () => {
    root = migrationProject({ '001_notes.sql': MIGRATION })
    expect(await runProgram(root, ['gen', '-q', '--no-replay'])).toMatchObject({ stderr: '' })
    expect(await runProgram(root, ['migrate', '-q'])).toMatchObject({ exitCode: 0 })
  })
  const codes = ({ problems }: Answer): string[] => problems.map(({ code }) => code)
  const after = (sql: string): ReturnType<typeof verified> => verified(change(copyOf(root), sql))

  it('fit their rows', async () => {
    const { text, json } = await after('SELECT 1')
    expect(json).toMatchObject({ ok: true, problems: [], unchecked: [] })
    expect(text.stdout).not.toContain('not checked')
  })
  it('answer with other rows, and each tells what to do', async () => {
    const damaged = change(
      copyOf(root),
      'UPDATE notes SET rowid = rowid + 5 WHERE rowid = 2; DROP TABLE older',
    )
    const { text, json } = await verified(damaged)
    expect(text.exitCode).toBe(1)
    expect(json).toMatchObject({ ok: false, unchecked: [] })
    const found = json.problems.filter(({ code }) => code === 'INTEGRITY_INDEX')
    expect(found.map(({ facts }) => facts)).toEqual([
      { index: 'my search', table: 'notes' },
      { index: 'by_view', table: 'told' },
    ])
    expect(text.stdout).toContain('The full-text index my search does not match the rows of notes')
    for (const { fix } of found) change(damaged, /`(INSERT .*?)`/.exec(fix)?.[1] ?? 'none')
    expect(codes((await verified(damaged)).json)).not.toContain('INTEGRITY_INDEX')
  })
  it('hold nothing, which is told in other words', async () => {
    const { text, json } = await after(
      `DROP TABLE older; DROP TABLE "my search"; CREATE VIRTUAL TABLE "my search" USING fts5(body, content='notes')`,
    )
    const found = json.problems.filter(({ code }) => code === 'INTEGRITY_INDEX')
    expect(found.map(({ facts }) => facts)).toEqual([
      { index: 'my search', table: 'notes', empty: true },
    ])
    expect(text.stdout).toContain(
      'The full-text index my search holds none of the rows of notes: searches find nothing, and if triggers maintain it, changing such a row fails with "database disk image is malformed".',
    )
  })
  it('of FTS4 are told by the check of the file', async () => {
    const { json } = await after(
      'UPDATE notes SET rowid = rowid + 5 WHERE rowid = 2; DROP TABLE by_view; DROP TABLE "my search"',
    )
    expect(codes(json)).toContain('INTEGRITY_BROKEN')
  })
  it('cannot read their rows, and each tells why', async () => {
    const { text, json } = await after('DROP TABLE older; DROP VIEW told; DROP TABLE notes')
    expect(json).toMatchObject({ ok: false, unchecked: [] })
    const found = json.problems.filter(({ code }) => code === 'INTEGRITY_INDEX')
    expect(found.map(({ facts }) => facts)).toMatchObject([
      { index: 'my search', table: 'notes', reason: 'no such table: main.notes' },
      { index: 'by_view', table: 'told', reason: 'no such table: main.told' },
    ])
    expect(text.exitCode).toBe(1)
  })
  it('lack a column', async () => {
    const { json } = await after('ALTER TABLE notes RENAME COLUMN body TO words; DROP TABLE older')
    const found = json.problems.filter(({ code }) => code === 'INTEGRITY_INDEX')
    expect(found.map(({ facts }) => facts)).toMatchObject([
      { index: 'my search', reason: 'no such column: T.body' },
      { index: 'by_view', reason: 'no such column: T.body' },
    ])
  })
  it('are all asked, also where one of FTS4 or a row does not fit', async () => {
    const { json } = await after(
      `UPDATE notes SET rowid = rowid + 5 WHERE rowid = 2; INSERT INTO by_view (by_view) VALUES ('rebuild')`,
    )
    expect(json).toMatchObject({ unchecked: [] })
    const broken = json.problems.find(({ code }) => code === 'INTEGRITY_BROKEN')
    expect(broken?.fix).toContain("`INSERT INTO search (search) VALUES ('rebuild')`")
    const found = json.problems.filter(({ code }) => code === 'INTEGRITY_INDEX')
    expect(found.map(({ facts }) => facts?.['index'])).toEqual(['my search'])
  })
})
