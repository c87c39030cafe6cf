// Values that a conversion makes less of: integers beyond 2^53 that code reads as numbers, and what a CAST cuts off.
import { expect, it } from 'vitest'
import type { Database } from '../../../../src/database/better-sqlite3/handle.js'
import type { Context } from '../../../../src/model/migration.js'
import { toolkit } from '../../../../src/run/context/toolkit.js'
import { factsOf, type Step } from './prove-history.js'

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

it.each([
  ['tweet_id INTEGER'],
  ['n BIGINT'],
  ['snowflake INTEGER UNIQUE'],
  ['seen_ns INTEGER NOT NULL'],
  ['"guildId" UNSIGNED BIG INT'],
])('are rounded in %s where a row is written back', async (column) => {
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
})

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

it.each<[string, Step['up']]>([
  ['n INTEGER', writingBack()],
  ['created_at BIGINT', writingBack('created_at')],
  ['"sentAt" BIGINT', writingBack('"sentAt"')],
  ['size BIGINT', writingBack('size')],
  ['n REAL', writingBack()],
  ['n', writingBack()],
  ['n BIGINT', makingAnew('n BIGINT', exactly)],
  ['n BIGINT', makingAnew('n TEXT', exactly, String)],
  ['n INTEGER', makingAnew('n TEXT', (db) => rowsOf(db), String)],
  [
    'tweet_id INTEGER',
    (db: Database) => {
      const put = db.prepare<unknown[]>('UPDATE t SET body = ? WHERE id = ?')
      for (const { id, n } of rowsOf(db, 'tweet_id')) put.run(`tweet ${n}`, id)
    },
  ],
  ['tweet_id INTEGER', 'UPDATE t SET tweet_id = tweet_id + 1'],
])('are no matter in %s: %#', async (column, up) => {
  expect(await factsOf([tableWith(column), { up }])).toEqual([])
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

const STRICT = 'code TEXT, price INTEGER, n INTEGER, kind TEXT) STRICT'

it.each([
  [copied('CAST(code AS INTEGER), price, n, kind'), 'code', 0],
  [copied('CAST("items"."code" AS REAL), price, n, kind'), 'code', 0],
  [copied('coalesce(CAST(code AS INTEGER), 1), price, n, kind'), 'code', 0],
  [copied('code, CAST(price AS INT), n, kind'), 'price', 3001],
  [copied('code, CAST(price AS INTEGER), n, kind', STRICT), 'price', 3001],
  [
    'ALTER TABLE items ADD COLUMN c INTEGER; UPDATE items SET c = CAST(code AS INTEGER); ALTER TABLE items DROP COLUMN code; ALTER TABLE items RENAME COLUMN c TO code',
    'code',
    0,
  ],
  ['UPDATE items SET price = CAST(price AS INTEGER)', 'price', 3001],
])('are told where CAST was seen to keep a part of them: %s', async (up, column, after) => {
  const cast = expect.objectContaining({ kind: 'values-changed', lost: 'cast', column, after })
  expect(await factsOf([ITEMS, up])).toContainEqual(cast)
  const code = (db: Database): void => void db.exec(up)
  expect(await factsOf([ITEMS, { up: code }])).toContainEqual(cast)
})

it.each([
  copied('code, price, CAST(n AS TEXT), CAST(kind AS INTEGER)'),
  copied('CAST(code AS TEXT), CAST(price AS TEXT), CAST(n AS REAL), kind'),
  copied('CAST(CAST(code AS BLOB) AS TEXT), round(price), n, kind'),
  copied('substr(code, 1, 3), CAST(round(price) AS INTEGER), n, kind'),
  copied("CASE WHEN code GLOB '[0-9]*' THEN CAST(code AS INTEGER) ELSE 0 END, price, n, kind"),
  'ALTER TABLE items ADD COLUMN c INTEGER; UPDATE items SET c = CAST(code AS INTEGER)',
  'ALTER TABLE items ADD COLUMN old TEXT; UPDATE items SET old = code, code = CAST(code AS INTEGER)',
])('but not where all of them is there still, or the statement says what it does: %s', async (up) =>
  expect(await factsOf([ITEMS, up])).toEqual([]),
)
