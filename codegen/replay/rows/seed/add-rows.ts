// Adds rows to a table, and to parents that may have only one child each.
import type { CatalogForeignKey, CatalogTable } from '../../../model/catalog.js'
import { raiseWatermark } from '../fill/complete-rows.js'
import type { RawRow } from '../fill/connection.js'
import { fillFromExamples } from '../fill/seed-table.js'
import type { RowSort } from '../fill/seed-values.js'
import type { SeederState } from './seeder-state.js'
import { tableNamed, type TableGraph } from '../fill/table-graph.js'
import { isUniqueKey, tablePlan, type TablePlan } from '../fill/table-plan.js'
import type { Example } from '../fill/draft-row.js'
import { keepsVersion } from './version-tables.js'
import { foldCase } from '../../../../src/sql/names.js'

/** Whether a table has generated rows only. */
export const isKnown = ({ remembered, examples }: SeederState, { name }: CatalogTable): boolean =>
  (remembered.get(foldCase(name))?.rows ?? 0) > 0 && !examples.has(foldCase(name))

/** Drafts of rows that reference these parents. */
export const pointingAt = (parents: readonly RawRow[], { columns }: CatalogForeignKey): Example[] =>
  parents.map((row) => Object.fromEntries(columns.map((own, at) => [own, row[at] ?? null])))

interface Addition {
  readonly table: CatalogTable
  readonly examples: readonly Example[]
  readonly sort?: RowSort
}

/** Adds rows; a parent that may have only one child gets one more row for each. Rows that the table refuses are left out. */
export function addRows(
  state: SeederState,
  situation: TableGraph,
  { table, examples, sort }: Addition,
  above: readonly CatalogTable[] = [],
): void {
  if (keepsVersion(state, situation, table)) return
  const { connection, nextSerial, remembered } = state
  const plan = tablePlan(table, situation, state)
  const line = [...above, table]
  for (const parent of onlyParents(plan, situation))
    if (!line.includes(parent) && !state.examples.has(foldCase(parent.name)))
      addRows(state, situation, { table: parent, examples: examples.map(() => ({})) }, line)
  const around = { connection, nextSerial, later: () => false, avoided: () => NOTHING }
  const { rows } = fillFromExamples(plan, around, examples, sort)
  const name = foldCase(table.name)
  const known = remembered.get(name)
  if (known) remembered.set(name, { ...known, spoken: known.spoken + rows })
  if (table.autoincrement) raiseWatermark(connection, table)
}

const NOTHING: ReadonlySet<string> = new Set()

/** The parents that a foreign key references which is unique. */
const onlyParents = (plan: TablePlan, situation: TableGraph): CatalogTable[] =>
  plan.parents.flatMap(
    ({ key }) => (isUniqueKey(plan, key) && tableNamed(situation, key.parent)) || [],
  )
