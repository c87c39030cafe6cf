// Drafts rows that agree in all columns of a unique key but one, so that a new unique key over fewer columns meets conflicts.
import type { Connection } from './connection.js'
import type { Example } from './draft-row.js'
import type { TablePlan } from './table-plan.js'
import type { Value } from './seed-values.js'
import { foldCase, quoteIdentifier } from '../../../../src/sql/names.js'

/** The most such rows per table. */
const MOST = 8

/** For each column of each unique key, the values of the other columns, unless the table has such rows already. */
export function partlyEqual(
  plan: TablePlan,
  row: readonly Value[],
  connection: Connection,
): Example[] {
  const names = plan.columns.map(({ name }) => foldCase(name))
  const valueOf = (column: string): Value => row[names.indexOf(column)] ?? null
  const examples = plan.uniqueKeys.flatMap((key) =>
    key.flatMap((other): Example[] => {
      const shared = key.filter((column) => column !== other)
      const isKnown = shared.length > 0 && shared.every((column) => valueOf(column) !== null)
      if (!isKnown || isUnique(plan, shared) || hasEqual({ plan, connection }, shared, other))
        return []
      return [Object.fromEntries(shared.map((column) => [column, valueOf(column)]))]
    }),
  )
  return examples.slice(0, MOST)
}

/** Whether a unique key covers these columns, so that no two rows can share them. */
const isUnique = ({ uniqueKeys }: TablePlan, columns: readonly string[]): boolean =>
  uniqueKeys.some((key) => key.every((column) => columns.includes(column)))

interface Asked {
  readonly plan: TablePlan
  readonly connection: Connection
}

function hasEqual(
  { plan: { table }, connection }: Asked,
  shared: readonly string[],
  other: string,
): boolean {
  const columns = shared.map(quoteIdentifier)
  const whole = columns.map((column) => `${column} NOT NULL`).join(' AND ')
  const unlike = `count(DISTINCT ${quoteIdentifier(other)}) > 1`
  const sql = `SELECT 1 FROM ${quoteIdentifier(table.name)} WHERE ${whole} GROUP BY ${columns.join(', ')} HAVING ${unlike}`
  return connection.single(sql) !== null
}
