// Tries an UPDATE that replaces a value in part of a key, such as merging two tags, on rows that are equal in the rest of the key and have
// both values.
import type { KeyTaken } from '../../model/evidence.js'
import { foldCase, quoteIdentifier } from '../../../src/sql/names.js'
import { tableNamed, type TableGraph } from './fill/table-graph.js'
import { tablePlan } from './fill/table-plan.js'
import { hasFailed } from './judge-failure.js'
import { scriptTrial, tryOn } from './script-trial.js'
import { partsSet, type PartSet } from './seed/fixed-keys.js'
import { addRows } from './seed/rows-for-literals.js'
import type { SeederState } from './seed/seeder-state.js'
import { isAboutKey } from './try-colliding-keys.js'
import { shownValue } from './watch/table-image.js'

/** Reports that the side fails then, once per table. Rolls everything back. */
export const trySetParts = scriptTrial({
  sides: 'up',
  find: (effects, before) =>
    [...new Set(effects.map(({ table }) => table))].flatMap((name) => {
      const table = tableNamed(before, name)
      const indexes = before.attached.indexes.get(name) ?? []
      return table ? partsSet(effects, { table, indexes }) : []
    }),
  run(trial, all) {
    const told = new Set<string>()
    return all.flatMap((one): KeyTaken[] => {
      const { column, along, values, of, place: at } = one
      const key = [foldCase(column), ...along]
      const outcome = tryOn(
        trial,
        (state, situation) => addBoth(state, situation, one),
        () => [],
      )
      if (told.has(one.table) || !hasFailed(outcome) || !isAboutKey(outcome, { key })) return []
      told.add(one.table)
      const table = tableNamed(outcome.attended.before, one.table)?.name ?? one.table
      const [is, was] = [values.map(shownValue), { value: shownValue(of), along }]
      return [{ kind: 'key-taken', at, table, column, values: is, of: was, by: 'refused' }]
    })
  },
})

/**
 * Two rows that share the rest of the key with an existing row; none if the column has a closed set of values, for which such rows exist
 * anyway.
 */
function addBoth(
  state: SeederState,
  situation: TableGraph,
  { table: name, column, along, values, of }: PartSet,
): void {
  const table = tableNamed(situation, name)
  if (!table) return
  const { columns, closed } = tablePlan(table, situation, state)
  if (closed.has(columns.findIndex((one) => one.name === column))) return
  const rest = along.map(quoteIdentifier)
  const whole = rest.map((one) => `${one} NOT NULL`).join(' AND ')
  const [row] = state.connection.all(
    `SELECT ${rest.join(', ')} FROM ${quoteIdentifier(table.name)} WHERE ${whole} LIMIT 1`,
  )
  if (!row) return
  const same = Object.fromEntries(along.map((one, at) => [one, row[at] ?? null]))
  const examples = [of, ...values].map((value) => ({ ...same, [column]: value }))
  addRows(state, situation, { table, examples, sort: 'sibling' })
}
