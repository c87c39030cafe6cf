// Two findings of one code that are about different matters have subjects of their own, and each is told with its own cause.
import { expect, test } from 'vitest'
import { codesIn, foundIn } from './prove-project.js'
import { testSome } from '../../support/some-of.js'

const PEOPLE =
  'CREATE TABLE t (id INTEGER PRIMARY KEY, email TEXT, gone INTEGER NOT NULL DEFAULT 0 CHECK (gone IN (0, 1)));'
const copied = (
  email: string,
  copy: string,
): string => `CREATE TABLE n (id INTEGER PRIMARY KEY, email TEXT${email}, gone INTEGER NOT NULL DEFAULT 0 CHECK (gone IN (0, 1)));
INSERT OR IGNORE INTO n (id, email, gone) SELECT id, email, gone FROM t${copy};
DROP TABLE t; ALTER TABLE n RENAME TO t;`

testSome([
  ['a filter and a conflict', ' UNIQUE', ' WHERE gone = 0', ['t', 't.email']],
  ['a conflict alone', ' UNIQUE', '', ['t']],
  ['a filter alone', '', ' WHERE gone = 0', ['t']],
])('rows lost by %s', async (_, email, copy, subjects) => {
  const found = await foundIn(PEOPLE, copied(email, copy))
  expect(found.map(({ code, subject }) => [code, subject])).toEqual(
    subjects.map((one) => ['ROWS_LOST', one]),
  )
  expect(found.map(({ message }) => message.includes('OR IGNORE drops'))).toEqual(
    subjects.map((one) => email !== '' && (one !== 't' || copy === '')),
  )
})

test('a comment about some of the rows covers no others', async () => {
  const comment = '-- lockstep-ignore ROWS_LOST t: those that are gone need no copy\n'
  expect(await codesIn(PEOPLE, comment + copied(' UNIQUE', ' WHERE gone = 0'))).toEqual([
    'error ROWS_LOST t.email',
  ])
})

testSome([
  ['two constraints', 'email TEXT UNIQUE, role TEXT CHECK (role IN (1, 2))', ['t.email', 't.role']],
  ['one', 'email TEXT UNIQUE, role TEXT', ['t']],
])('%s that a new table was not given', async (_, columns, subjects) => {
  const change = `CREATE TABLE n (id INTEGER PRIMARY KEY, email TEXT, role TEXT);
INSERT INTO n (id, email, role) SELECT id, email, role FROM t;
DROP TABLE t; ALTER TABLE n RENAME TO t;`
  expect(await codesIn(`CREATE TABLE t (id INTEGER PRIMARY KEY, ${columns});`, change)).toEqual(
    subjects.map((one) => `warning CONSTRAINT_LOST ${one}`),
  )
})

test('what code throws at one place is told once, whatever it says of the rows', async () => {
  const change = `export const irreversible = 'the texts are gone'
export function up(db) {
  const rows = db.prepare('SELECT name FROM t').all()
  if (rows.length > 0) throw new Error(JSON.stringify(rows))
}`
  expect(await codesIn('CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT);', change)).toEqual([
    'warning REPLAY_CODE_FAILS_ON_ROWS t',
  ])
})

test('code that misses the parent of a row is about that row, and the others are moved', async () => {
  const tables = `CREATE TABLE p (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL);
CREATE TABLE f (id INTEGER PRIMARY KEY AUTOINCREMENT, value TEXT NOT NULL, p INTEGER REFERENCES p (id)); CREATE INDEX f_p ON f (p);`
  const change = `export const irreversible = 'none'
export function up(db) {
  db.exec('CREATE TABLE p2 (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL); CREATE TABLE f2 (p INTEGER NOT NULL REFERENCES p2 (id), value TEXT NOT NULL); CREATE INDEX f2_p ON f2 (p)')
  const map = new Map()
  for (const { id, name } of db.prepare('SELECT * FROM p').all())
    map.set(id, db.prepare('INSERT INTO p2 (name) VALUES (?)').run(name).lastInsertRowid)
  for (const { p, value } of db.prepare('SELECT * FROM f').all()) {
    if (!map.has(p)) throw new Error('no parent ' + p)
    db.prepare('INSERT INTO f2 (p, value) VALUES (?, ?)').run(map.get(p), value)
  }
  db.exec('DROP TABLE f; DROP TABLE p')
}`
  expect(await codesIn(tables, change)).toEqual([
    'warning REPLAY_CODE_FAILS_ON_ROWS f.p',
    'warning TABLE_RENAMED f',
    'warning TABLE_RENAMED p',
  ])
})

test('a type that code converts each value to', async () => {
  const change = `export const irreversible = 'times are numbers'
export function up(db) {
  db.exec('CREATE TABLE n (id TEXT PRIMARY KEY NOT NULL, seen INTEGER)')
  const insert = db.prepare('INSERT INTO n (id, seen) VALUES (?, ?)')
  for (const { id, seen } of db.prepare('SELECT id, seen FROM d').all())
    insert.run(id, seen === null ? null : Date.parse(seen) || null)
  db.exec('DROP TABLE d; ALTER TABLE n RENAME TO d')
}`
  const tables = 'CREATE TABLE d (id TEXT PRIMARY KEY NOT NULL, seen TEXT);'
  expect(await codesIn(tables, change)).toEqual([])
  expect(await codesIn(tables, change.replace('Date.parse(seen) || null', 'seen'))).toEqual([
    'warning COLUMN_TYPE_CHANGED d.seen',
  ])
})

test('a trigger that counts rows which a key takes away', async () => {
  const tables = `CREATE TABLE albums (id INTEGER PRIMARY KEY, n INTEGER NOT NULL DEFAULT 0);
CREATE TABLE tracks (id INTEGER PRIMARY KEY, album INTEGER NOT NULL REFERENCES albums (id));
CREATE TABLE files (id INTEGER PRIMARY KEY, track INTEGER REFERENCES tracks (id) ON DELETE SET NULL, missing INTEGER);
CREATE INDEX f_t ON files (track); CREATE INDEX t_a ON tracks (album);
CREATE TRIGGER td AFTER DELETE ON tracks BEGIN UPDATE albums SET n = n - 1 WHERE id = old.album; END;`
  const change = `-- foreign_keys: enforce
-- irreversible: what was missing is gone
-- migrate:up
DELETE FROM tracks WHERE id IN (SELECT track FROM files WHERE missing = 1);
DELETE FROM files WHERE missing = 1;`
  expect(await codesIn(tables, change)).toEqual([])
})

testSome([
  [
    '-- lockstep-ignore DOWN_NOT_INVERSE columns m: the order does not matter\n',
    ['error DOWN_NOT_INVERSE index m_kind', 'error DOWN_NOT_INVERSE m'],
  ],
  [
    '-- lockstep-ignore DOWN_NOT_INVERSE m: the column holds nothing\n',
    ['error DOWN_NOT_INVERSE index m_kind'],
  ],
])(
  'what `down` does not bring back, object by object, with the comment %s',
  async (comment, codes) => {
    const found = await codesIn(
      'CREATE TABLE m (id INTEGER PRIMARY KEY, receipt INTEGER NOT NULL DEFAULT 0 CHECK (receipt < 9), kind TEXT);\nCREATE INDEX m_kind ON m (kind);',
      `-- lockstep-ignore COLUMN_DROPPED m.receipt: not used\nDROP INDEX m_kind;\nALTER TABLE m DROP COLUMN receipt;\n-- migrate:down\n${comment}ALTER TABLE m ADD COLUMN receipt INTEGER;`,
    )
    expect(found.filter((one) => one.includes('DOWN_NOT_INVERSE')).sort()).toEqual(codes)
  },
)

test('which parent a row gets, and an index over random values of the parents', async () => {
  const lostWith = async (index: string): Promise<string | undefined> => {
    const found = await foundIn(
      'CREATE TABLE p (id INTEGER PRIMARY KEY, name TEXT);',
      `ALTER TABLE p ADD COLUMN uuid BLOB; UPDATE p SET uuid = randomblob(16); ${index}`,
      'CREATE TABLE c (id INTEGER PRIMARY KEY, p INTEGER NOT NULL REFERENCES p (id), a TEXT);',
      'DROP TABLE c;',
    )
    return found.find(({ code }) => code === 'TABLE_DROPPED')?.message
  }
  const lost = await lostWith('')
  expect(lost).toContain('p = ')
  expect(await lostWith('CREATE UNIQUE INDEX p_uuid ON p (uuid);')).toBe(lost)
})

testSome([
  ["db.exec(`UPDATE t SET n = 1 WHERE name = '${name}'`)", 'Bind the values'],
  ["db.exec('DROP TABLE nothing')", 'Correct the statement'],
])('a statement of code that is no SQL once there are rows: %s', async (statement, fix) => {
  const change = `export const irreversible = 'no'
export function up(db) { for (const { name } of db.prepare('SELECT name FROM t').all()) ${statement} }`
  const found = await foundIn(
    'CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, n INTEGER);',
    change,
  )
  const [failure, ...others] = found.filter(({ code }) => code === 'REPLAY_FAILS_ON_ROWS')
  expect([failure?.fix.startsWith(fix), others]).toEqual([true, []])
})
