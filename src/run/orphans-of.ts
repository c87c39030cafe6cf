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
  /** The first of them: their rowid, and numbers for their key (else the rowid) and for the value without parent. */
  readonly list: readonly Row[]
  /** Of more than the list holds, a sum that tells which keys they have. */
  readonly sum: unknown
  /** What makes the number of a row's key. */
  readonly number: string
}

/** As many are remembered one by one, of each constraint. Of more, only those are noticed that are more or others. */
const MOST = 10_000

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
  const number = numberFor(ids)
  // The limit keeps SQLite from computing each number again wherever it stands in a sum.
  const orphans = (what: string, limit: number): string =>
    `FROM (SELECT ${what} AS v, ${number} AS i FROM main.${quoteIdentifier(key.table)} AS c ${missing} LIMIT ${limit})`
  const listed = (id: string) =>
    ask(
      `SELECT *, (SELECT rootpage FROM main.sqlite_master WHERE type = 'table' AND name = ? COLLATE NOCASE) AS root ${orphans(`${id} AS r, ${numberFor(values)}`, MOST + 1)} ORDER BY r`,
      [key.table],
    )
  let list
  try {
    list = yield* listed(`c.${rowid}`)
  } catch {
    // Not every table has a rowid.
    list = yield* listed('NULL')
  }
  const found = { rows: list.length, root: list[0]?.['root'], list, sum: 0, number }
  if (list.length <= MOST) return found
  const [all] = yield* ask(
    `SELECT count(*) AS rows, sum(i * i % ${PRIME} * i % ${PRIME}) AS sum ${orphans('0', -1)}`,
    [],
  )
  return { ...found, ...(all as Row & Orphans) }
}

const named =
  (name: string) =>
  (column: string): string =>
    `${name}.${quoteIdentifier(column)}`

/** Numbers are taken modulo this prime, so that products stay exact. */
const PRIME = 2147483647

/** One number for some values. */
const numberFor = (values: readonly string[]): string =>
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

/** Rows that have lost their parent: how many, and the rowids of the last three. */
export interface Lost {
  readonly more: number
  readonly rows: readonly unknown[]
}

/** Some orphans, and the table that they are in. */
type OrphansIn = Orphans & Pick<Key, 'table'>

/**
 * The rows that lack their parent now and did not before. Where there are too many to remember them, this tells only
 * whether there are more than before, or as many but others.
 */
export function* newOrphans(
  ask: Ask,
  was: OrphansIn | undefined,
  now: OrphansIn,
): Work<Lost | undefined> {
  if (was && Math.max(was.rows, now.rows) > MOST) {
    const more = now.rows - was.rows
    const areOthers = more === 0 && was.root === now.root && was.sum !== now.sum
    return more > 0 || areOthers ? { more, rows: [] } : undefined
  }
  const found = was ? yield* strangers(ask, was, now) : now.list
  const rows = found.flatMap(({ r }) => (r === null ? [] : [r])).slice(-3)
  return found.length > 0 ? { more: was ? found.length : now.rows, rows } : undefined
}

/**
 * Rows are known by their keys; where keys have been changed, by the value without parent as well: one or the other may be
 * numbered anew. Rows that were mended are still there, and stand for no others.
 */
function* strangers(ask: Ask, was: OrphansIn, now: OrphansIn): Work<readonly Row[]> {
  const isMoved = was.root !== now.root
  const found = isMoved && was.table !== now.table ? now.list : minus(now.list, was.list, 'i')
  const gone = minus(was.list, now.list, 'i').slice(0, 500)
  if (found.length === 0 || !(isMoved || (yield* isAnyGone(ask, now, gone)))) return found
  return minus(found, minus(was.list, minus(now.list, found, 'i'), 'v'), 'v')
}

/** The rows that are left when as many with the same number are taken away. */
function minus(rows: readonly Row[], others: readonly Row[], name: 'i' | 'v'): readonly Row[] {
  const counts = new Map<unknown, number>()
  const add = (value: unknown, by: number): number => {
    const count = (counts.get(value) ?? 0) + by
    counts.set(value, count)
    return count
  }
  for (const row of others) add(row[name], 1)
  return rows.filter((row) => add(row[name], -1) < 0)
}

function* isAnyGone(ask: Ask, { table, number }: OrphansIn, rows: readonly Row[]): Work<boolean> {
  const [found] = yield* ask(
    `SELECT count(*) AS n FROM main.${quoteIdentifier(table)} AS c WHERE ${number} IN (${rows.map(({ i }) => i).join()})`,
    [],
  )
  return Number(found?.['n']) < rows.length
}
