// What a redo takes along, and what nobody knows, as a person reads it. Pure.
import type { RedoLosses } from '../../errors/redo.js'
import { count } from '../terminal/quantities.js'

/** One line for each; empty where there is nothing. */
export const renderLosses = ({ rows, columns, unknown }: RedoLosses): string[] => [
  ...rows.map(
    ({ table, rows: gone }) =>
      `${count(gone, 'row')} of table ${table} ${gone === 1 ? 'goes' : 'go'}`,
  ),
  ...columns.map(({ table, column }) => `what column ${column} of table ${table} holds goes`),
  ...(unknown.length > 0 ? [`${UNKNOWN}: ${unknown.join(', ')}`] : []),
]

const UNKNOWN =
  'there is no record of what was applied, so nobody knows whether it has made these, which stay'
