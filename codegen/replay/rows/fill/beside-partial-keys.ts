// Drafts rows that agree in the columns of a partial UNIQUE index, which allows that outside its condition: an address that is still in
// use, and two deleted rows that had it.
import { orElse } from '../../../../src/model/or-else.js'
import { foldCase, quoteIdentifier } from '../../../../src/sql/names.js'
import type { Connection, RawRow } from './connection.js'
import type { Example } from './draft-row.js'
import { candidates } from './likely-values.js'
import type { PartialKey } from './partial-keys.js'
import type { TablePlan } from './table-plan.js'

/**
 * For each such index, a row that meets its condition unless there is one, and two that have the key of such a row and do not meet it. Reads
 * lazily, as the previous row may have been inserted by then.
 */
export function* besidePartialKeys(plan: TablePlan, connection: Connection): Generator<Example> {
  for (const key of plan.partial) {
    const about = { plan, connection, key, deciding: decidingColumns(plan, key) }
    const isOwn = about.deciding.every((name) => key.columns.includes(name))
    if (about.deciding.length === 0 || haveEqual(about)) continue
    if (!rowMeeting(plan, connection, key)) yield* valuesThat('IS TRUE', about, {}).slice(0, 1)
    const met = rowMeeting(plan, connection, key) ?? {}
    const [first, second = first] = valuesThat('IS NOT TRUE', about, met)
    if (isOwn && first) yield* [first, first]
    else if (first) yield* [first, second].map((values) => ({ ...met, ...values }))
  }
}

interface About {
  readonly plan: TablePlan
  readonly connection: Connection
  readonly key: PartialKey
  /** The columns of the condition that are not in the key, or else those in it. */
  readonly deciding: readonly string[]
}

function decidingColumns({ columns, rowid }: TablePlan, { asks, columns: own }: PartialKey) {
  const named = columns.flatMap(({ name }, at) =>
    asks.words.has(foldCase(name)) && at !== rowid ? [foldCase(name)] : [],
  )
  const others = named.filter((name) => !own.includes(name))
  return others.length > 0 ? others : named
}

/** The key of a row that meets the condition, with no null in it. */
export function rowMeeting(
  plan: TablePlan,
  connection: Connection,
  { columns: whole, condition }: PartialKey,
  names = whole,
): Example | null {
  const [row] = rowsThat(connection, plan, { names, whole, condition: `(${condition}\n)` })
  return row ? exampleOf(names, row) : null
}

/** The same for the index over exactly these columns, with those that decide the condition; null if there is none. */
export function wholeRowMeeting(
  plan: TablePlan,
  connection: Connection,
  columns: readonly string[],
): Example | null {
  const key = plan.partial.find((one) => one.columns.join() === columns.join())
  return key
    ? rowMeeting(plan, connection, key, [...new Set([...columns, ...decidingColumns(plan, key)])])
    : null
}

/** Whether rows share the key already. */
const haveEqual = ({ plan, connection, key: { columns } }: About): boolean => {
  const all = columns.map(quoteIdentifier).join(', ')
  const most = `(SELECT count(*) AS n FROM ${quoteIdentifier(plan.table.name)} WHERE ${wholeIn(columns)} GROUP BY ${all})`
  return connection.single(`SELECT 1 FROM ${most} WHERE n > 1`) !== null
}

/** Values of the deciding columns for which the condition holds, or does not, in a row with this key: those of existing rows first. */
function valuesThat(hold: 'IS TRUE' | 'IS NOT TRUE', about: About, key: Example): Example[] {
  const { plan, connection, deciding } = about
  const isIn = deciding.every((name) => about.key.columns.includes(name))
  const found = rowsThat(connection, plan, {
    names: deciding,
    whole: isIn ? deciding : [],
    condition: `(${about.key.condition}\n) ${hold}`,
  })
  const known = found.map((row) => exampleOf(deciding, row))
  if (known.length > 1) return known
  const others = combinations(about).filter((values) => holds(hold, about, { ...key, ...values }))
  return [...known, ...others]
}

/** Whether the condition holds, or does not, in a row with these values and the others of the first row; false if it throws on them. */
function holds(
  hold: 'IS TRUE' | 'IS NOT TRUE',
  { plan: { table }, connection, key }: About,
  values: Example,
): boolean {
  const given = table.columns.filter(({ name }) => foldCase(name) in values)
  const cells = table.columns.map((one) =>
    given.includes(one) ? `? AS ${quoteIdentifier(one.name)}` : quoteIdentifier(one.name),
  )
  const row = `SELECT ${cells.join(', ')} FROM ${quoteIdentifier(table.name)} LIMIT 1`
  const bound = given.map(({ name }) => values[foldCase(name)] ?? null)
  return orElse(
    () => connection.single(`SELECT (${key.condition}\n) ${hold} FROM (${row})`, ...bound) === 1n,
    false,
  )
}

/** What may decide: for each column, what the condition compares it with, and other likely values. */
function combinations({ plan: { columns }, key, deciding }: About): Example[] {
  const lists = columns.flatMap((column, at) =>
    deciding.includes(foldCase(column.name))
      ? [candidates(column, at, [key.asks]).map((value) => ({ [foldCase(column.name)]: value }))]
      : [],
  )
  return lists.reduce<Example[]>(
    (all, list) => all.flatMap((one) => list.map((other) => ({ ...one, ...other }))).slice(0, MOST),
    [{}],
  )
}

const MOST = 200

const exampleOf = (names: readonly string[], row: RawRow): Example =>
  Object.fromEntries(names.map((name, at) => [name, row[at] ?? null]))

interface Sought {
  readonly names: readonly string[]
  /** The columns with no null. */
  readonly whole: readonly string[]
  readonly condition: string
}

/** The first such rows, all different; the index would give others first. None if the condition throws, as on texts that are not JSON. */
const rowsThat = (
  { all }: Connection,
  { table }: TablePlan,
  { names, whole, condition }: Sought,
): RawRow[] =>
  orElse(
    () =>
      all(
        `SELECT DISTINCT ${names.map(quoteIdentifier).join(', ')} FROM ${quoteIdentifier(table.name)} NOT INDEXED WHERE ${condition} AND ${wholeIn(whole)} LIMIT 2`,
      ),
    [],
  )

const wholeIn = (names: readonly string[]): string =>
  ['TRUE', ...names.map((name) => `${quoteIdentifier(name)} NOT NULL`)].join(' AND ')
