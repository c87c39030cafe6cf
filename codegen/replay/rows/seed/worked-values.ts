// Values of rows that are walked which the work on them changes, or asks for: what changes nothing is the same however it is cut.
import { foldCase, isSameName, quoteIdentifier } from '../../../../src/sql/names.js'
import type { Value } from '../fill/seed-values.js'
import { tableNamed, type TableGraph } from '../fill/table-graph.js'
import { tablePlan } from '../fill/table-plan.js'
import { isOfKind, type ComparedLiterals } from './compared-literals.js'
import { BYTES, MALFORMED } from './comparisons.js'
import type { SeederState } from './seeder-state.js'
import type { Walked } from './stray-keys.js'

/** Gives them to rows by turns, and leaves out those that would not be walked any more. */
export function giveWorked(
  state: SeederState,
  situation: TableGraph,
  walked: Walked,
  literals: ComparedLiterals,
): void {
  const { table: name, column: key, keys } = walked
  const table = tableNamed(situation, name)
  const looked = literals.get(foldCase(name))
  if (!table || !looked || state.examples.has(foldCase(name))) return
  const { columns, rowid, units, unique } = tablePlan(table, situation, state)
  columns.forEach((column, index) => {
    const isTied = units.some((unit) => unit.key && unit.at.includes(index))
    if (index === rowid || isTied || isSameName(column.name, key)) return
    const all = looked.columns.get(foldCase(column.name)) ?? []
    const values = all.filter((one) => isOfKind(column, one) && one !== BYTES && one !== MALFORMED)
    keys.forEach((one, at) => {
      const value = values[at % Math.max(1, values.length)]
      const own = unique.has(index) && typeof value === 'string' ? `${value}${at}` : value
      if (own !== undefined) give(state, walked, { row: one, column: column.name, value: own })
    })
  })
}

interface Gift {
  /** The key of the row. */
  readonly row: string
  readonly column: string
  readonly value: Value
}

function give(
  { connection }: SeederState,
  { table, column: key, from }: Walked,
  { row, column, value }: Gift,
): void {
  connection.run('SAVEPOINT given')
  let isWalked = false
  try {
    connection.run(
      `UPDATE ${quoteIdentifier(table)} SET ${quoteIdentifier(column)} = ? WHERE ${quoteIdentifier(key)} = ${row}`,
      value,
    )
    isWalked = connection.single(`SELECT 1 FROM (${from}) WHERE k = ${row}`) !== null
  } catch {
    // The table, or a trigger, refuses it.
  }
  if (!connection.handle.inTransaction) return
  if (!isWalked) connection.run('ROLLBACK TO given')
  connection.run('RELEASE given')
}
