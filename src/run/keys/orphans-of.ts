// Reads the rows of one foreign key that lack their parent, and compares them with those before the step.
import type { Ask } from '../../database/ask.js'
import type { Work } from '../../database/outcome.js'
import { foldCase, quoteIdentifier } from '../../sql/names.js'
import { columnsOf, type Key } from './keys-of.js'

/** Rows without a parent: how many, and which. */
export interface Orphans {
  readonly rows: number
  /** The root page of the table: another page means another table, which may have renumbered its rows. */
  readonly root: unknown
  /** Each row by its rowid, its key and the value without a parent; null if there are more than are remembered. */
  readonly text: string | null
  /** The columns of the primary key; empty if only the rowid identifies rows. */
  readonly primary: string
  /** All rows of the table by key and value, including those with a parent; null likewise. */
  readonly present: string | null
}

/**
 * How many rows are remembered, and how many bytes of their keys and values in hexadecimal digits. With more rows without a
 * parent, only an increase is noticed, not other rows in their place. In a larger table, a row that loses its parent cannot be
 * told from an old one with a new key if another that lacks the same parent is fixed.
 */
const MOST = 250_000
const MOST_BYTES = 50_000_000

/**
 * Compares as SQLite does for keys: with the affinity and collation of the parent. Throws if the key names columns that do not
 * exist, since then no row can be said to lack its parent.
 */
export function* orphansOf(ask: Ask, key: Key): Work<Orphans> {
  const own = yield* columnsOf(ask, key.schema, key.table)
  const parent = yield* columnsOf(ask, key.schema, key.parent)
  const schema = quoteIdentifier(key.schema)
  const rowid = ['rowid', '_rowid_', 'oid'].find((name) => !own.all.map(foldCase).includes(name))
  // A rebuild may list them in another order.
  const primary = own.primary.map(foldCase).sort()
  const values = key.columns.map(named('c'))
  const targets = (key.targets.length > 0 ? key.targets : parent.primary).map(named('p'))
  const pairs = targets.map((target, index) => `${target} = +${values[index]}`)
  const given = values.map((value) => `${value} NOT NULL`).join(' AND ')
  const missing =
    parent.all.length > 0
      ? `LEFT JOIN ${schema}.${quoteIdentifier(key.parent)} AS p ON ${pairs.join(' AND ')} WHERE ${given} AND ${targets[0]} IS NULL`
      : // A temporary copy for the time of a step may refer to parents that were not copied.
        `WHERE ${key.schema === 'temp' ? 0 : given}`
  const value = exact(values)
  // All in one row: separate rows would cost many times as much.
  const texts = function* (what: string, which: string): Work<Texts> {
    const [found] = yield* ask(
      `WITH x AS (SELECT ${what} AS t FROM ${schema}.${quoteIdentifier(key.table)} AS c ${which})
SELECT count(*) AS rows, CASE WHEN count(*) <= ${MOST} AND total(length(t)) <= ${MOST_BYTES} THEN (SELECT coalesce(group_concat(t), '') FROM x) END AS text,
(SELECT rootpage FROM ${schema}.sqlite_master WHERE type = 'table' AND name = ? COLLATE NOCASE) AS root FROM x`,
      [key.table],
    )
    return found as unknown as Texts
  }
  const read = function* (id: string): Work<Orphans> {
    // A row whose key is NULL is identified only by its rowid.
    const row = `coalesce(${typed(primary.map(named('c')))}, 'n' || ${id}, ${value}) || ' ' || coalesce(${value}, 'n')`
    const found = yield* texts(`coalesce(${id}, '') || ' ' || ${row}`, `${missing} LIMIT -1`)
    const all = found.rows > 0 ? yield* texts(row, `LIMIT ${MOST + 1}`) : found
    return { ...found, primary: primary.join(), present: all.text }
  }
  try {
    return yield* read(`c.${rowid}`)
  } catch {
    // Not every table has a rowid.
    return yield* read('NULL')
  }
}

type Texts = Pick<Orphans, 'rows' | 'root' | 'text'>

const named =
  (name: string) =>
  (column: string): string =>
    `${name}.${quoteIdentifier(column)}`

const exact = (values: readonly string[]): string => joined(values.map(exactOne))

const typed = (values: readonly string[]): string =>
  joined(values.map((value) => `${kindOf(value)} || ${exactOne(value)}`))

const joined = (values: readonly string[]): string => values.join(" || '/' || ") || 'NULL'

/** Equal numbers are the same key, whether integer or real. */
const kindOf = (value: string): string =>
  `CASE typeof(${value}) WHEN 'text' THEN 't' WHEN 'blob' THEN 'b' ELSE '' END`

const withoutKinds = (text: string): string => text.replace(/[bt]/g, '')

/** The bytes of a value as text: the same for 5, 5.0 and '5', as a rebuild may change the type. NULL for NULL. */
const exactOne = (value: string): string =>
  `CASE typeof(${value}) WHEN 'null' THEN NULL WHEN 'real' THEN hex(CASE CAST(${value} AS INTEGER) WHEN ${value} THEN CAST(${value} AS INTEGER) ELSE quote(${value}) END) ELSE hex(${value}) END`

/** Rows that have lost their parent: how many, and the rowids of the last three. */
export interface Lost {
  readonly more: number
  readonly rows: readonly unknown[]
}

/** Rows without a parent, and their table. */
type OrphansIn = Orphans & Pick<Key, 'table'>

/**
 * The rows that lack their parent now and did not before. If there are too many to remember, only tells whether there are more
 * than before.
 */
export function newOrphans(was: OrphansIn | undefined, now: OrphansIn): Lost | undefined {
  if (now.text === null || was?.text === null) {
    const more = now.rows - (was?.rows ?? 0)
    return more > 0 ? { more, rows: [] } : undefined
  }
  const found = was ? strangers(was, now) : rowsOf(now.text)
  const rows = found.flatMap(([r]) => (r ? Number(r) : [])).sort((a, b) => a - b)
  return found.length > 0 ? { more: found.length, rows: rows.slice(-3) } : undefined
}

/** The rowid, key and value of a row; for the list of all rows, the key and value. */
type Orphan = readonly string[]

const rowsOf = (text: string | null): Orphan[] =>
  text ? text.split(',').map((row) => row.split(' ')) : []

/**
 * Rows are identified by their keys; if keys have changed, also by the value without a parent: one or the other may be
 * renumbered, and both if all rows are, by the same offset. Rows that were fixed still exist and do not stand in for others, and
 * a row that had its parent before is not an old orphan.
 */
function strangers(earlier: OrphansIn, later: OrphansIn): readonly Orphan[] {
  const isSame = earlier.root === later.root
  const isOther = !isSame && earlier.table !== later.table
  if (!isOther && earlier.text === later.text) return []
  const areMixed = [earlier, later].some(({ present }) =>
    present === null ? isSame : hasKinds(present),
  )
  const [was, now] = areMixed ? [earlier, later] : [plain(earlier), plain(later)]
  const [before, after] = [rowsOf(was.text), rowsOf(now.text)]
  const found = minus(after, before, isOther ? rowOf : keyOf)
  if (found.length === 0) return []
  // If only the rowid identifies rows, a recreated table may have assigned them to others.
  if (!isSame && (was.primary === '' || was.primary !== now.primary))
    return minus(found, leftOf(before, after, found), valueOf)
  const growth = growthOf(was, now)
  if (growth) {
    const grown = (rows: readonly Orphan[], by: number) =>
      rows.map(([r = '', i]) => [r, String(numberOf(i) + by)])
    return minus(grown(after, 0), grown(before, growth), keyOf)
  }
  const [had, present] = [keysIn(was), keysIn(now)]
  if (now.present !== null && before.every((row) => present.has(keyOf(row)))) return found
  const isNew = (row: Orphan) => !had.has(keyOf(row)) || (!isSame && row[1]?.startsWith('n'))
  const others = found.filter(isNew)
  return [...minus(found, others, keyOf), ...minus(others, leftOf(before, after, found), valueOf)]
}

/** Whether some keys differ only in type, like 5 and '5': otherwise a rebuild may change the types. */
function hasKinds(present: string): boolean {
  const keys = new Set(rowsOf(present).map(([key = '']) => key))
  return new Set([...keys].map(withoutKinds)).size < keys.size
}

const plain = ({ text, present, ...rest }: OrphansIn): OrphansIn => ({
  ...rest,
  text: text && withoutKinds(text),
  present: present && withoutKinds(present),
})

const leftOf = (before: readonly Orphan[], after: readonly Orphan[], found: readonly Orphan[]) =>
  minus(before, minus(after, found, keyOf), valueOf)

const keysIn = ({ present }: Orphans): ReadonlySet<unknown> =>
  new Set(rowsOf(present).map(([key]) => key))

/**
 * By how much the keys of all rows have grown, if their values have grown by the same amount: parents and children are renumbered
 * together. Only rows with a parent can prove this.
 */
function growthOf(was: Orphans, now: Orphans): number {
  const [before, after] = [rowsOf(was.present), rowsOf(now.present)]
  const [keys, values] = [new Set<number>(), new Set<number>()]
  let witnesses = -was.rows
  before.forEach(([key, value], index) => {
    const [newKey, newValue] = after[index] ?? []
    keys.add(numberOf(newKey) - numberOf(key))
    if (value === 'n' && newValue === 'n') return
    values.add(value === newValue ? 0 : numberOf(newValue) - numberOf(value))
    witnesses += 1
  })
  const areAlike = before.length === after.length && keys.size + values.size === 2
  const [growth = 0] = keys
  return areAlike && witnesses > 0 && !values.has(NaN) ? growth : 0
}

/** The number whose text the hexadecimal digits encode. */
const numberOf = (hex = ''): number =>
  Number(withoutKinds(hex).replace('2D', '-').replace(/3(\d)/g, '$1'))

type Trait = (row: Orphan) => unknown

const keyOf: Trait = ([, i]) => i
const valueOf: Trait = ([, , v]) => v
const rowOf: Trait = ([, i, v]) => `${i} ${v}`

/** The rows that remain after removing as many equal ones. */
function minus(
  rows: readonly Orphan[],
  others: readonly Orphan[],
  trait: Trait,
): readonly Orphan[] {
  const counts = new Map<unknown, number>()
  const add = (row: Orphan, by: number): number => {
    const count = (counts.get(trait(row)) ?? 0) + by
    counts.set(trait(row), count)
    return count
  }
  for (const row of others) add(row, 1)
  return rows.filter((row) => add(row, -1) < 0)
}
