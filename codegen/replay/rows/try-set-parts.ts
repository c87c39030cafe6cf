// Tries an UPDATE that replaces a value in part of a key, such as merging two tags, on rows that are equal in the rest of the key and have
// both values.
import type { CatalogTable } from '../../model/catalog.js'
import type { Fact, KeyTaken, RowsLost } from '../../model/evidence.js'
import { isRowid } from '../../model/rowid-column.js'
import { foldCase, isSameName, quoteIdentifier } from '../../../src/sql/names.js'
import { tableNamed, type TableGraph } from './fill/table-graph.js'
import { tablePlan } from './fill/table-plan.js'
import { hasFailed } from './judge-failure.js'
import { isOf } from './judge/deleted-by-name.js'
import { sameValue } from './judge/same-value.js'
import type { Outcome } from './prover.js'
import { scriptTrial, tryOn } from './script-trial.js'
import { partsSet, type PartSet } from './seed/fixed-keys.js'
import { addRows } from './seed/add-rows.js'
import type { SeederState } from './seed/seeder-state.js'
import { isAboutKey, lossesOf } from './try-colliding-keys.js'
import type { ObservedSide } from './watch/observed-run.js'
import { shownValue } from './watch/table-image.js'

/** Reports that the side fails then, once per table, or loses one of the rows. Rolls everything back. */
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
    return all.flatMap((one): readonly Fact[] => {
      const own = tableNamed(trial.rows.situation(), one.table)
      if (told.has(one.table) || !own) return []
      const tried = (values: PartSet['values']): Outcome =>
        tryOn(
          trial,
          (state, situation) => addAll(state, situation, { ...one, values }),
          (seen) => [...lossesOf(seen, { table: own }), ...takenAlong(seen.side, own, one)],
        )
      const outcome = tried(one.values)
      if (hasFailed(outcome)) {
        if (!isAboutKey(outcome, { key: [foldCase(one.column), ...one.along] })) return []
        told.add(one.table)
        return [keyTaken(one, own)]
      }
      const isLeft = outcome.facts.some(isThrough) && !tried([]).facts.some(isThrough)
      return outcome.facts.filter((fact) => isLeft || !isThrough(fact))
    })
  },
})

const isThrough = (fact: Fact): boolean => fact.kind === 'rows-lost' && fact.through !== null

const keyTaken = (
  { place: at, column, along, values, of }: PartSet,
  { name: table }: CatalogTable,
): KeyTaken => ({
  kind: 'key-taken',
  at,
  table,
  column,
  values: values.map(shownValue),
  of: { value: shownValue(of), along },
  by: 'refused',
})

/** Rows with more than a key that OR IGNORE has left as they were, so that a cascade deletes them with their parent. */
function takenAlong(
  side: ObservedSide,
  table: CatalogTable,
  { column, along, of, leaves }: PartSet,
): RowsLost[] {
  const key = new Set([foldCase(column), ...along])
  const saysMore = table.columns.some((one) => !isRowid(table, one) && !key.has(foldCase(one.name)))
  const before = side.images.get(foldCase(table.name))
  if (!leaves || !saysMore || !before) return []
  return side.deleted.flatMap((deletion) => {
    const { columns, rows } = deletion
    const at = columns.findIndex(({ name }) => isSameName(name, column))
    const [row, ...more] =
      deletion.table === foldCase(table.name)
        ? (rows ?? []).filter((one) => sameValue(one[at] ?? null, of))
        : []
    const cause = side.effects.find((one) => isOf(one, deletion))
    const through = cause && tableNamed(side.before, cause.table)
    if (!row || !cause || !through || through.name === table.name) return []
    const [kind, after] = ['rows-lost' as const, before.count - 1 - more.length]
    return [
      {
        kind,
        at: cause.place,
        table: table.name,
        before: before.count,
        after,
        through: through.name,
      },
    ]
  })
}

/** Adds rows that share the rest of the key with an existing row; none if the column has a closed set of values, for which such rows exist anyway. */
function addAll(
  state: SeederState,
  situation: TableGraph,
  { table: name, column, along, values, of }: PartSet,
): void {
  const table = tableNamed(situation, name)
  if (!table) return
  const { columns, closed, parents } = tablePlan(table, situation, state)
  if (closed.has(columns.findIndex((one) => one.name === column))) return
  const rest = along.map(quoteIdentifier)
  const whole = rest.map((one) => `${one} NOT NULL`).join(' AND ')
  const [row] = state.connection.all(
    `SELECT ${rest.join(', ')} FROM ${quoteIdentifier(table.name)} WHERE ${whole} LIMIT 1`,
  )
  if (!row) return
  const same = Object.fromEntries(along.map((one, at) => [one, row[at] ?? null]))
  const all = [of, ...values]
  for (const { key } of parents.filter((one) => one.key.columns.join() === column)) {
    const [own = ''] = key.parentColumns
    const parent = tableNamed(situation, key.parent)
    const examples = all.map((value) => ({ [own]: value }))
    if (parent) addRows(state, situation, { table: parent, examples })
  }
  const examples = all.map((value) => ({ ...same, [column]: value }))
  addRows(state, situation, { table, examples, sort: 'sibling' })
}
