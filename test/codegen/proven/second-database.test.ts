// Code that has run on one database and does something else on the next one in the same process, by what it keeps in a variable.
import { expect, test } from 'vitest'
import { codesIn, foundIn } from './prove-project.js'
import { testSome } from '../../support/some-of.js'

const TABLES = `CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT NOT NULL, n INTEGER, k_id INTEGER REFERENCES k (id));
CREATE TABLE k (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE INDEX t_k ON t (k_id);`

const each = (outside: string, body: string): string => `${outside}
export default { batches: [{ query: 'SELECT id, v FROM t', by: 'id', each(db, rows) { ${body} } }], irreversible: 'no' }`
const up = (outside: string, body: string): string => `${outside}
export const irreversible = 'no'
export function up(db) { ${body} }`

const SET = "db.prepare('UPDATE t SET n = ? WHERE id = ?')"
const LINK = `const get = db.prepare('SELECT id FROM k WHERE name = ?').pluck()
const add = db.prepare('INSERT INTO k (name) VALUES (?)')
const link = db.prepare('UPDATE t SET k_id = ? WHERE id = ?')
for (const r of rows) {
  if (!known.has(r.v)) known.set(r.v, get.get(r.v) ?? add.run(r.v).lastInsertRowid)
  link.run(known.get(r.v), r.id)
}`

const codesOf = async (code: string): Promise<string[]> =>
  (await foundIn(TABLES, code)).filter(({ severity }) => severity !== 'info').map((one) => one.code)

testSome([
  ['a statement', each('let set', `set ??= ${SET}; for (const r of rows) set.run(1, r.id)`)],
  ['a statement, in up', up('let set', "set ??= db.prepare('UPDATE t SET n = 1'); set.run()")],
  ['keys that it has looked up', each('const known = new Map()', LINK)],
  [
    'that it has run',
    up('let isDone = false', "if (!isDone) db.exec('UPDATE t SET n = 1'); isDone = true"),
  ],
])('is told: it keeps %s', async (_, code) => {
  expect(await codesOf(code)).toEqual(['UP_DEPENDS_ON_PROCESS'])
})

testSome([
  [
    'a statement in the function',
    each('', `const set = ${SET}; for (const r of rows) set.run(1, r.id)`),
  ],
  ['keys of this batch', each('', `const known = new Map(); ${LINK}`)],
  ['a count of nothing', up('let count = 0', "count++; db.exec('UPDATE t SET n = 1')")],
  [
    'what is the same everywhere',
    each(
      'const known = new Map()',
      `const set = ${SET}; for (const r of rows) { if (!known.has(r.v)) known.set(r.v, r.v.length); set.run(known.get(r.v), r.id) }`,
    ),
  ],
])('is right: it keeps %s', async (_, code) => {
  expect(await codesOf(code)).toEqual([])
})

test('it is said what to do', async () => {
  const code = each('let set', `set ??= ${SET}; for (const r of rows) set.run(1, r.id)`)
  expect(await foundIn(TABLES, code)).toMatchObject([
    {
      message: expect.stringContaining('migrated another database before'),
      fix: expect.stringContaining('Prepare statements'),
    },
  ])
})

testSome([
  ['NULL', []],
  ["'${name}'", ['warning NOT_DETERMINISTIC']],
])(
  'chance in the name of a table that gets another one leaves no trace: b is %s',
  async (b, codes) => {
    const up = `export const irreversible = 'no'
export function up(db) {
  const name = 't_' + Math.random()
  db.exec(\`CREATE TABLE "\${name}" (id INTEGER PRIMARY KEY, a TEXT, b TEXT); INSERT INTO "\${name}" SELECT id, a, ${b} FROM t\`)
  db.exec(\`DROP TABLE t; ALTER TABLE "\${name}" RENAME TO t\`)
}`
    expect(await codesIn('CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT);', up)).toEqual(codes)
  },
)

testSome([
  "db.prepare('UPDATE t SET a = ? WHERE a = ? AND id = 77').run(String(Math.random()), 'x')",
  "db.exec(`UPDATE t SET a = '${Math.random()}' WHERE a = 'x' AND id = 77`)",
  'db.exec(`UPDATE t SET a = ${Date.now()} WHERE id = 77`)',
])('chance in values is told where no generated row gets them: %s', async (change) =>
  expect(
    await codesIn('CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT);', up('', change)),
  ).toContain('warning NOT_DETERMINISTIC'),
)
