// REBUILD_ORDER
import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { checkFolder, migrationWith, placesIn } from '../check-folder.js'
import { placesProven } from '../../proven/prove-project.js'

const WRONG = `ALTER TABLE users RENAME TO users_old;
  CREATE TABLE users (id INTEGER PRIMARY KEY, "full name" TEXT);
  INSERT INTO users (id) SELECT id FROM users_old;
  DROP TABLE users_old`
const SWAPPED = `CREATE TABLE users_new (id INTEGER PRIMARY KEY);
  INSERT INTO users_new (id) SELECT id FROM users;
  ALTER TABLE users RENAME TO users_old;
  ALTER TABLE users_new RENAME TO users;
  DROP TABLE users_old`
const RIGHT = `CREATE TABLE users_new (id INTEGER PRIMARY KEY);
  INSERT INTO users_new (id) SELECT id FROM users;
  DROP TABLE users;
  ALTER TABLE users_new RENAME TO users`

const CHILD = 'CREATE TABLE posts (author INTEGER REFERENCES Users (id))'
const after = (base: string, up: string) => ({
  '001_a.ts': migrationWith(`up: \`${base}\``),
  '002_b.ts': migrationWith(up),
})
const ALL = 'id, "full name"'
const settings = {
  rules: { IF_NOT_EXISTS: 'off', MIGRATION_EMPTY: 'off', FOREIGN_KEY_WITHOUT_INDEX: 'off' },
} as const

/** What the one finding of this rule suggests. */
async function fixOf(folder: Readonly<Record<string, string>>): Promise<string> {
  const found = (await checkFolder(folder, settings)).filter(({ code }) => code === 'REBUILD_ORDER')
  expect(found).toHaveLength(1)
  return found[0]!.fix
}

describe('valid', () => {
  test.each([
    ['nothing names the table', 'CREATE TABLE posts (author INTEGER)'],
    ['the table alone names itself', 'CREATE TABLE users (boss INTEGER REFERENCES users)'],
    [
      'a trigger of its own',
      'CREATE TABLE users (x); CREATE TRIGGER t AFTER INSERT ON users BEGIN DELETE FROM users; END',
    ],
    ['a text and a comment', `CREATE VIEW v AS SELECT 'users' /* users */`],
    ['a view that is dropped before', 'CREATE VIEW v AS SELECT * FROM users; DROP VIEW v'],
    ['a table that is dropped before', `${CHILD}; DROP TABLE posts`],
    [
      'a trigger that went with its table',
      `CREATE TABLE a (b); CREATE TRIGGER t AFTER INSERT ON a BEGIN DELETE FROM users; END; DROP TABLE a`,
    ],
    ['a table by this name long ago', `${CHILD}; ALTER TABLE users RENAME TO people`],
  ])('%s', async (_, base) => {
    expect(await placesIn(after(base, `up: \`${WRONG}\``), settings)).toEqual([])
  })

  test.each([
    ['the right order', RIGHT],
    ['a rename alone', 'ALTER TABLE users RENAME TO people'],
    ['a rename after the new table', `CREATE TABLE b (x); ALTER TABLE b RENAME TO c`],
    [
      'two tables that change their names',
      'ALTER TABLE a RENAME TO c; ALTER TABLE b RENAME TO a; ALTER TABLE c RENAME TO b',
    ],
    ['the old way of renaming', `PRAGMA legacy_alter_table = ON; ${WRONG}`],
  ])('%s', async (_, sql) => {
    expect(await placesIn(after(CHILD, `up: \`${sql}\``), settings)).toEqual([])
  })

  test('code drops a view between two SQL steps', async () => {
    const folder = {
      '001_a.ts': migrationWith(`up: 'CREATE VIEW v AS SELECT * FROM users'`),
      '002_b.ts': migrationWith(`up(db) { db.exec('DROP VIEW v') }`),
      '003_c.ts': migrationWith(`up: \`${WRONG}\``),
    }
    expect(await placesIn(folder, settings)).toEqual([])
  })

  test('two migrations', async () => {
    const folder = {
      '001_a.ts': migrationWith(`up: 'ALTER TABLE a RENAME TO b'`),
      '002_b.ts': migrationWith(`up: 'CREATE TABLE a (c)'`),
    }
    expect(await placesIn(folder)).toEqual([])
  })
})

describe('invalid', () => {
  test.each([
    ['as SQL', `up: \`${WRONG}\``, '002_b.ts:3:8'],
    ['the new one made first', `up: \`${SWAPPED}\``, '002_b.ts:5:3'],
    ['as code', `up(db) { db.exec(\`${WRONG}\`) }`, '002_b.ts:3:21'],
    [
      'in other letters and quotes',
      `up: 'alter table "main".[Users] rename to old; create table if not exists \`users\` (id)'`,
      '002_b.ts:3:8',
    ],
  ])('%s', async (_, up, place) => {
    const found = await placesIn(after(CHILD, up), settings)
    expect(found).toEqual([`${place} error REBUILD_ORDER`])
  })

  test.each([
    ['a foreign key', CHILD, 'the foreign key of posts'],
    ['a new column', 'ALTER TABLE a ADD COLUMN b REFERENCES [users]', 'the foreign key of a'],
    ['a renamed table', `${CHILD}; ALTER TABLE posts RENAME TO texts`, 'the foreign key of texts'],
    ['a view', 'CREATE VIEW "my v" AS SELECT 1 FROM "USERS"', 'the view "my v"'],
    [
      'a trigger of another table',
      'CREATE TRIGGER t AFTER INSERT ON a BEGIN DELETE FROM users; END',
      'the trigger t',
    ],
    [
      'two objects',
      `${CHILD}; CREATE VIEW v AS SELECT * FROM users`,
      'the foreign key of posts and the view v',
    ],
    [
      'a table that followed an earlier rename',
      'CREATE TABLE posts (a REFERENCES people); ALTER TABLE people RENAME TO users',
      'the foreign key of posts',
    ],
    ['code that cannot be read', '${sql}', 'foreign keys, views and triggers that name users'],
  ])('%s follows', async (_, base, who) => {
    const folder = after(base, `up: \`${WRONG}\``)
    if (base.startsWith('$')) folder['001_a.ts'] = migrationWith('up(db) { db.run(make()) }')
    const found = (await checkFolder(folder, settings)).filter(
      (one) => one.code === 'REBUILD_ORDER',
    )
    expect(found.map(({ message }) => message)).toEqual([
      `migrations/002_b.ts renames users to users_old and then puts a new users in its place. References follow a rename, so ${who} will mean users_old from then on, and break when it is dropped.`,
    ])
  })

  test('code makes what names the table between two SQL steps', async () => {
    const folder = {
      '001_a.ts': migrationWith(`up: 'CREATE TABLE users (id INTEGER PRIMARY KEY)'`),
      '002_b.ts': migrationWith(`up(db) { db.exec('${CHILD}') }`),
      '003_c.ts': migrationWith(`up: \`${WRONG}\``),
    }
    expect(await placesIn(folder, settings)).toEqual(['003_c.ts:3:8 error REBUILD_ORDER'])
  })

  test('statement by statement in code', async () => {
    const up = `up(db) { if (db) { db.exec('CREATE TABLE d (e REFERENCES a); ALTER TABLE a RENAME TO b') } db.exec('CREATE TABLE a (c)') }`
    expect(await placesIn({ '001_a.ts': migrationWith(up) }, settings)).toEqual([
      '001_a.ts:3:64 error REBUILD_ORDER',
    ])
  })

  test.each([
    ['columns that both have', 'CREATE TABLE users (id, "Full Name", x)', 'id, "full name"'],
    ['a new one', 'CREATE TABLE users (id)', 'id'],
    [
      'one that was added',
      'CREATE TABLE users (id); ALTER TABLE users ADD COLUMN "full name"',
      ALL,
    ],
    [
      'one that was renamed',
      'CREATE TABLE users (id, name); ALTER TABLE users RENAME name TO "full name"',
      ALL,
    ],
    [
      'one that was dropped',
      'CREATE TABLE users (id, "full name"); ALTER TABLE users DROP "full name"',
      'id',
    ],
    [
      'a table that was renamed',
      'CREATE TABLE people (id, "full name"); ALTER TABLE people RENAME TO users',
      ALL,
    ],
    [
      'a second CREATE TABLE',
      'CREATE TABLE IF NOT EXISTS users (id); CREATE TABLE IF NOT EXISTS users (x)',
      'id',
    ],
    ['a table of which nobody knows', 'CREATE TABLE users AS SELECT 1 AS id', '…'],
    ['a table that is gone', 'CREATE TABLE users (id); DROP TABLE users', '…'],
  ])('the fix is the right order as SQL: %s', async (_, base, columns) => {
    const folder = after(`${base}; ${CHILD}`, `up: \`${WRONG}\``)
    expect(await fixOf(folder)).toContain(
      `\`CREATE TABLE users_new (…); INSERT INTO users_new (${columns}) SELECT ${columns} FROM users; DROP TABLE users; ALTER TABLE users_new RENAME TO users;\``,
    )
  })

  test.each([
    [
      'INSERT INTO users (id, age, full) SELECT o.id, coalesce(o.age, 0), trim(o.name) FROM users_old AS o',
      'INSERT INTO users_new (id, age, full) SELECT o.id, coalesce(o.age, 0), trim(o.name) FROM users AS o',
    ],
    [
      `INSERT INTO "users" SELECT users_old.id, age, 'users_old' FROM [users_old] -- all\n WHERE id > 0`,
      `INSERT INTO users_new SELECT users.id, age, 'users_old' FROM users WHERE id > 0`,
    ],
    [
      'INSERT INTO users (id, users, age) SELECT id, name, age FROM users_old',
      'INSERT INTO users_new (id, users, age) SELECT id, name, age FROM users',
    ],
    [
      'INSERT INTO users (id, full) SELECT id, name FROM users_old',
      'INSERT INTO users_new (id, age) SELECT id, age FROM users',
    ],
  ])('the fix copies as the author does, if that is all: %s', async (copy, fix) => {
    const base = 'CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, age INTEGER)'
    const up = `ALTER TABLE users RENAME TO users_old;
CREATE TABLE users (id INTEGER PRIMARY KEY, age INTEGER NOT NULL, full TEXT); ${copy}; DROP TABLE users_old`
    expect(await fixOf(after(`${base}; ${CHILD}`, `up: ${JSON.stringify(up)}`))).toContain(
      `(…); ${fix}; DROP TABLE users;`,
    )
  })

  test.each([
    [
      'CREATE VIEW v AS SELECT id FROM users',
      /^Drop the view v first, and recreate it at the end\. Keep/,
    ],
    [CHILD, /^Keep the old name/],
  ])('the fix takes readers out of the way: %s', async (reader, fix) => {
    const base = 'CREATE TABLE users (id INTEGER PRIMARY KEY, "full name" TEXT)'
    expect(await fixOf(after(`${base}; ${reader}`, `up: \`${WRONG}\``))).toMatch(fix)
  })

  test('the fix leaves columns out that are computed', async () => {
    const made = 'CREATE TABLE users (id, a AS (id) STORED, b GENERATED ALWAYS AS (id))'
    const up = `ALTER TABLE users RENAME TO old; ${made}; DROP TABLE old`
    expect(await fixOf(after(`${made}; ${CHILD}`, `up: '${up}'`))).toContain(
      'INSERT INTO users_new (id) SELECT id FROM users;',
    )
  })
})

describe('what SQLite makes of the foreign key of another table', () => {
  const parentAfter = (sql: string): string => {
    const db = new Database(':memory:')
    db.exec(`PRAGMA foreign_keys = OFF; CREATE TABLE users (id INTEGER PRIMARY KEY);
      CREATE TABLE posts (author INTEGER REFERENCES users (id))`)
    db.exec(sql)
    return (db.pragma('foreign_key_list(posts)') as { table: string }[])[0]!.table
  }

  test('the wrong order takes it along', () => expect(parentAfter(WRONG)).toBe('users_old'))
  test('so it does with the new one made first', () =>
    expect(parentAfter(SWAPPED)).toBe('users_old'))
  test('the right order leaves it', () => expect(parentAfter(RIGHT)).toBe('users'))
  test('so does the old way of renaming', () =>
    expect(parentAfter(`PRAGMA legacy_alter_table = ON; ${WRONG}`)).toBe('users'))
})

describe('where the replay sees what means the old table', () => {
  const BASE = `-- irreversible: a test
-- migrate:up
CREATE TABLE u (id INTEGER PRIMARY KEY, x TEXT);
CREATE TABLE a (id INTEGER PRIMARY KEY, u INTEGER REFERENCES u (id));
CREATE INDEX a_u ON a (u);
`
  const proven = (up: string) =>
    placesProven({
      '001_a.sql': BASE,
      '002_b.sql': `-- irreversible: a test\n-- migrate:up\n${up}\n`,
    })
  const MOVED = `ALTER TABLE u RENAME TO o;
CREATE TABLE u (id INTEGER PRIMARY KEY, x TEXT);
INSERT INTO u (id, x) SELECT id, x FROM o;`

  test.each([
    [
      'a second rename brings it back',
      `${MOVED}\nDROP TABLE o;\nALTER TABLE u RENAME TO o;\nALTER TABLE o RENAME TO u;`,
    ],
    [
      'the child is rebuilt as well',
      `${MOVED}
CREATE TABLE n (id INTEGER PRIMARY KEY, u INTEGER REFERENCES u (id));
INSERT INTO n (id, u) SELECT id, u FROM a;
DROP TABLE a;
ALTER TABLE n RENAME TO a;
CREATE INDEX a_u ON a (u);
DROP TABLE o;`,
    ],
    ['nothing meant it', `DROP TABLE a;\n${MOVED}\nDROP TABLE o;`],
  ])('%s', async (_what, up) => {
    expect((await proven(up)).filter((one) => !one.endsWith('TABLE_DROPPED'))).toEqual([])
  })

  test.each([
    ['and drops it', `${MOVED}\nDROP TABLE o;`],
    ['and leaves it', MOVED],
  ])('a foreign key, %s: one finding', async (_what, up) => {
    expect(await proven(up)).toEqual(['002_b.sql:3:1 error REBUILD_ORDER'])
  })

  test('a foreign key, in code that puts the text together', async () => {
    const code = `export const irreversible = 'a test'\nexport const up = (db: any) => db.exec(\`${MOVED}\`.trim())\n`
    const found = await placesProven({ '001_a.sql': BASE, '002_b.ts': code })
    expect(found).toEqual(['002_b.ts:2:41 error REBUILD_ORDER'])
  })

  test('a view', async () => {
    const up = `DROP TABLE a;\nCREATE VIEW before AS SELECT 1;\n${MOVED}`
    const base = { '001_a.sql': `${BASE}CREATE VIEW v AS SELECT x FROM u;\n` }
    const found = await placesProven({
      ...base,
      '002_b.sql': `-- irreversible: a test\n-- migrate:up\n${up}\nDROP TABLE o;\n`,
    })
    expect(found.filter((one) => !one.endsWith('TABLE_DROPPED'))).toEqual([
      '002_b.sql:5:1 error REBUILD_ORDER',
    ])
  })

  test('a step that fails says why, and no more', async () => {
    expect(await proven(`${MOVED}\nDROP TABLE nothing;`)).toEqual([
      '002_b.sql:6:1 error REPLAY_UP_FAILED',
    ])
  })
})
