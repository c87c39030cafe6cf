// Batches that go by values of some form: moments, documents, sums up to a bound, what a pattern finds, and what others decide. The
// proof gives rows different values of that form.
import { expect } from 'vitest'
import { codesIn } from './prove-project.js'
import { testSome } from '../../support/some-of.js'

const OWN = 'WHERE id BETWEEN :from AND :to'
const updating = (sql: string): string => `update: ${JSON.stringify(sql)}`
const each = (body: string): string => `each(db, rows) { ${body} }`
const set = (value: string): string =>
  `const set = db.prepare('UPDATE t SET n = ? WHERE id = ?'); for (const r of rows) set.run(${value}, r.id)`

const table = (columns: string): string =>
  `CREATE TABLE t (id INTEGER PRIMARY KEY, ${columns}, n INTEGER)`
const DAY = "day TEXT NOT NULL CHECK (day GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]')"
const META = "meta TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(meta))"
const THEMED = "SELECT id, meta FROM t WHERE meta ->> '$.theme' IS NOT NULL"
const TEXT = 'text TEXT NOT NULL'
const ALL = 'SELECT * FROM t'
const PAID = "SELECT id FROM t WHERE status = 'paid'"
const CUSTOMERS = (cents: string): string =>
  `CREATE TABLE c (id INTEGER PRIMARY KEY, vip INTEGER NOT NULL DEFAULT 0); ${table(`c_id INTEGER NOT NULL REFERENCES c (id), status TEXT NOT NULL, cents INTEGER NOT NULL${cents}`)}; CREATE INDEX t_c ON t (c_id)`
const rising = (limit: number): string =>
  updating(
    `UPDATE c SET vip = 1 WHERE id IN (SELECT c_id FROM t ${OWN} GROUP BY c_id HAVING sum(cents) > ${limit})`,
  )
const full = (limit: string): string =>
  each(
    `let sum = 0; for (const r of rows) { sum += r.qty; if (sum > ${limit}) { db.prepare('UPDATE t SET n = 1 WHERE id = ?').run(r.id); sum = 0 } }`,
  )
const since = (days: string): string =>
  updating(`UPDATE t SET n = ${days} - (SELECT min(${days}) FROM t ${OWN}) ${OWN}`)
const threads = (isNew: string): string =>
  each(
    `const set = db.prepare('UPDATE t SET n = ? WHERE id = ?'); let root = null; for (const r of rows) { if (${isNew}) root = r.id; set.run(root, r.id) }`,
  )
const BELOW = 'SELECT id FROM t WHERE price < (SELECT avg(price) FROM t)'

const NAMED = 'CREATE TABLE t (id TEXT COLLATE NOCASE NOT NULL UNIQUE, n INTEGER DEFAULT 0)'

const codesOf = (before: string, query: string, body: string): Promise<string[]> =>
  codesIn(
    `${before};`,
    `export default { batches: [{ query: ${JSON.stringify(query)}, by: 'id', ${body} }], irreversible: 'no' }`,
  )

testSome<[name: string, before: string, query: string, body: string]>([
  ['days', table('at TEXT NOT NULL'), ALL, since('julianday(at)')],
  ['days that a CHECK describes', table(DAY), ALL, since('julianday(day)')],
  ['days by another name', table(TEXT), ALL, since('unixepoch(text)')],
  [
    'months',
    table('at TEXT NOT NULL'),
    ALL,
    updating(
      `UPDATE t SET n = (SELECT count(DISTINCT strftime('%Y-%m', at)) FROM t ${OWN}) ${OWN}`,
    ),
  ],
  [
    'weeks by code',
    table(DAY),
    ALL,
    each(
      `const first = Date.parse(rows[0].day); ${set('Math.floor((Date.parse(r.day) - first) / 6048e5)')}`,
    ),
  ],
  [
    'documents',
    table(`${META}, theme TEXT`),
    THEMED,
    each(
      "const { theme } = JSON.parse(rows[0].meta); for (const r of rows) db.prepare('UPDATE t SET theme = ? WHERE id = ?').run(String(theme), r.id)",
    ),
  ],
  ...[10, 100000].map((limit): [string, string, string, string] => [
    `sums up to ${limit}`,
    CUSTOMERS(' CHECK (cents >= 0)'),
    PAID,
    rising(limit),
  ]),
  ['sums by code', table('qty INTEGER NOT NULL CHECK (qty > 0)'), ALL, full('10')],
  [
    'sums by code, with a condition',
    table('qty INTEGER NOT NULL'),
    'SELECT id, qty FROM t WHERE qty > 0',
    full('1_000'),
  ],
  ['what a pattern finds', table(TEXT), ALL, threads('!/^re:/.test(r.text)')],
  ['what a pattern finds in any letters', table(TEXT), ALL, threads('!r.text.match(/^re:/i)')],
  [
    'an average',
    table('price INTEGER NOT NULL'),
    BELOW,
    updating(`UPDATE t SET price = price + 10 ${OWN}`),
  ],
  [
    'a largest',
    table('price INTEGER NOT NULL'),
    'SELECT id FROM t WHERE price > (SELECT max(price) / 2 FROM t)',
    updating(`UPDATE t SET price = price / 2 ${OWN}`),
  ],
  [
    'rows that it lets join',
    table('ready INTEGER NOT NULL DEFAULT 0'),
    'SELECT id FROM t WHERE ready = 1',
    each("db.prepare('UPDATE t SET ready = 1 WHERE id > ?').run(rows.at(-1).id); " + set('1')),
  ],
  [
    'keys that differ in their letters for it, and not in their order',
    NAMED,
    ALL,
    updating('UPDATE t SET n = n + 1 WHERE id COLLATE BINARY BETWEEN :from AND :to'),
  ],
])('is told: %s', async (_, before, query, body) => {
  expect(await codesOf(before, query, body)).toEqual(['error BATCHES_DIFFER'])
})

testSome<[name: string, before: string, query: string, body: string]>([
  [
    'days since one',
    table('at TEXT NOT NULL'),
    ALL,
    updating(`UPDATE t SET n = julianday(at) - julianday('2001-01-01') ${OWN}`),
  ],
  [
    'weeks by code',
    table(DAY),
    ALL,
    each(set("Math.floor((Date.parse(r.day) - Date.parse('2001-01-01')) / 6048e5)")),
  ],
  [
    'documents',
    table(`${META}, theme TEXT`),
    THEMED,
    each(
      "for (const r of rows) db.prepare('UPDATE t SET theme = ? WHERE id = ?').run(String(JSON.parse(r.meta).theme), r.id)",
    ),
  ],
  [
    'sums of what belongs together',
    CUSTOMERS(' CHECK (cents >= 0)'),
    'SELECT id FROM c',
    updating(
      `UPDATE c SET vip = 1 ${OWN} AND (SELECT sum(cents) FROM t WHERE c_id = c.id) > 100000`,
    ),
  ],
  [
    'an average that stays',
    table('price INTEGER NOT NULL'),
    BELOW,
    updating(`UPDATE t SET n = 1 ${OWN}`),
  ],
  ['keys in any letters', NAMED, ALL, updating(`UPDATE t SET n = n + 1 ${OWN}`)],
])('is right: %s', async (_, before, query, body) => {
  expect(await codesOf(before, query, body)).toEqual([])
})

const FIRST = each(
  "for (const r of rows) db.prepare('UPDATE t SET other = ? WHERE id = ?').run(rows[0].v, r.id)",
)
const OWNS = each(
  "for (const r of rows) db.prepare('UPDATE t SET other = ? WHERE id = ?').run(r.v, r.id)",
)

testSome([
  "v LIKE 'img\\_%' ESCAPE '\\'",
  "v GLOB 'a*'",
  'length(v) = 5',
  'length(v) = 36',
  'date(v) IS NOT NULL',
  "v > '2020' AND v < '2021'",
  "instr(v, '@') > 0",
  "substr(v, 1, 3) = 'abc'",
  'CAST(v AS INTEGER) > 10',
  "strftime('%Y', v) = '2021'",
  "v >= '2024-01-01' AND v < '2025-01-01'",
  "json_extract(v, '$.file') LIKE '%.png'",
])('rows differ that fit %s', async (condition) => {
  const json = condition.startsWith('json') ? ' CHECK (json_valid(v))' : ''
  const before = `CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT NOT NULL${json}, other TEXT)`
  const query = `SELECT id, v FROM t WHERE ${condition}`
  expect(await codesOf(before, query, FIRST)).toEqual(['error BATCHES_DIFFER'])
  expect(await codesOf(before, query, OWNS)).toEqual([])
})

const INDEXED = `CREATE TABLE t (id INTEGER PRIMARY KEY, body TEXT NOT NULL, n INTEGER NOT NULL DEFAULT 0);
CREATE VIRTUAL TABLE f USING fts5 (body, content = 't', content_rowid = 'id');`
const walks = (...updates: string[]): string =>
  `export default { batches: [${updates.map((sql) => `{ query: 'SELECT id FROM t', by: 'id', ${updating(`${sql} ${OWN}`)} }`).join(', ')}], irreversible: 'no' }`
const FILL = 'INSERT INTO f (rowid, body) SELECT id, body FROM t'
const COUNT = 'UPDATE t SET n = length(body)'
const CHANGE = "UPDATE t SET body = body || '.'"

testSome([
  ['behind what it does not read', [COUNT, FILL], []],
  ['before what it does not read', [FILL, COUNT], []],
  ['behind a change', [CHANGE, FILL], []],
  ['before a change', [FILL, CHANGE], ['error ROWIDS_CHANGED f']],
])('a full-text index is filled %s', async (_, updates, found) => {
  expect(await codesIn(INDEXED, walks(...updates))).toEqual(found)
})
