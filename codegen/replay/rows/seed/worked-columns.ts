// Columns that a step drops and may have worked into others, and rows whose values are near each other, which an expression may mix up.
import type { CatalogColumn, CatalogTable } from '../../../model/catalog.js'
import { foldCase, foldUpper, isSameName, plainName } from '../../../../src/sql/names.js'
import { seedValue, type Value } from '../fill/seed-values.js'
import { tableNamed, type TableGraph } from '../fill/table-graph.js'
import { tablePlan, type TablePlan } from '../fill/table-plan.js'
import { isFilling, isQuery, type Effect } from '../watch/statement-effect.js'
import { addRows } from './rows-for-literals.js'
import type { SeederState } from './seeder-state.js'

/** A column that is gone afterwards. */
export interface WorkedColumn {
  readonly table: CatalogTable
  readonly column: CatalogColumn
  /** The values that rows were given to tell by; none before they were added. */
  readonly values: readonly Value[]
}

/** Those that a statement may make something of: it names them, or code reads rows. */
export function workedColumns(effects: readonly Effect[], situation: TableGraph): WorkedColumn[] {
  const makers = effects.filter((effect) => isFilling(effect) || effect.verb === 'update')
  const isRead = makers.length > 0 && effects.some(isQuery)
  return dropped(effects, situation).filter(
    ({ column: { name } }) =>
      isRead || makers.some(({ tokens }) => tokens.some((one) => isSameName(plainName(one), name))),
  )
}

function dropped(effects: readonly Effect[], situation: TableGraph): WorkedColumn[] {
  return effects.flatMap(({ verb, shape, table: name }) => {
    const table = tableNamed(situation, name)
    if (!table || (verb !== 'drop' && shape.kind !== 'drop-column')) return []
    const heir = effects.find((one) => one.verb === 'rename' && one.to === name)?.table
    const made = effects.find((one) => one.verb === 'create' && one.table === heir)?.shape
    const kept = made?.kind === 'create-table' ? made.columns : null
    const isGone = ({ name: column }: CatalogColumn): boolean =>
      shape.kind === 'drop-column'
        ? isSameName(plainName(shape.column.key), column)
        : kept !== null && kept.every((one) => !isSameName(plainName(one.name.key), column))
    return table.columns
      .filter((one) => one.generated === null && !one.hidden && one.primaryKey === 0 && isGone(one))
      .map((column) => ({ table, column, values: [] }))
  })
}

/** Gives each value to two rows: what is made of it has to be the same in both. */
export function addNearValues(
  state: SeederState,
  situation: TableGraph,
  columns: readonly WorkedColumn[],
): WorkedColumn[] {
  return columns.flatMap((one) => {
    const { table, column } = one
    if (state.examples.has(foldCase(table.name))) return []
    const values = nearValues(tablePlan(table, situation, state), column)
    const examples = [...values, ...values].map((value) => ({ [column.name]: value }))
    addRows(state, situation, { table, examples })
    return [{ ...one, values }]
  })
}

/** What the table allows, where it says so; else likely values, and others that are near the first of them. */
function nearValues(
  { columns, closed, units, checks }: TablePlan,
  { name }: CatalogColumn,
): Value[] {
  const index = columns.findIndex((one) => isSameName(one.name, name))
  const column = columns[index]
  if (!column || units.some(({ key, at }) => key && at.includes(index))) return []
  const allowed = closed.get(index)
  if (allowed) return [...allowed]
  const own = checks.filter(({ words }) => words.has(foldCase(name)))
  const bounds = own.flatMap(({ literals }) => literals.filter((one) => typeof one === 'number'))
  const likely = [1, 2, 30].map((serial) => seedValue({ column, index, sort: 'plain', serial }))
  const [first = null] = likely
  return [
    ...new Set([...likely, ...near(first), ...bounds.flatMap((one) => [one, one - 1, one + 1])]),
  ]
}

function near(value: Value): Value[] {
  if (typeof value === 'number')
    return value % 1 === 0 ? [value + 1, value + 7] : [value + 0.01, value + 0.25, value + 1]
  if (typeof value !== 'string') return []
  if (value.startsWith('{') || value.startsWith('[')) return []
  const later = value.replace(/T\d\d:\d\d/, 'T17:43')
  if (later !== value) return [later]
  const long = `${value} `.repeat(8)
  return [`${value} x`, foldUpper(value), `${long}a`, `${long}b`]
}
