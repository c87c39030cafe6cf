// Columns that make room for others of their name, and columns and tables that go when their values stand elsewhere: what
// counts is where the values are afterwards, whatever copied them.
import { expect, test } from 'vitest'
import { placesProven } from '../../proven/prove-project.js'
import { testSome } from '../../../support/some-of.js'

const M = 'CREATE TABLE m (id INTEGER PRIMARY KEY, ssl INTEGER, title TEXT NOT NULL)'
const sql = (...statements: string[]): string =>
  `-- irreversible: there is no way back\n-- migrate:up\n${statements.join(';\n')};\n`
const code = (body: string): string =>
  `export const irreversible = 'there is no way back'\nexport function up(db) {\n${body}\n}\n`

/** `severity CODE` of what is found in the second version. */
async function found(first: string, second: string): Promise<string[]> {
  const isCode = second.includes('function')
  const places = await placesProven({
    '001_a.sql': sql(first),
    [`002_b.${isCode ? 'js' : 'sql'}`]: second,
  })
  return places
    .filter((one) => one.startsWith('002') && !one.includes(' info '))
    .map((one) => one.replace(/^\S+ /, ''))
}

const ADD = 'ALTER TABLE m ADD COLUMN ssl INTEGER NOT NULL DEFAULT 0'
const DROP = 'ALTER TABLE m DROP COLUMN ssl'

testSome([
  ['with another default', M, sql(DROP, ADD)],
  ['with another type', M, sql(DROP, 'ALTER TABLE m ADD COLUMN ssl TEXT')],
  [
    'beside other statements',
    M,
    sql('CREATE TABLE o (id INTEGER PRIMARY KEY)', DROP, 'INSERT INTO o VALUES (1)', ADD),
  ],
  [
    'in a table with another name in between',
    M,
    sql(
      'ALTER TABLE m RENAME TO n',
      'ALTER TABLE n DROP COLUMN ssl',
      'ALTER TABLE n ADD COLUMN ssl INTEGER',
      'ALTER TABLE n RENAME TO m',
    ),
  ],
  [
    'with two values only',
    'CREATE TABLE m (id INTEGER PRIMARY KEY, ssl INTEGER NOT NULL DEFAULT 0 CHECK (ssl IN (0, 1)), title TEXT)',
    sql(DROP, ADD),
  ],
  [
    'saved in part',
    M,
    sql(
      'CREATE TABLE o (m INTEGER, ssl INTEGER)',
      "INSERT INTO o SELECT id, ssl FROM m WHERE title LIKE '%1'",
      DROP,
      ADD,
    ),
  ],
  ['updated before it goes', M, sql('UPDATE m SET ssl = ssl + 1', DROP, ADD)],
  [
    'by code',
    M,
    code(
      "db.exec('ALTER TABLE m DROP COLUMN ssl'); db.exec('ALTER TABLE m ADD COLUMN ssl INTEGER')",
    ),
  ],
  [
    'left out of a copy',
    M,
    sql(
      'CREATE TABLE n (id INTEGER PRIMARY KEY, ssl INTEGER, title TEXT NOT NULL)',
      'INSERT INTO n (id, title) SELECT id, title FROM m',
      'DROP TABLE m',
      'ALTER TABLE n RENAME TO m',
    ),
  ],
])('the values of a column are lost: %s', async (_name, first, second) => {
  expect(await found(first, second)).toEqual(['error VALUES_LOST'])
})

const USERS =
  'CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL, email TEXT, phone TEXT, age INTEGER)'
const made = (columns: string, copy: string): string =>
  sql(`CREATE TABLE n (${columns})`, copy, 'DROP TABLE users', 'ALTER TABLE n RENAME TO users')
const SAME = 'id INTEGER PRIMARY KEY, name TEXT NOT NULL, email TEXT, phone TEXT, age INTEGER'
const dance = (column: string, from: string, where = ''): string =>
  sql(
    `ALTER TABLE users ADD COLUMN fresh`,
    `UPDATE users SET fresh = ${from} ${where}`,
    `ALTER TABLE users DROP COLUMN ${column}`,
    `ALTER TABLE users RENAME COLUMN fresh TO ${column}`,
  )

testSome([
  [
    'ids that a rebuild numbers anew',
    made(SAME, 'INSERT INTO n (name, email, phone, age) SELECT name, email, phone, age FROM users'),
    'error VALUES_LOST',
  ],
  [
    'a column of another type that is not copied',
    made(
      SAME.replace('age INTEGER', 'age TEXT'),
      'INSERT INTO n (id, name, email, phone) SELECT id, name, email, phone FROM users',
    ),
    'error VALUES_LOST',
  ],
  [
    'what REPLACE in code does not name',
    code(
      "const put = db.prepare('INSERT OR REPLACE INTO users (id, name) VALUES (?, ?)')\nfor (const r of db.prepare('SELECT id, name FROM users').all()) put.run(r.id, r.name.trim())",
    ),
    'error VALUES_LOST',
  ],
  [
    'a column that takes the place of another for some rows',
    dance('age', 'age', "WHERE name LIKE '%1'"),
    'error VALUES_LOST',
  ],
  [
    'a column that takes the place of another with the values of a third',
    dance('phone', 'email'),
    'error VALUES_SWAPPED',
  ],
  [
    'columns that change their names',
    sql(
      'ALTER TABLE users RENAME COLUMN email TO tmp',
      'ALTER TABLE users RENAME COLUMN phone TO email',
      'ALTER TABLE users RENAME COLUMN tmp TO phone',
    ),
    'warning COLUMN_RENAMED',
  ],
])('is told: %s', async (_name, second, finding) => {
  expect(await found(USERS, second)).toContain(finding)
})

testSome([
  ['IGNORE', 'error TABLE_DROPPED'],
  ['REPLACE', 'error ROWS_LOST'],
])('rows that OR %s merges into another table may collide', async (conflict, finding) => {
  const first = `${USERS};\nCREATE TABLE admins (id INTEGER PRIMARY KEY, name TEXT NOT NULL)`
  const merge = sql(
    `INSERT OR ${conflict} INTO users (id, name) SELECT id, name FROM admins`,
    'DROP TABLE admins',
  )
  expect(await found(first, merge)).toContain(finding)
})

testSome([
  [
    'over a column that takes its place',
    M,
    sql(
      'ALTER TABLE m ADD COLUMN fresh INTEGER',
      'UPDATE m SET fresh = ssl',
      DROP,
      'ALTER TABLE m RENAME COLUMN fresh TO ssl',
    ),
  ],
  [
    'over a column for the time being',
    M,
    sql(
      'ALTER TABLE m RENAME COLUMN ssl TO old',
      ADD,
      'UPDATE m SET ssl = coalesce(old, 0)',
      'ALTER TABLE m DROP COLUMN old',
    ),
  ],
  [
    'made into others',
    M,
    sql(
      'ALTER TABLE m RENAME COLUMN ssl TO old',
      'ALTER TABLE m ADD COLUMN ssl TEXT',
      "UPDATE m SET ssl = CASE WHEN old > 5 THEN 'on' ELSE 'off' END",
      'ALTER TABLE m DROP COLUMN old',
    ),
  ],
  [
    'renamed there and back',
    M,
    sql('ALTER TABLE m RENAME COLUMN ssl TO s', 'ALTER TABLE m RENAME COLUMN s TO ssl'),
  ],
  [
    'two that change their names',
    M,
    sql(
      'ALTER TABLE m RENAME COLUMN ssl TO t',
      'ALTER TABLE m RENAME COLUMN title TO ssl',
      'ALTER TABLE m RENAME COLUMN t TO title',
    ),
  ],
  [
    'saved with their rows, and begun anew',
    M,
    sql(
      'CREATE TABLE o (m INTEGER REFERENCES m (id), ssl INTEGER)',
      'CREATE INDEX o_m ON o (m)',
      'INSERT INTO o SELECT id, ssl FROM m',
      DROP,
      ADD,
    ),
  ],
])('they are kept: %s', async (_name, first, second) => {
  const places = await found(first, second)
  expect(places.filter((one) => one.includes('VALUES'))).toEqual([])
})

const READINGS =
  'CREATE TABLE reading (device INTEGER NOT NULL, at INTEGER NOT NULL, kind TEXT NOT NULL, value REAL, PRIMARY KEY (device, kind, at)) WITHOUT ROWID'

test('a column of the primary key that becomes a key of a table of its own is no loss', async () => {
  const up = sql(
    'CREATE TABLE kind (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE)',
    'INSERT INTO kind (name) SELECT DISTINCT kind FROM reading ORDER BY kind DESC',
    'CREATE TABLE n (device INTEGER NOT NULL, kind_id INTEGER NOT NULL REFERENCES kind (id), at INTEGER NOT NULL, value REAL, PRIMARY KEY (device, kind_id, at)) WITHOUT ROWID',
    'INSERT INTO n (device, kind_id, at, value) SELECT r.device, k.id, r.at, r.value FROM reading r JOIN kind k ON k.name = r.kind',
    'DROP TABLE reading',
    'ALTER TABLE n RENAME TO reading',
  )
  expect((await found(READINGS, up)).filter((one) => /DROPPED|LOST/.test(one))).toEqual([])
})

const TWO = `${M};\nCREATE TABLE o (id INTEGER PRIMARY KEY, m INTEGER REFERENCES m (id), note TEXT);\nCREATE INDEX o_m ON o (m)`

testSome([
  [
    'a table of their own',
    M,
    sql(
      'CREATE TABLE s (m INTEGER NOT NULL REFERENCES m (id), v INTEGER NOT NULL)',
      'CREATE INDEX s_m ON s (m)',
      'INSERT INTO s SELECT id, ssl FROM m WHERE ssl IS NOT NULL',
      DROP,
    ),
  ],
  [
    'a column of another type',
    M,
    sql('ALTER TABLE m ADD COLUMN port TEXT', 'UPDATE m SET port = ssl', DROP),
  ],
  [
    'a column of another table',
    TWO,
    sql(
      'ALTER TABLE o ADD COLUMN title TEXT',
      'UPDATE o SET title = (SELECT m.title FROM m WHERE m.id = o.m)',
      'CREATE TABLE s (m INTEGER, v INTEGER)',
      'INSERT INTO s SELECT id, ssl FROM m',
      DROP,
    ),
  ],
  [
    'a table that rows point at',
    M,
    sql(
      'CREATE TABLE titles (id INTEGER PRIMARY KEY, title TEXT NOT NULL UNIQUE)',
      'INSERT INTO titles (title) SELECT DISTINCT title FROM m',
      'ALTER TABLE m ADD COLUMN title_id INTEGER',
      'UPDATE m SET title_id = (SELECT t.id FROM titles t WHERE t.title = m.title)',
      'ALTER TABLE m DROP COLUMN title',
    ),
  ],
  [
    'a table, by code',
    M,
    code(`db.exec('CREATE TABLE s (m INTEGER, v INTEGER)')
  for (const { id, ssl } of db.prepare('SELECT id, ssl FROM m').all()) db.prepare('INSERT INTO s (m, v) VALUES (?, ?)').run(id, ssl)
  db.exec('ALTER TABLE m DROP COLUMN ssl')`),
  ],
  [
    'another table, that takes all rows',
    M,
    sql(
      'CREATE TABLE all_m (id INTEGER PRIMARY KEY, ssl INTEGER, title TEXT, origin TEXT)',
      "INSERT INTO all_m (ssl, title, origin) SELECT ssl, title, 'm' FROM m",
      'DROP TABLE m',
    ),
  ],
  [
    'two tables, by kind',
    'CREATE TABLE m (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, title TEXT)',
    sql(
      'CREATE TABLE x (id INTEGER PRIMARY KEY, kind TEXT, title TEXT)',
      'CREATE TABLE y (id INTEGER PRIMARY KEY, kind TEXT, title TEXT)',
      "INSERT INTO x SELECT id, kind, title FROM m WHERE kind = 'a'",
      "INSERT INTO y SELECT id, kind, title FROM m WHERE kind <> 'a'",
      'DROP TABLE m',
    ),
  ],
  [
    'two tables, column by column',
    M,
    sql(
      'CREATE TABLE x (id INTEGER PRIMARY KEY, ssl INTEGER)',
      'CREATE TABLE y (id INTEGER PRIMARY KEY, title TEXT)',
      'INSERT INTO x SELECT id, ssl FROM m',
      'INSERT INTO y SELECT id, title FROM m',
      'DROP TABLE m',
    ),
  ],
  [
    'the same table under another name, where a new one begins anew',
    M,
    sql('ALTER TABLE m RENAME TO m_2023', 'CREATE TABLE m (id INTEGER PRIMARY KEY, ssl INTEGER)'),
  ],
  [
    'the same tables, which exchange their names',
    `${M}; CREATE TABLE other (id INTEGER PRIMARY KEY, x TEXT)`,
    sql(
      'ALTER TABLE m RENAME TO h',
      'ALTER TABLE other RENAME TO m',
      'ALTER TABLE h RENAME TO other',
    ),
  ],
])('what goes is no loss where its values stand in %s', async (_name, first, second) => {
  expect((await found(first, second)).filter((one) => /DROPPED|LOST/.test(one))).toEqual([])
})

testSome([
  ['COLUMN_DROPPED', 'nothing has them', M, sql(DROP)],
  [
    'COLUMN_DROPPED',
    'only some',
    M,
    sql(
      'CREATE TABLE s (m INTEGER, v INTEGER)',
      "INSERT INTO s SELECT id, ssl FROM m WHERE title LIKE '%1'",
      DROP,
    ),
  ],
  [
    'COLUMN_DROPPED',
    'each once, without its row',
    M,
    sql('CREATE TABLE s (v INTEGER)', 'INSERT INTO s SELECT DISTINCT ssl FROM m', DROP),
  ],
  [
    'COLUMN_DROPPED',
    'worked into others',
    M,
    sql('ALTER TABLE m ADD COLUMN safe INTEGER', 'UPDATE m SET safe = ssl > 3', DROP),
  ],
  [
    'COLUMN_DROPPED',
    'keys of parents, which are where they were',
    TWO,
    sql(
      'DROP INDEX o_m',
      "INSERT INTO m (title) VALUES ('more')",
      'CREATE TABLE o2 (id INTEGER PRIMARY KEY, note TEXT)',
      'INSERT INTO o2 SELECT id, note FROM o',
      'DROP TABLE o',
      'ALTER TABLE o2 RENAME TO o',
    ),
  ],
  ['TABLE_DROPPED', 'nothing has them', M, sql('DROP TABLE m')],
  [
    'TABLE_DROPPED',
    'only some rows',
    M,
    sql(
      'CREATE TABLE n (id INTEGER PRIMARY KEY, ssl INTEGER, title TEXT)',
      "INSERT INTO n SELECT id, ssl, title FROM m WHERE title = 'x'",
      'DROP TABLE m',
    ),
  ],
  [
    'TABLE_DROPPED',
    'only some columns',
    M,
    sql(
      'CREATE TABLE n (id INTEGER PRIMARY KEY, title TEXT)',
      'INSERT INTO n SELECT id, title FROM m',
      'DROP TABLE m',
    ),
  ],
])('%s: %s', async (code, _name, first, second) => {
  expect(await found(first, second)).toContain(`error ${code}`)
})
