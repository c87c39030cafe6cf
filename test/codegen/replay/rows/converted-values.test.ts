// Values that a conversion makes less of: integers beyond 2^53 that code reads as numbers, and what a CAST cuts off.
import { expect, it } from 'vitest'
import type { Database } from '../../../../src/database/better-sqlite3/handle.js'
import type { Context } from '../../../../src/model/migration.js'
import { toolkit } from '../../../../src/run/context/toolkit.js'
import { allFactsOf as factsOf, type Step } from './prove-history.js'
import { testSome } from '../../../support/some-of.js'

const tableWith = (column: string): string =>
  `CREATE TABLE t (id INTEGER PRIMARY KEY, ${column}, body TEXT)`

interface Row {
  readonly id: number
  readonly n: number
  readonly body: string
}

const rowsOf = (db: Database, column = 'n'): Row[] =>
  db.prepare<[], Row>(`SELECT id, ${column} AS n, body FROM t`).all()

/** Gives a column of each row the value that was read. */
const writingBack =
  (column = 'n'): Step['up'] =>
  (db: Database) => {
    const put = db.prepare<unknown[]>(`UPDATE t SET ${column} = ? WHERE id = ?`)
    for (const { id, n } of rowsOf(db, column)) put.run(n, id)
  }

const makingAnew =
  (column: string, read: (db: Database) => readonly Row[], valueOf = (n: unknown) => n) =>
  (db: Database): void => {
    db.exec(tableWith(column).replace('TABLE t', 'TABLE t_new'))
    const put = db.prepare<unknown[]>('INSERT INTO t_new VALUES (?, ?, ?)')
    for (const { id, n, body } of read(db)) put.run(id, valueOf(n), body)
    db.exec('DROP TABLE t; ALTER TABLE t_new RENAME TO t')
  }

const exactly = (db: Database): Row[] => {
  const all = db.prepare<[], Row>('SELECT * FROM t') as unknown as {
    safeIntegers(): { all(): Row[] }
  }
  return all.safeIntegers().all()
}

testSome([['tweet_id INTEGER'], ['snowflake INTEGER UNIQUE']])(
  'are rounded in %s where a row is written back',
  async (column) => {
    const name = column.slice(0, column.indexOf(' '))
    expect(await factsOf([tableWith(column), { up: writingBack(name) }])).toMatchObject([
      {
        kind: 'values-changed',
        lost: 'rounded',
        column: name.replaceAll('"', ''),
        before: expect.stringMatching(/^179/),
        at: { statement: expect.stringContaining('UPDATE') },
      },
    ])
  },
)

it('are rounded where a table is made anew, as texts as well', async () => {
  const rounded = { kind: 'values-changed', lost: 'rounded', column: 'n', table: 't' }
  const old = tableWith('n BIGINT')
  for (const up of [
    makingAnew('n BIGINT', (db) => rowsOf(db)),
    makingAnew('n', (db) => rowsOf(db)),
    makingAnew('n TEXT', (db) => rowsOf(db), String),
  ])
    expect(await factsOf([old, { up }])).toContainEqual(
      expect.objectContaining({
        ...rounded,
        at: expect.objectContaining({ statement: 'INSERT INTO t_new VALUES (?, ?, ?)' }),
      }),
    )
})

it('are seen in whatever column the history or the configuration has some', async () => {
  const old = tableWith('n INTEGER')
  const rounded = [{ lost: 'rounded', before: '9007199254740993', after: expect.anything() }]
  const brought = `${old}; INSERT INTO t VALUES (1, 9007199254740993, 'a')`
  expect(await factsOf([brought, { up: writingBack() }])).toMatchObject(rounded)
  const seeds = { t: [{ id: 1, n: 9007199254740993n }] }
  expect(await factsOf([old, { up: writingBack() }], { seeds })).toMatchObject(rounded)
})

testSome<[string, Step['up']]>([
  ['n', writingBack()],
  ['n BIGINT', makingAnew('n TEXT', exactly, String)],
  ['n INTEGER REFERENCES t (id)', writingBack()],
  [
    'n INTEGER',
    (db) => {
      const put = db.prepare<unknown[]>('UPDATE t SET n = ? WHERE id = ?')
      for (const { id, n } of rowsOf(db)) put.run(n > 0 ? 1 : 0, id)
    },
  ],
])('are no matter in %s: %#', async (column, up) => {
  expect(await factsOf([tableWith(column), { up }])).toEqual([])
})

/** What would be rounded, as columns, of tables of these columns that code makes anew. */
const supposed = async (columns: string, read = 'SELECT * FROM t'): Promise<unknown[]> => {
  const up = (db: Database): void => {
    db.exec(`CREATE TABLE t_new (${columns})`)
    for (const row of db.prepare<[], Record<string, unknown>>(read).all()) {
      const names = Object.keys(row)
      const holes = names.map((name) => `:${name}`)
      db.prepare<unknown[]>(`INSERT INTO t_new (${names.join()}) VALUES (${holes.join()})`).run(row)
    }
    db.exec('DROP TABLE t; ALTER TABLE t_new RENAME TO t')
  }
  const facts = await factsOf([`CREATE TABLE t (${columns})`, { up }])
  return facts
    .filter(({ kind }) => kind !== 'limit-untried')
    .map((fact) => fact.kind === 'values-changed' && fact.lost === 'rounded' && fact.supposed)
}

testSome([
  ['chat_id INTEGER PRIMARY KEY, n INTEGER', ['chat_id', 'n']],
  ['a TEXT PRIMARY KEY, chat_id INTEGER NOT NULL UNIQUE, b INTEGER', ['chat_id', 'b']],
  ['id INTEGER PRIMARY KEY CHECK (id < 1000000000000), n INT NOT NULL DEFAULT 0', ['n']],
])('would be rounded in any column that may have such ones: %s', async (columns, expected) => {
  expect(await supposed(columns)).toEqual([expected])
})

testSome(['id INTEGER PRIMARY KEY, a TEXT', 'a TEXT, "_id" INTEGER PRIMARY KEY, size INTEGER'])(
  'are not supposed where SQLite numbers the rows: %s',
  async (columns) => expect(await supposed(columns)).toEqual([]),
)

it('would be rounded where a row is written back', async () => {
  expect(await factsOf([tableWith('n INTEGER'), { up: writingBack() }])).toMatchObject([
    { lost: 'rounded', column: 'n', supposed: ['n'], table: 't' },
  ])
})

it('are told as what they are where the name of a key tells of them', async () => {
  expect(await supposed('tweet_id INTEGER PRIMARY KEY, n INTEGER')).toEqual([undefined])
})

testSome([
  ['id INTEGER PRIMARY KEY, n INTEGER', 'SELECT * FROM t ORDER BY id LIMIT 1000', [['n']]],
  ['id INTEGER PRIMARY KEY, size INTEGER', 'SELECT * FROM t LIMIT -1', []],
])('are not tried in numbers of rows that loops may go by: %s', async (columns, read, expected) => {
  expect(await supposed(columns, read)).toEqual(expected)
})

it('are tried in no loop that would not end', async () => {
  const first = 'CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b TEXT)'
  const up = (db: Database): void => {
    const next = db.prepare<[], { id: number; a: string }>(
      'SELECT id, a FROM t WHERE a IS NOT NULL AND b IS NULL',
    )
    for (let row = next.get(); row; row = next.get())
      db.prepare<unknown[]>('UPDATE t SET b = ? WHERE id = ?').run(`${row.a}!`, row.id)
  }
  expect(await factsOf([first, { up }])).toEqual([])
})

it('are as they were where ctx.batches reads them', async () => {
  const up = (db: Database, ctx: Context): void => {
    const put = db.prepare<unknown[]>('UPDATE t SET tweet_id = ?, body = ? WHERE id = ?')
    ctx.batches<{ id: number; tweet_id: number }>('SELECT * FROM t', { by: 'id' }, (rows) => {
      for (const { id, tweet_id } of rows) put.run(tweet_id, `tweet ${tweet_id}`, id)
    })
  }
  expect(await factsOf([tableWith('tweet_id INTEGER'), { up, toolkit } as Step])).toEqual([])
})

it('are told where CAST makes them so', async () => {
  const up = `${tableWith('tweet_id').replace('TABLE t', 'TABLE t_new')}; INSERT INTO t_new SELECT id, CAST(tweet_id AS REAL), body FROM t; DROP TABLE t; ALTER TABLE t_new RENAME TO t`
  expect(await factsOf([tableWith('tweet_id INTEGER'), up])).toMatchObject([
    { kind: 'values-changed', lost: 'cast', column: 'tweet_id' },
  ])
})

const ITEMS =
  "CREATE TABLE items (id INTEGER PRIMARY KEY, code TEXT, price REAL, n INTEGER, kind TEXT CHECK (kind IN ('1', '2')))"

const copied = (values: string, columns = 'code, price, n, kind)'): string =>
  `CREATE TABLE n (id INTEGER PRIMARY KEY, ${columns}; INSERT INTO n SELECT id, ${values} FROM items; DROP TABLE items; ALTER TABLE n RENAME TO items`

testSome([
  [copied('CAST("items"."code" AS REAL), price, n, kind'), 'code', 0],
  [
    'ALTER TABLE items ADD COLUMN c INTEGER; UPDATE items SET c = CAST(code AS INTEGER); ALTER TABLE items DROP COLUMN code; ALTER TABLE items RENAME COLUMN c TO code',
    'code',
    0,
  ],
  ['UPDATE items SET price = CAST(price AS INTEGER)', 'price', 3001],
  [copied('code, max(0, min(5, CAST(price AS INTEGER))), n, kind'), 'price', 0],
  [copied('code, min(max(CAST(items.price AS INT), -10), 10), n, kind'), 'price', -9],
  [copied('code, iif(price IS NULL, 0, CAST(price AS INTEGER)), n, kind'), 'price', 3001],
  [
    copied('code, CASE WHEN price IS NULL THEN 0 ELSE CAST(price AS INTEGER) END, n, kind'),
    'price',
    3001,
  ],
  [copied("CASE kind WHEN 'a' THEN 1 ELSE CAST(code AS INTEGER) END, price, n, kind"), 'code', 0],
])('are told where CAST was seen to keep a part of them: %s', async (up, column, after) => {
  const cast = expect.objectContaining({ kind: 'values-changed', lost: 'cast', column, after })
  expect(await factsOf([ITEMS, up])).toContainEqual(cast)
  const code = (db: Database): void => void db.exec(up)
  expect(await factsOf([ITEMS, { up: code }])).toContainEqual(cast)
})

testSome([
  copied("CASE WHEN code GLOB '[0-9]*' THEN CAST(code AS INTEGER) ELSE 0 END, price, n, kind"),
  copied("iif(code LIKE '1%', CAST(code AS INTEGER), NULL), price, n, kind"),
  copied("code, CASE typeof(price) WHEN 'real' THEN CAST(price AS INTEGER) ELSE 0 END, n, kind"),
  'ALTER TABLE items ADD COLUMN old TEXT; UPDATE items SET old = code, code = CAST(code AS INTEGER)',
])('but not where all of them is there still, or the statement says what it does: %s', async (up) =>
  expect(await factsOf([ITEMS, up])).toEqual([]),
)

const TOTALS = 'CREATE TABLE t (id INTEGER PRIMARY KEY, total REAL NOT NULL, n INTEGER NOT NULL)'
const cents = (value: string): string =>
  `ALTER TABLE t ADD COLUMN cents INTEGER NOT NULL DEFAULT 0; UPDATE t SET cents = ${value}`

testSome([
  'CAST(100.0 * ifnull(t.total, 0.0) AS INT)',
  'CAST((total * 100) AS INTEGER)',
  'floor(total * 100)',
])(
  'products of REAL numbers are told where they are cut below what they mean: %s',
  async (value) => {
    expect(await factsOf([TOTALS, cents(value)])).toMatchObject([
      { kind: 'values-changed', lost: 'cast', table: 't', column: 'total' },
    ])
  },
)

testSome([
  'CAST(n * 100 AS INTEGER)',
  'CAST(coalesce(total, 0) * 100 + 0.5 AS INTEGER)',
  'CAST(coalesce(n, 0) * 100 AS INTEGER)',
])('products are silent where nothing of them is lost: %s', async (value) =>
  expect(await factsOf([TOTALS, cents(value)])).toEqual([]),
)

const KINDS = "kind TEXT CHECK (kind IN ('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'))"
const K = `CREATE TABLE t (id INTEGER PRIMARY KEY, ${KINDS}, n INTEGER CHECK (n IN (1, 2, 3)))`
const sorted = (kind: string, n = 'n'): string =>
  `CREATE TABLE u (id INTEGER PRIMARY KEY, kind TEXT, n INTEGER); INSERT INTO u SELECT id, ${kind}, ${n} FROM t; DROP TABLE t; ALTER TABLE u RENAME TO t`
const EXCHANGE = "CASE kind WHEN 'a' THEN 'b' WHEN 'b' THEN 'a' END"
const MOST = "'a', 'b', 'c', 'd', 'e', 'f', 'g'"

testSome([
  [sorted(`coalesce(CASE WHEN kind = 'h' THEN CASE n WHEN 1 THEN 1 ELSE 2 END END, NULL)`), 'kind'],
  [sorted('kind', 'CASE n WHEN 1 THEN 2 WHEN 2 THEN 1 END'), 'n'],
  [`UPDATE t SET kind = ${EXCHANGE}`, 'kind'],
])('values that a CASE does not list become NULL: %s', async (up, column) => {
  expect(await factsOf([K, up])).toMatchObject([
    { kind: 'values-changed', lost: 'unlisted', table: 't', column, after: null },
  ])
})

testSome([
  sorted(`coalesce(${EXCHANGE}, kind)`),
  sorted('kind', "CASE WHEN kind = 'a' THEN n ELSE 0 END"),
  `UPDATE t SET kind = ${EXCHANGE} WHERE kind IN ('a', 'b')`,
])('where all values are spoken of, nothing is told: %s', async (up) => {
  expect(await factsOf([K, up])).toEqual([])
})

const FREE = K.replace(/ CHECK \(kind.*?\)\)/, '')
const INITIAL = FREE.replace('kind TEXT', "kind TEXT NOT NULL DEFAULT 'z'")

testSome([
  ['any text', FREE, EXCHANGE, 'kind 2001'],
  ['any text', FREE, `CASE WHEN t.kind IN (${MOST}) THEN 1 END`, 'kind 2001'],
  ['the default', INITIAL, "CASE WHEN kind = 'a' THEN 1 END", 'z'],
])('values that no CHECK lists become NULL: %s', async (_name, table, value, shown) => {
  expect(await factsOf([table, sorted(value)])).toMatchObject([
    { kind: 'values-changed', lost: 'unlisted', column: 'kind', before: shown, after: null },
  ])
})

testSome([
  "CASE WHEN kind LIKE 'a%' THEN 'a' WHEN kind = 'b' THEN 'c' END",
  "CASE WHEN length(kind) = 3 THEN kind WHEN kind = 'b' THEN 'c' END",
])('what is asked of any text may be all that counts: %s', async (value) => {
  expect(await factsOf([FREE, sorted(value)])).toEqual([])
})

it('a number that nothing lists may become NULL', async () => {
  const free = K.replace(/n INTEGER CHECK .*\)/, 'n INTEGER)')
  const up = sorted('kind', 'CASE n WHEN 1 THEN 2 WHEN 2 THEN 1 END')
  expect(await factsOf([free, up])).toEqual([])
})

const P = 'CREATE TABLE t (id INTEGER PRIMARY KEY, album INTEGER, position REAL, note TEXT)'
const numbered = (position: string, type = 'REAL', id = 'id'): string =>
  `CREATE TABLE u (id INTEGER PRIMARY KEY, album INTEGER, position ${type}, note TEXT); INSERT INTO u (id, album, position, note) SELECT ${id}, album, ${position}, note FROM t; DROP TABLE t; ALTER TABLE u RENAME TO t`

testSome([
  [numbered('row_number() OVER (ORDER BY id)'), 'position'],
  [numbered('rank() OVER (ORDER BY album) AS position'), 'position'],
  [numbered('abs(random())'), 'position'],
  [numbered('position', 'REAL', 'row_number() OVER (ORDER BY album)'), 'id'],
])('what is written is not made of the column: %s', async (up, column) => {
  expect(await factsOf([P, up])).toMatchObject([
    { kind: 'values-changed', lost: 'unmade', table: 't', column },
  ])
})

testSome([
  numbered('round(position)', 'INTEGER'),
  numbered('album * 10'),
  `${numbered('0')}; UPDATE t SET position = album`,
])('what is made of columns is meant: %s', async (up) => {
  expect(await factsOf([P, up])).toEqual([])
})
