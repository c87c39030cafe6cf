// Finds values that differ between two databases, and makes the statements that insert rows without such values. Pure.
import { quoteIdentifier } from '../../../src/sql/names.js'
import type { Content, TableRows } from './read-content.js'

/** A column with different values; null if the rows themselves differ. */
export interface Differing {
  readonly table: string
  readonly column: string | null
  /** Whether the column gets its default if an INSERT leaves it out. */
  readonly hasDefault: boolean
}

/** Whether two are about the same column. */
export const isOf = (one: Differing, other: Differing): boolean =>
  one.table === other.table && one.column === other.column

/** Everything that differs. */
export function differing({ rows }: Content, other: Content): Differing[] {
  const others = new Map(other.rows.map((one) => [one.table, one]))
  const names = new Set(rows.map(({ table }) => table))
  const more = other.rows.filter(({ table }) => !names.has(table))
  return [
    ...rows.flatMap((one) => differingIn(one, others.get(one.table))),
    ...more.map(({ table }) => ({ table, column: null, hasDefault: false })),
  ]
}

function differingIn(one: TableRows, other: TableRows | undefined): Differing[] {
  const { table, columns, values } = one
  if (other?.values.length !== values.length || other.columns.length !== columns.length)
    return [{ table, column: null, hasDefault: false }]
  return columns.flatMap(({ name, hasDefault }, at) => {
    const isSame = values.every((row, index) => row[at] === other.values[index]![at])
    return isSame ? [] : [{ table, column: name, hasDefault }]
  })
}

/** How many rows go into one statement. */
const AT_ONCE = 200

const SEQUENCES = 'sqlite_sequence'

/**
 * The statements that insert all rows, without some of their columns. Inserts advance the AUTOINCREMENT counters, which are set right at
 * the end.
 */
export function insertsOf(rows: readonly TableRows[], without: readonly Differing[]): string[] {
  const sequences = rows.filter(({ table }) => table === SEQUENCES)
  const others = rows.filter(({ table, isShadow }) => table !== SEQUENCES && !isShadow)
  return [
    ...others.flatMap((one) => insertsInto(one, without)),
    ...(sequences.length > 0 ? [`DELETE FROM ${SEQUENCES}`] : []),
    ...sequences.flatMap((one) => insertsInto(one, without)),
  ]
}

function insertsInto(
  { table, columns, values }: TableRows,
  without: readonly Differing[],
): string[] {
  const isGiven = columns.map(
    ({ name, hasDefault }) =>
      !without.some((one) => isOf(one, { table, column: name, hasDefault })),
  )
  const names = columns.flatMap(({ name }, at) => (isGiven[at] ? [name] : []))
  const into =
    names.length > 0
      ? `INSERT INTO ${quoteIdentifier(table)} (${names.join(', ')}) VALUES\n`
      : `INSERT INTO ${quoteIdentifier(table)} DEFAULT VALUES`
  if (names.length === 0) return values.map(() => into)
  const rows = values.map((row) => `(${row.filter((_, at) => isGiven[at]).join(', ')})`)
  const starts = Array.from({ length: Math.ceil(rows.length / AT_ONCE) }, (_, at) => at * AT_ONCE)
  return starts.map((at) => into + rows.slice(at, at + AT_ONCE).join(',\n'))
}
