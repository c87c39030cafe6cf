// Reads the rows of a query by keyset, and the data that shows whether a walk meets each of them once.
import { asking, type Ask } from '../../database/ask.js'
import type { Row, Value } from '../../database/driver.js'
import { settled, type Work } from '../../database/outcome.js'
import { LockstepError } from '../../errors/lockstep-error.js'
import { batchesInvalid } from '../../errors/usage.js'
import { foldCase, quoteIdentifier } from '../../sql/names.js'
import { tokensOf } from '../../sql/split-statements.js'
import type { Environment } from '../environment/environment.js'
import { reasonOf } from '../environment/faults.js'
import { withOff } from '../environment/with-off.js'
import { exactRows } from './exact-integers.js'
import { isMade } from './made-keys.js'

/** A query with its key column, and the state before the first batch. */
export interface Walk extends Asked {
  readonly total: number
  /** The identifiers of its rows, or more than are remembered; and a checksum over all of them. */
  readonly first: readonly string[]
  readonly sum: number
  /** The greatest key: if others add rows, nothing after it is walked. */
  readonly end: Value | undefined
  /** Whether the key may be computed from other rows. */
  readonly isComputed: boolean
  /** Whether other connections may have written since the walk began. */
  hasOthers(): Work<boolean>
}

/** A query with its key column. */
export interface Asked {
  readonly by: string
  /** The column that identifies a row regardless of its key: the key itself if none is known. */
  readonly id: string
  readonly key: string
  readonly source: string
  /** In a replay there are few rows: all of them can be remembered and read again. */
  readonly isReplay: boolean
  readonly ask: Ask
}

/** Reads the rows before the first batch. Throws `BATCHES_INVALID` if they cannot be walked by that column. */
export function* walkOf<H>(env: Environment<H>, query: string, by: string): Work<Walk> {
  const { driver } = env
  const isShared = !driver.inTransaction()
  const version = () => settled(driver.dataVersion())
  const seen = yield* version()
  const asked = { ...askedOf(env, query, by), id: by }
  // Each row comes once.
  yield* refuseUnfit(asked, { after: undefined })
  const last = yield* lastRow(asked)
  asked.id = yield* idOf(asked, Object.keys(last[0] ?? {}))
  const computed = yield* isComputed(asked)
  if (isShared && computed && isMade(yield* withViews(asked, query), by))
    throw unfit(
      by,
      'it is computed from other rows, and others write between the batches',
      UNDISTURBED,
    )
  return {
    ...asked,
    ...(yield* countRows(asked)),
    first: yield* idsIn(asked),
    end: yield* lastKey(asked, last),
    isComputed: computed,
    *hasOthers() {
      return isShared && (seen === undefined || (yield* version()) !== seen)
    },
  }
}

/** A query prepared for reading a part of its rows. */
export const askedOf = <H>(env: Environment<H>, query: string, by: string): Asked => ({
  by,
  id: by,
  key: `s.${quoteIdentifier(by)}`,
  source: `(${bare(query)}\n) AS s`,
  isReplay: env.batchRows !== undefined,
  *ask(sql, values) {
    try {
      // With full_column_names on, `*` in a subquery produces column names with a dot.
      return yield* withOff(env, 'full_column_names', exactRows(asking(env.driver), sql, values))
    } catch (error) {
      if (reasonOf(error) !== `no such column: s.${by}`) throw error
      // One row of NULLs, whatever the query contains: it is not run.
      const all = `SELECT s.* FROM (SELECT 1) LEFT JOIN (SELECT * FROM (${bare(query)}\n) LIMIT 0) AS s`
      const [row = {}] = yield* withOff(env, 'full_column_names', asking(env.driver)(all))
      throw unfit(by, `the query has no such column, but ${Object.keys(row).join(', ')}`)
    }
  },
})

/** A query without a trailing semicolon or comment, so that it can be used as a subquery. */
function bare(query: string): string {
  let end = 0
  for (const { text, start } of tokensOf(query)) if (text !== ';') end = start + text.length
  return query.slice(0, end)
}

/** A query together with the views that it may name. */
function* withViews({ ask }: Asked, query: string): Work<string> {
  const views = yield* ask(`SELECT sql FROM main.sqlite_master WHERE type = 'view' AND ${NAMED}`, [
    query,
  ])
  return [query, ...views.map(({ sql }) => sql)].join(';')
}

const NAMED = 'instr(lower(?), lower(name)) > 0'

/** The primary key columns of the tables that the query may name. */
export function* primaryKeys(asked: Asked): Work<ReadonlySet<string>> {
  const rows = yield* asked.ask(
    // Virtual tables are skipped: their module may be missing.
    `SELECT c.name FROM (SELECT name FROM main.sqlite_master WHERE rootpage > 0 AND ${NAMED}) t, unshadowed.pragma_table_info(t.name, 'main') c WHERE c.pk > 0`,
    [yield* withViews(asked, asked.source)],
  )
  return new Set(rows.map(({ name }) => foldCase(String(name))))
}

/** Ensures that no row of a range can be skipped or met twice: its keys are unique and not NULL. */
export function* refuseUnfit({ by, key, source, ask }: Asked, range: Range): Work<void> {
  const [within, values] = termsOf(key, range)
  const [bad] = yield* ask(
    `SELECT count(*) AS n, substr(quote(${key}), 1, 80) AS shown FROM ${source} WHERE ${key} IS NULL OR (${within})
GROUP BY ${key} HAVING count(*) > 1 OR ${key} IS NULL LIMIT 1`,
    values,
  )
  if (bad)
    throw unfit(by, `${n(bad) > 1 ? `${n(bad)} rows have` : 'one row has'} ${String(bad['shown'])}`)
}

/**
 * The column that identifies the rows: the rowid of the only table that is read, under whatever name, recognised by how SQLite
 * would search for it.
 */
function* idOf(asked: Asked, columns: readonly string[]): Work<string> {
  for (const column of [asked.by, ...columns])
    if ((yield* searchBy(asked, column))?.includes(BY_ROWID)) return column
  return asked.by
}

/** Part of SQLite's query plan when it searches a table by its rowid. */
export const BY_ROWID = ' USING INTEGER PRIMARY KEY '

/** How SQLite would search the single table that is read for a value of this column; undefined if it reads more than one. */
export function* searchBy({ source, ask }: Asked, column: string): Work<string | undefined> {
  const plan = yield* ask(
    `EXPLAIN QUERY PLAN SELECT 1 FROM ${source} WHERE s.${quoteIdentifier(column)} = 1`,
  )
  const [read, other] = plan.flatMap(({ parent, detail }) =>
    Number(parent) === 0 && /^S(?:CAN|EARCH)\b(?!.* EXISTS\b)/.test(String(detail))
      ? String(detail)
      : [],
  )
  return other ? undefined : read
}

/** The number of rows, and a checksum over their identifiers. */
export function* countRows(asked: Asked): Work<Pick<Walk, 'total' | 'sum'>> {
  const { by, id, source, ask } = asked
  const value = `s.${quoteIdentifier(id)}`
  const [found] = yield* ask(
    `SELECT count(*) AS n, ${id === by ? 0 : `total(${value} % 99991 * (${value} % 89 + 90))`} AS sum FROM ${source}`,
  )
  return { total: n(found), sum: Number(found?.['sum']) }
}

/** The same checksum over some rows. */
export function sumOf({ by, id }: Asked, rows: readonly Row[]): number {
  if (id === by) return 0
  return rows.reduce((sum, row) => {
    const value = BigInt(row[id] as number)
    return sum + Number((value % 99991n) * ((value % 89n) + 90n))
  }, 0)
}

/** SQLite plans more than a search for a window function or aggregate, and for a subquery other than one that filters rows. */
function* isComputed({ key, source, ask }: Asked): Work<boolean> {
  const count = function* (what: string, pattern: RegExp): Work<number> {
    const plan = yield* ask(`EXPLAIN QUERY PLAN SELECT ${what} FROM ${source}`)
    return plan.filter(({ detail }) => pattern.test(String(detail))).length
  }
  if ((yield* count(key, /CO-ROUTINE|MATERIALIZE/)) > 0) return true
  return (yield* count(key, /CORRELATED/)) > (yield* count('1', /CORRELATED/))
}

/** The last key in the order of the walk; undefined if there are no rows. */
export function* greatestKey(asked: Asked): Work<Value | undefined> {
  return yield* lastKey(asked, yield* lastRow(asked))
}

const lastRow = ({ key, source, ask }: Asked) =>
  ask(`SELECT s.* FROM ${source} ORDER BY ${key} DESC LIMIT 1`)

/** Keys beyond `after`, up to and including `upTo`; undefined for no upper limit. */
export interface Range {
  readonly after: Value | undefined
  readonly upTo?: Value | undefined
  /** -1 for no limit. */
  readonly limit?: number
}

/** The rows in a range of keys, in their order. */
export function rowsIn({ key, source, ask }: Asked, range: Range) {
  const [within, values] = termsOf(key, range)
  const { limit = -1 } = range
  return ask(`SELECT s.* FROM ${source} WHERE ${within} ORDER BY ${key} LIMIT ${limit}`, values)
}

/** A range as a condition, and the values bound to it. */
export function termsOf(key: string, { after, upTo }: Range): [string, Value[]] {
  const from = after === undefined ? '1' : `${key} > ?`
  const to = upTo === undefined ? '1' : `${key} <= ?`
  return [`${from} AND ${to}`, [after, upTo].filter((value) => value !== undefined)]
}

/** How many identifiers are remembered, to tell rows that were met from rows that were not. */
export const MOST = 10_000

/** The identifiers of the existing rows, or more than are remembered. */
export function* idsIn({ id, source, ask }: Asked): Work<string[]> {
  const rows = yield* ask(`SELECT s.${quoteIdentifier(id)} AS k FROM ${source} LIMIT ${MOST + 1}`)
  return rows.map(({ k }) => String(k))
}

/** The number that a counting query has returned. */
export const n = (row: Row | undefined): number => Number(row?.['n'])

/** Where the next batch begins. Bytes that are not valid text are read as U+FFFD, which matches nothing. */
export function* lastKey(
  { by, key, source, ask }: Asked,
  rows: readonly Row[],
): Work<Value | undefined> {
  let last: unknown
  for (const row of rows) {
    last = Object.hasOwn(row, by) ? row[by] : undefined
    if (last === undefined) throw unfit(by, `there is ${Object.keys(row).join(', ')}`)
    if (typeof last !== 'string' || !last.includes('\ufffd')) continue
    const found = yield* ask(`SELECT 1 FROM ${source} WHERE ${key} = ?`, [last])
    if (found.length === 0)
      throw unfit(by, `the text of ${JSON.stringify(last)} cannot be read`, READABLE)
  }
  return last as Value | undefined
}

/** The fix for rows that were fine at first. */
export const UNDISTURBED =
  'In the work on a batch, neither change that column nor add rows to the query. A column that is computed from other rows changes when these are deleted: walk by one that is stored.'

const READABLE = 'Correct that text in the rows that have it, or walk by another column.'

/** The error for rows that cannot be walked like this, either from the start or after the work on them. */
export function unfit(by: string, why: string, fix = 'Walk by such a column.'): LockstepError {
  const reason = `The rows cannot be walked by ${JSON.stringify(by)}: ${why}. It must be a column of the result, spelled as it is there, unique, never NULL, well-formed if it is text, and not changed in the meantime.`
  return new LockstepError(batchesInvalid(reason, fix, { option: 'by', value: by }))
}
