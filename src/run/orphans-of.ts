// Counts the rows of one foreign key that lack their parent, and tells which they are in a few numbers.
import type { Row } from '../database/driver.js'
import type { Work } from '../database/outcome.js'
import { foldCase, quoteIdentifier } from '../sql/names.js'
import { columnsOf, type Ask, type Key } from './keys-of.js'

/** Rows that lack their parent: how many, and which. */
export interface Orphans {
  readonly rows: number
  /** Where the table begins in the file: another place is another table, which may have numbered its rows anew. */
  readonly root: unknown
  /** Sums over what identifies the rows: the primary key, or the rowid. */
  readonly ids: unknown
  /** Sums over the values that have no parent. */
  readonly lost: unknown
}

/**
 * Compares as SQLite does for keys: with the affinity and the collation of the parent. Throws where the key names columns
 * that are not there: then no row can be said to lack its parent.
 */
export function* orphansOf(ask: Ask, key: Key): Work<Orphans> {
  const own = yield* columnsOf(ask, key.table)
  const parent = yield* columnsOf(ask, key.parent)
  const rowid = ['rowid', '_rowid_', 'oid'].find((name) => !own.all.map(foldCase).includes(name))
  const values = key.columns.map(named('c'))
  const ids = own.primary.length > 0 ? own.primary.map(named('c')) : rowid ? [`c.${rowid}`] : values
  const targets = (key.targets.length > 0 ? key.targets : parent.primary).map(named('p'))
  const pairs = targets.map((target, index) => `${target} = +${values[index]}`)
  const given = values.map((value) => `${value} NOT NULL`).join(' AND ')
  const missing =
    parent.all.length > 0
      ? `LEFT JOIN main.${quoteIdentifier(key.parent)} AS p ON ${pairs.join(' AND ')} WHERE ${given} AND ${targets[0]} IS NULL`
      : `WHERE ${given}`
  // The limit keeps SQLite from computing each number again wherever it stands in a sum.
  const [found] = yield* ask(
    `SELECT count(*) AS rows, (SELECT rootpage FROM main.sqlite_master WHERE type = 'table' AND name = ? COLLATE NOCASE) AS root, ${sums('i')} AS ids, ${sums('v')} AS lost
FROM (SELECT ${number(ids)} AS i, ${number(values)} AS v FROM main.${quoteIdentifier(key.table)} AS c ${missing} LIMIT -1)`,
    [key.table],
  )
  return { ...(found as Row & Orphans), rows: Number(found?.['rows'] ?? 0) }
}

const named =
  (name: string) =>
  (column: string): string =>
    `${name}.${quoteIdentifier(column)}`

/** Numbers are taken modulo this prime, so that products stay exact. */
const PRIME = 2147483647

/** Sums of the first three powers: no other few rows have the same ones. */
const sums = (name: string): string => {
  const square = `${name} * ${name} % ${PRIME}`
  return `sum(${name}) || ' ' || sum(${square}) || ' ' || sum(${square} * ${name} % ${PRIME})`
}

/** One number for some values. */
const number = (values: readonly string[]): string =>
  values.map(numberOf).reduce((left, right) => `((${left}) * 1000003 + ${right}) % ${PRIME}`)

/** The bytes of a value as decimal digits; the letters of their hexadecimal form become numbers. */
const digits = (value: string): string =>
  [...'ABCDEF'].reduce(
    (text, letter, index) => `replace(${text}, '${letter}', '${index + 10}')`,
    `hex(substr(CAST(${value} AS BLOB), 1, 1000))`,
  )

/** The same for 5, 5.0 and '5': a rebuild may change the type. What is no integer is taken 18 digits at a time. */
const numberOf = (value: string): string =>
  `CASE WHEN ${value} = CAST(${value} AS INTEGER) THEN CAST(${value} AS INTEGER) % ${PRIME} ELSE (
WITH RECURSIVE d (h, t) AS (SELECT 7, ${digits(value)} UNION ALL SELECT (h * 1000003 + CAST(substr(t, 1, 18) AS INTEGER)) % ${PRIME}, substr(t, 19) FROM d WHERE t <> '')
SELECT h FROM d WHERE t = '') END`

/**
 * Whether the same rows lack their parent, of two times when as many did. Rows keep their primary key, while what they
 * point at may be numbered anew; a table that was made anew may have numbered its rows anew.
 */
export const areSameOrphans = (was: Orphans, now: Orphans): boolean =>
  was.ids === now.ids || (was.root !== now.root && was.lost === now.lost)
