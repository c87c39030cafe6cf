// Code copies rows one by one: which statement has which rows is known by the values that it bound.
import { expect, test } from 'vitest'
import { foundIn } from './prove-project.js'

const said = async (code: string, ...steps: readonly string[]): Promise<string[]> =>
  (await foundIn(...steps)).filter((one) => one.code === code).map(({ message }) => message)

const code = (body: string): string =>
  `export const irreversible = 'nobody goes back'\nexport function up(db) { ${body} }`

const TABLES = `CREATE TABLE notes (k TEXT, body); CREATE UNIQUE INDEX notes_k ON notes (k);
CREATE TABLE marks (k TEXT, body, at INTEGER); CREATE UNIQUE INDEX marks_k ON marks (k, body);`
const COPY = `db.exec('CREATE TABLE notes_2 (k TEXT NOT NULL, body TEXT NOT NULL); CREATE TABLE marks_2 (k TEXT NOT NULL, body TEXT NOT NULL, at INTEGER NOT NULL)')
for (const name of ['notes', 'marks'])
  for (const row of db.prepare('SELECT * FROM ' + name).raw().all())
    try { db.prepare('INSERT INTO ' + name + '_2 VALUES (' + row.map(() => '?') + ')').run(...row) } catch {}`
const AGAIN = `CREATE TABLE notes_3 (k TEXT NOT NULL, body TEXT NOT NULL); INSERT INTO notes_3 SELECT * FROM notes_2;
CREATE TABLE marks_3 (k TEXT NOT NULL, body TEXT NOT NULL, at INTEGER NOT NULL); INSERT INTO marks_3 SELECT * FROM marks_2;`

test('rows that are left out where an error is caught', async () => {
  const step = code(`${COPY}\n    db.exec('DROP TABLE notes; DROP TABLE marks')`)
  const [notes, marks, ...more] = await said('ROWS_LOST', TABLES, step)
  expect(notes).toMatch(
    /rows of notes in `INSERT INTO notes_2 VALUES \(\?,\?\)`: it fails with "NOT NULL constraint failed: notes_2\.\w+", and the code goes on without the row/,
  )
  expect(marks).toMatch(/rows of marks in `INSERT INTO marks_2 VALUES .*: marks_2\.\w+", and/)
  expect(more).toEqual([])
})

test('the same where the tables are dropped later, behind one more copy', async () => {
  const drop = 'DROP TABLE notes_2; DROP TABLE marks_2;\nDROP TABLE marks;\nDROP TABLE notes;'
  const [marks, notes, ...more] = await said('ROWS_LOST', TABLES, code(COPY), AGAIN, drop)
  expect(notes).toMatch(
    /version 002 copies only some of its rows by `INSERT INTO notes_2 VALUES \(\?,\?\)`, and goes on where that fails with "NOT NULL/,
  )
  expect(marks).toMatch(/by `INSERT INTO marks_2 VALUES/)
  expect(more).toEqual([])
})

test('tables of one shape are not taken for each other', async () => {
  const tables = `CREATE TABLE boxes (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE flags (id INTEGER PRIMARY KEY AUTOINCREMENT, value TEXT NOT NULL, box INTEGER NOT NULL REFERENCES boxes (id));
CREATE TABLE attrs (id INTEGER PRIMARY KEY AUTOINCREMENT, value TEXT NOT NULL, box INTEGER NOT NULL REFERENCES boxes (id));`
  const step =
    code(`for (const name of ['flags', 'attrs']) db.exec('CREATE TABLE ' + name + '_2 (value TEXT NOT NULL, box INTEGER NOT NULL REFERENCES boxes (id), PRIMARY KEY (value, box))')
for (const name of ['flags', 'attrs']) {
  for (const { box, value } of db.prepare('SELECT box, value FROM ' + name).all()) db.prepare('INSERT OR IGNORE INTO ' + name + '_2 (box, value) VALUES (?, ?)').run(box, value)
  db.exec('DROP TABLE ' + name)
}`)
  const found = await said('TABLE_RENAMED', tables, step)
  expect(found.map((one) => /of the table (\w+ to \w+) /.exec(one)?.[1]).toSorted()).toEqual([
    'attrs to attrs_2',
    'flags to flags_2',
  ])
})

const PAID =
  'CREATE TABLE pay (c TEXT NOT NULL, w TEXT NOT NULL, at INTEGER NOT NULL, UNIQUE (w, c));'
const back = (read: string, run: string): string =>
  code(`const sums = {}; db.exec('ALTER TABLE pay ADD COLUMN n INTEGER')
for (const p of db.prepare('${read}').all()) db.prepare(${run}`)

test.each([
  ['SELECT * FROM pay', `'UPDATE pay SET n = ? WHERE c = ?').run(p.at, p.c)`],
  ['SELECT * FROM pay', `'UPDATE pay SET n = @at WHERE c = @c').run({ at: p.at, c: p.c })`],
])('rows that are written back by a column that is not unique: %s, %s', async (read, run) =>
  expect(await said('VALUES_LOST', PAID, back(read, run))).toEqual([
    expect.stringContaining('gives several rows of pay the same value in n in `UPDATE pay SET n'),
  ]),
)

test.each([
  ['SELECT * FROM pay', `'UPDATE pay SET n = ? WHERE c = ? AND w = ?').run(p.at, p.c, p.w)`],
  ['SELECT * FROM pay', `'UPDATE pay SET n = coalesce(n, 0) + ? WHERE c = ?').run(p.at, p.c)`],
  ['SELECT * FROM pay', `'UPDATE pay SET n = ? WHERE c = ?').run(p.c.length, p.c)`],
  [
    'SELECT c, max(at) AS at FROM pay GROUP BY c',
    `'UPDATE pay SET n = ? WHERE c = ?').run(p.at, p.c)`,
  ],
  ['SELECT * FROM pay ORDER BY at', `'UPDATE pay SET n = ? WHERE c = ?').run(p.at, p.c)`],
  [
    'SELECT * FROM pay',
    `'UPDATE pay SET n = ? WHERE c = ?').run((sums[p.c] = (sums[p.c] ?? 0) + p.at + 7), p.c)`,
  ],
])('and rows of which each gets its own value, or that of its group: %s, %s', async (read, run) =>
  expect(await said('VALUES_LOST', PAID, back(read, run))).toEqual([]),
)

const TWO = `CREATE TABLE accounts (id INTEGER PRIMARY KEY, url TEXT, changed INTEGER);
CREATE TABLE notes (id INTEGER PRIMARY KEY, account INTEGER, changed INTEGER DEFAULT 0);`
const both = (changed: string): string =>
  code(`db.exec('CREATE TABLE Account (id INTEGER PRIMARY KEY, url TEXT, changed INTEGER); CREATE TABLE Note (id INTEGER PRIMARY KEY, account INTEGER, changed INTEGER)')
for (const one of db.prepare('SELECT * FROM accounts').all()) db.prepare('INSERT INTO Account (id, url, changed) VALUES (?, ?, ?)').run(one.id, one.url, ${changed})
for (const one of db.prepare('SELECT * FROM notes').all()) db.prepare('INSERT INTO Note (id, account, changed) VALUES (?, ?, ?)').run(one.id, one.account, ${changed})
db.exec('DROP TABLE notes; DROP TABLE accounts')`)

test.each([
  ['one.changed', []],
  ['one.changed * 1000', []],
  ['0', ['error TABLE_DROPPED', 'error TABLE_DROPPED']],
])('two tables, each into one of its own, with %s', async (changed, codes) => {
  const found = (await foundIn(TWO, both(changed))).filter(({ severity }) => severity === 'error')
  expect(found.map((one) => `${one.severity} ${one.code}`)).toEqual(codes)
})
