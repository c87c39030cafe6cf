// Counts the rows of one foreign key that lack their parent, and tells which they are in a few numbers.
import type { Row } from '../../database/driver.js'
import type { Work } from '../../database/outcome.js'
import { foldCase, quoteIdentifier } from '../../sql/names.js'
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
  /** The columns of the primary key; none where only the rowid tells rows apart. */
  readonly primary: string
  /** The numbers of all rows' keys, those with their parent included; undefined where they are too many. */
  readonly present: ReadonlySet<string> | undefined
}

/** As many are remembered one by one, of each constraint. Of more, only those are noticed that are more or others. */
const MOST = 10_000

/** In a table of more rows, an orphan with a new key cannot be told from a row that had its parent. */
const MOST_ROWS = 100_000

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
  const primary = own.primary.map(foldCase).join()
  const root = list[0]?.['root']
  const found = { rows: list.length, root, list, sum: 0, number, primary, present: undefined }
  if (list.length === 0) return found
  if (list.length <= MOST) return { ...found, present: yield* presentIn(ask, key.table, number) }
  const [all] = yield* ask(
    `SELECT count(*) AS rows, sum(i * i % ${PRIME} * i % ${PRIME}) AS sum ${orphans('0', -1)}`,
    [],
  )
  return { ...found, ...(all as Row & Orphans) }
}

/** All in one row: so many rows cost a hundred times as much. */
function* presentIn(ask: Ask, table: string, number: string): Work<Orphans['present']> {
  const [row] = yield* ask(
    `SELECT group_concat(i) AS present FROM (SELECT ${number} AS i FROM main.${quoteIdentifier(table)} AS c LIMIT ${MOST_ROWS + 1})`,
    [],
  )
  const present = new Set(String(row?.['present']).split(','))
  return present.size > MOST_ROWS ? undefined : present
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
    const areOthers = more === 0 && areNumberedAlike(was, now) && was.sum !== now.sum
    return more > 0 || areOthers ? { more, rows: [] } : undefined
  }
  const found = was ? yield* strangers(ask, was, now) : now.list
  const rows = found.flatMap(({ r }) => (r === null ? [] : [r])).slice(-3)
  return found.length > 0 ? { more: was ? found.length : now.rows, rows } : undefined
}

/** Whether a row has its number still: not where only the rowid tells rows apart, and the table has been made anew. */
const areNumberedAlike = (was: Orphans, now: Orphans): boolean =>
  was.root === now.root || (was.primary !== '' && was.primary === now.primary)

/**
 * Rows are known by their keys; where keys have been changed, by the value without parent as well: one or the other may be
 * numbered anew. Rows that were mended are still there, and stand for no others, and no row is an old one that was there
 * with its parent, unless keys have changed hands.
 */
function* strangers(ask: Ask, was: OrphansIn, now: OrphansIn): Work<readonly Row[]> {
  const isOther = was.root !== now.root && was.table !== now.table
  const fresh = minus(now.list, was.list, keyOf)
  const changed = minus(minus(now.list, fresh, keyOf), was.list, rowOf)
  const found = isOther ? [...fresh, ...changed] : fresh
  if (found.length === 0) return found
  const areAlike = areNumberedAlike(was, now)
  const gone = minus(was.list, now.list, keyOf).slice(0, 500)
  if (areAlike && !(yield* isAnyGone(ask, now, gone))) return found
  const had = areAlike && changed.length === 0 ? was.present : undefined
  const others = found.filter(({ i }) => !had?.has(String(i)))
  const left = minus(was.list, minus(now.list, found, keyOf), valueOf)
  return [...minus(found, others, keyOf), ...minus(others, left, valueOf)]
}

type Trait = (row: Row) => unknown

const keyOf: Trait = ({ i }) => i
const valueOf: Trait = ({ v }) => v
const rowOf: Trait = ({ i, v }) => `${String(i)} ${String(v)}`

/** The rows that are left when as many that are alike are taken away. */
function minus(rows: readonly Row[], others: readonly Row[], trait: Trait): readonly Row[] {
  const counts = new Map<unknown, number>()
  const add = (row: Row, by: number): number => {
    const count = (counts.get(trait(row)) ?? 0) + by
    counts.set(trait(row), count)
    return count
  }
  for (const row of others) add(row, 1)
  return rows.filter((row) => add(row, -1) < 0)
}

function* isAnyGone(ask: Ask, { table, number }: OrphansIn, rows: readonly Row[]): Work<boolean> {
  const [found] = yield* ask(
    `SELECT count(*) AS n FROM main.${quoteIdentifier(table)} AS c WHERE ${number} IN (${rows.map(({ i }) => i).join()})`,
    [],
  )
  return Number(found?.['n']) < rows.length
}
