// Gives tables rows that agree in the columns which several foreign keys of a child table share, or that have what it requires.
import { agreement, fitting, keysBeside, requiredBy } from '../fill/agreeing-keys.js'
import type { RawRow } from '../fill/connection.js'
import type { Example, Surroundings } from '../fill/draft-row.js'
import type { CatalogForeignKey } from '../../../model/catalog.js'
import { parentKeys } from '../fill/seed-table.js'
import { tableNamed, type TableGraph } from '../fill/table-graph.js'
import { tablePlan, type TablePlan } from '../fill/table-plan.js'
import { addRows } from './add-rows.js'
import type { SeederState } from './seeder-state.js'
import { foldCase, isSameName, quoteIdentifier } from '../../../../src/sql/names.js'

/** Where hardly any parents agree, adds some with the values of others. */
export function addAgreeingParents(
  state: SeederState,
  situation: TableGraph,
  plan: TablePlan,
  later: Surroundings['later'],
): void {
  for (const { key } of plan.parents) {
    if (!later(key.parent)) addRequired(state, situation, plan, key)
    const agrees = agreement(plan, key)
    if (agrees === null || later(key.parent)) continue
    const agreeing = parentKeys(state.connection, key, NOTHING, agrees)
    if (agreeing.filter(isNamed).length >= ENOUGH) continue
    const rows = parentKeys(state.connection, key, NOTHING).filter(isNamed).slice(0, MOST)
    for (const beside of keysBeside(plan, key)) {
      if (later(beside.key.parent)) continue
      for (const row of rows) {
        const value = (own: string) =>
          row[key.parentColumns.findIndex((name) => isSameName(name, own))] ?? null
        const example = beside.pairs.map(([own, its]) => [its, value(own)] as const)
        addRow(state, situation, { name: beside.key.parent, example: Object.fromEntries(example) })
      }
    }
  }
}

/** Adds parents with each text that the table requires of its key: `CHECK (kind = 'S')`. */
function addRequired(
  state: SeederState,
  situation: TableGraph,
  plan: TablePlan,
  key: CatalogForeignKey,
): void {
  const table = tableNamed(situation, key.parent)
  const required = requiredBy(plan, key)
  if (!table || required.length === 0 || state.examples.has(foldCase(table.name))) return
  // One may be left without a child.
  const missing = ENOUGH + 1 - parentKeys(state.connection, key, NOTHING, fitting(plan, key)).length
  if (missing <= 0) return
  const examples = [...Array(missing).keys()].map((turn) =>
    Object.fromEntries(required.map(([name, texts]) => [name, texts[turn % texts.length] ?? null])),
  )
  addRows(state, situation, { table, examples })
}

const NOTHING: ReadonlySet<string> = new Set()
const ENOUGH = 2
const MOST = 3

/** A key of '' is rarely one that rows are looked up by. */
const isNamed = (row: RawRow): boolean => row.every((value) => String(value) !== '')

interface Asked {
  readonly name: string
  readonly example: Example
}

/** Adds a row unless there is one, after the parents that its values ask for. */
function addRow(
  state: SeederState,
  situation: TableGraph,
  { name, example }: Asked,
  above: readonly string[] = [],
): void {
  const table = tableNamed(situation, name)
  if (!table || above.includes(table.name) || state.examples.has(foldCase(name))) return
  const [columns, values] = [Object.keys(example), Object.values(example)]
  const equal = columns.map((column) => `${quoteIdentifier(column)} = ?`).join(' AND ')
  const from = quoteIdentifier(table.name)
  if (state.connection.single(`SELECT 1 FROM ${from} WHERE ${equal}`, ...values) !== null) return
  for (const { key } of tablePlan(table, situation, state).parents) {
    const own = key.columns.flatMap((column, at) => {
      const given = columns.findIndex((one) => isSameName(one, column))
      return given < 0 ? [] : [[key.parentColumns[at] ?? '', values[given] ?? null] as const]
    })
    const asked = { name: key.parent, example: Object.fromEntries(own) }
    if (own.length > 0) addRow(state, situation, asked, [...above, table.name])
  }
  addRows(state, situation, { table, examples: [example], sort: 'sibling' })
}
