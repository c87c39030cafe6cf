// The `up` sides of the migrations as sequences of statements, with the state each finds when it begins.
import { groupedBy, remembered } from '../../../src/model/collected.js'
import type { FoundStatement, UpStep } from './rule.js'
import type { Statement } from '../../sql/statement.js'

/** Groups statements by migration. Those of a `down` are left out; those issued by `ctx` only show what the step creates. */
export function upSteps(statements: readonly FoundStatement[]): UpStep[] {
  const ups = statements.filter(({ direction }) => direction !== 'down')
  return [...groupedBy(ups, ({ migration }) => migration)].map(([migration, all]) => ({
    migration,
    statements: all.filter(({ origin }) => origin !== 'toolkit'),
    ...tablesOf(all.map(({ shape }) => shape)),
  }))
}

function tablesOf(
  shapes: readonly Statement[],
): Pick<UpStep, 'made' | 'filled' | 'rebuilt' | 'added'> {
  const made = new Set<string>()
  const filled = new Set<string>()
  const rebuilt = new Set<string>()
  const added = new Map<string, Set<string>>()
  for (const shape of shapes) {
    if (shape.kind === 'create-table') made.add(shape.name.key)
    if (shape.kind === 'create-table' && shape.filled) filled.add(shape.name.key)
    if (shape.kind === 'insert') filled.add(shape.table.key)
    if (shape.kind === 'rename-table' && made.has(shape.table.key)) rebuilt.add(shape.to.key)
    if (shape.kind === 'add-column') addColumn(added, shape.table.key, shape.column.name.key)
  }
  return { made, filled, rebuilt, added }
}

function addColumn(added: Map<string, Set<string>>, table: string, column: string): void {
  remembered(added, table, () => new Set()).add(column)
}

/** Whether the step creates or rebuilds a table: it then writes into its own. */
export const isOwn = ({ made, rebuilt }: UpStep, table: string): boolean =>
  made.has(table) || rebuilt.has(table)
