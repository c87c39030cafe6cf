// What is said where rows may not be alike, and that the SQL suggested takes nothing but rows in the way.
import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import type { StepFailed } from '../../../codegen/model/evidence.js'
import { onlyFinding, placeIn, sqlFile } from './replayed-folder.js'

const SCHEMA = `CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT, name TEXT NOT NULL, deleted INTEGER NOT NULL DEFAULT 0);
CREATE TABLE slim (a TEXT, b TEXT, PRIMARY KEY (a)) WITHOUT ROWID;
CREATE TABLE rooms (id INTEGER PRIMARY KEY, title TEXT UNIQUE, floor TEXT);
CREATE TABLE seats (id INTEGER PRIMARY KEY, room_id INTEGER REFERENCES rooms (id), row TEXT);
CREATE INDEX seats_room ON seats (room_id);
CREATE TABLE tags (name TEXT UNIQUE);
CREATE TABLE odd (rowid TEXT, a TEXT);
CREATE TABLE blank (id INTEGER PRIMARY KEY, a TEXT NOT NULL DEFAULT '', n INTEGER DEFAULT 0, m TEXT DEFAULT CURRENT_TIMESTAMP, b TEXT);`

/** What is said of the last statement of a step, which is not really run. */
async function words(steps: string, named: string, table: string | null = 'users') {
  const statement = steps.slice(steps.lastIndexOf('\n') + 1)
  const at = placeIn(2, { offset: steps.length - statement.length, statement })
  const fact: StepFailed = {
    kind: 'step-failed',
    stage: 'rows',
    cause: 'sqlite',
    message: `UNIQUE constraint failed: ${named}`,
    at,
    table,
    schema: [],
    row: null,
  }
  const folder = { '001_a.sql': sqlFile(SCHEMA), '002_b.sql': sqlFile(`${steps};`) }
  const { message, fix } = await onlyFinding(folder, { facts: [fact] })
  return { message, fix, sql: [...fix.matchAll(/`([^`]*)`/g)].map(([, sql = '']) => sql) }
}

const ROWS = `INSERT INTO users (email, name, deleted) VALUES
  (NULL, 'a', 0), (NULL, 'b', 0), ('x', 'c', 0), ('x', 'd', 0), ('X', 'e', 0), ('x', 'f', 1), ('y', 'f', 1)`

/** The database before the index is made. */
function database() {
  const db = new Database(':memory:')
  db.exec(SCHEMA)
  db.exec(ROWS)
  return db
}

describe('an index over rows that are alike', () => {
  test.each([
    ['CREATE UNIQUE INDEX i ON users (email)', 'users.email', 5],
    ['CREATE UNIQUE INDEX i ON users (Email DESC)', 'users.email', 5],
    ['CREATE UNIQUE INDEX i ON users (email) WHERE email IS NOT NULL', 'users.email', 5],
    ['CREATE UNIQUE INDEX i ON users (name)', 'users.name', 6],
    ['CREATE UNIQUE INDEX i ON users (email, deleted)', 'users.email, users.deleted', 6],
  ])('%s: the DELETE takes only rows in the way', async (index, named, left) => {
    const { sql } = await words(index, named)
    const [find = '', remove = ''] = sql.filter((text) => !text.startsWith('lockstep '))
    const db = database()
    expect(db.prepare(find).all()).toHaveLength(1)
    expect(remove).toMatch(/^DELETE FROM users/)
    db.exec(remove)
    expect(db.prepare('SELECT count(*) FROM users').pluck().get()).toBe(left)
    expect(db.prepare(find).all()).toEqual([])
    expect(() => db.exec(index)).not.toThrow()
  })

  test.each([
    ['CREATE UNIQUE INDEX i ON users (email) WHERE deleted = 0', 'users.email', 2],
    ['CREATE UNIQUE INDEX i ON users (email) WHERE deleted = 0 OR deleted = 1', 'users.email', 3],
    ['CREATE UNIQUE INDEX i ON users (email COLLATE NOCASE)', 'users.email', 4],
    ['CREATE UNIQUE INDEX i ON users (lower(email))', "index 'i'", 4],
  ])('%s: only finds them', async (index, named, alike) => {
    const { sql, fix } = await words(index, named)
    expect(fix).not.toContain('DELETE')
    expect(fix).toContain('decide which one stays')
    const found = database()
      .prepare<[], { 'count(*)': number }>(sql[0] ?? '')
      .all()
    expect(found.map((row) => row['count(*)'])).toEqual([alike])
  })

  test('says of which rows', async () => {
    const { message } = await words(
      'CREATE UNIQUE INDEX i ON users (email COLLATE nocase) WHERE deleted = 0',
      'users.email',
    )
    expect(message).toContain(
      'Until now, nothing kept two rows with deleted = 0 from having the same email COLLATE NOCASE.',
    )
  })

  test.each([
    ['a', 'a', "SELECT count(*) FROM blank WHERE a = ''", "a <> ''"],
    ['n', 'n', 'SELECT count(*) FROM blank WHERE n = 0', 'n <> 0'],
    [
      'a, n',
      'a, blank.n',
      "SELECT count(*) FROM blank WHERE a = '' AND n = 0",
      "NOT (a = '' AND n = 0)",
    ],
  ])('rows that share the default of %s are told apart', async (key, named, count, others) => {
    const index = `CREATE UNIQUE INDEX i ON blank (${key})`
    const { message, sql } = await words(index, `blank.${named}`, 'blank')
    expect(message).toContain(', and all that were inserted without')
    expect(sql.slice(0, 2)).toEqual([count, `WHERE ${others}`])
    const db = new Database(':memory:').exec(SCHEMA)
    db.exec("INSERT INTO blank (a, n) VALUES ('', 0), ('', 0), ('x', 1), ('x', 1), ('y', 2)")
    expect(db.prepare(count).pluck().get()).toBe(2)
    expect(db.prepare(sql[2] ?? '').all()).toHaveLength(1)
    db.exec(sql.find((one) => one.startsWith('DELETE')) ?? '')
    expect(db.prepare('SELECT count(*) FROM blank').pluck().get()).toBe(4)
    expect(() => db.exec(`${index} WHERE ${others}`)).not.toThrow()
  })

  test.each(['a COLLATE NOCASE', 'm'])('of %s not all do', async (key) => {
    const index = `CREATE UNIQUE INDEX i ON blank (${key})`
    const { message } = await words(index, `blank.${key.slice(0, 1)}`, 'blank')
    expect(message).not.toContain('default')
  })

  test('no DELETE by a rowid that is none', async () => {
    expect((await words('CREATE UNIQUE INDEX i ON slim (b)', 'slim.b', 'slim')).fix).not.toContain(
      'rowid',
    )
    expect((await words('CREATE UNIQUE INDEX i ON odd (a)', 'odd.a', 'odd')).fix).not.toContain(
      'rowid',
    )
  })

  test('no DELETE of rows that others refer to', async () => {
    const index = 'CREATE UNIQUE INDEX i ON rooms (floor)'
    const { fix } = await words(index, 'rooms.floor', 'rooms')
    expect(fix).not.toContain('DELETE')
    expect(fix).toContain('change or delete the others, and the rows that refer to them in seats,')
  })
})

describe('a copy', () => {
  test('into a new table asks the old one, by its own names', async () => {
    const { sql, fix } = await words(
      'CREATE TABLE people (id INTEGER PRIMARY KEY, mail TEXT UNIQUE);\nINSERT INTO people (id, mail) SELECT id, email FROM users',
      'people.mail',
    )
    expect(sql[0]).toBe(
      'SELECT email, count(*) FROM users WHERE email IS NOT NULL GROUP BY email HAVING count(*) > 1',
    )
    expect(fix).not.toContain('DELETE')
  })

  test('compares as the new table does', async () => {
    const { sql } = await words(
      'CREATE TABLE people (mail TEXT COLLATE NOCASE UNIQUE);\nINSERT INTO people (mail) SELECT name FROM users',
      'people.mail',
    )
    expect(sql[0]).toContain('GROUP BY name COLLATE NOCASE HAVING')
  })

  test.each([
    ['a TEXT UNIQUE', 'substr(email, 1, 1)', 'FROM users', 1],
    ['a TEXT UNIQUE', `CASE email WHEN 'X' THEN 'x' ELSE email END AS a`, 'FROM users', 1],
    ['a TEXT COLLATE NOCASE UNIQUE', "name || ''", 'FROM users WHERE deleted = 1', 1],
    ['a TEXT UNIQUE', 'upper(title)', 'FROM rooms', 0],
  ])('a %s of %s asks for what it computes', async (column, item, from, found) => {
    const { sql, fix } = await words(
      `CREATE TABLE n (${column});\nINSERT INTO n (a) SELECT ${item} ${from}`,
      'n.a',
      null,
    )
    expect(fix).not.toContain('NOT EXISTS')
    expect(database().prepare(sql[0]!).all()).toHaveLength(found)
    expect(fix.includes('the rows that refer to them in seats')).toBe(from === 'FROM rooms')
  })

  test.each([
    [
      'INSERT INTO n (a) SELECT trim(name) FROM users WHERE NOT EXISTS (SELECT 1 FROM n WHERE n.a = trim(users.name))',
    ],
    ['INSERT INTO n (a) SELECT row_number() OVER (PARTITION BY name) FROM users'],
    ["INSERT INTO n (a) SELECT 'x' FROM users"],
    ['INSERT INTO n SELECT trim(name) FROM users'],
    ['INSERT INTO n (a) SELECT trim(name) FROM users UNION ALL SELECT trim(row) FROM seats'],
    ['INSERT INTO n (a) SELECT trim(b) FROM (SELECT name AS b FROM users)'],
  ])('%s: no condition on the new table helps', async (statement) => {
    const { fix } = await words(`CREATE TABLE n (a TEXT UNIQUE);\n${statement}`, 'n.a', null)
    expect(fix).toMatch(/^Find .*decide which one stays/)
    expect(fix).not.toContain('NOT EXISTS')
  })

  test('of what is unique in the old table takes rows twice', async () => {
    const { message } = await words(
      'CREATE TABLE rooms2 (id INTEGER PRIMARY KEY, title TEXT UNIQUE);\nINSERT INTO rooms2 (title) SELECT r.title FROM rooms r JOIN seats ON room_id = r.id',
      'rooms2.title',
      'rooms',
    )
    expect(message).toContain('so the statement copies some more than once.')
  })
})

describe('a constraint that is older than the statement', () => {
  test('rows of one table that meet those of another: both are named', async () => {
    const { message } = await words('INSERT INTO tags (name) SELECT name FROM users', 'tags.name')
    expect(message).toContain(
      'The statement itself inserts a row of users with the same name as one already in tags, which is UNIQUE when it runs.',
    )
  })

  test.each([
    ["UPDATE rooms SET title = substr(title, 1, 2) WHERE title > ''", 'rooms.title'],
    ['INSERT INTO tags (name) SELECT name FROM users', 'tags.name'],
    ['INSERT INTO rooms (title) SELECT title FROM rooms', 'rooms.title'],
  ])('%s: it is the statement itself', async (statement, named) => {
    const { message, fix } = await words(statement, named, null)
    expect(message).toContain('The statement itself')
    expect(message).not.toContain('until now')
    expect(fix).not.toMatch(/DELETE|GROUP BY/)
  })
})

test('where the statement cannot be told, asks the table that is known', async () => {
  const { sql, fix } = await words('PRAGMA optimize', 'users__new.email')
  expect(sql[0]).toContain('FROM users WHERE email IS NOT NULL GROUP BY email HAVING')
  expect(fix).not.toContain('DELETE')
  expect((await words('PRAGMA optimize', 'users__new.mail')).fix).not.toContain('GROUP BY')
})
