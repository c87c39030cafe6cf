// Tries a side that sets columns by a lookup, on a row without a partner: one nullable key is set to null, the other columns stay filled.
import type { CatalogTable } from '../../model/catalog.js'
import { foldCase, isSameName, plainName, quoteIdentifier } from '../../../src/sql/names.js'
import type { Connection } from './fill/connection.js'
import { tableNamed, type TableGraph } from './fill/table-graph.js'
import { setBySubquery, unpartneredValues } from './judge/unpartnered-values.js'
import { scriptTrial, tryOn } from './script-trial.js'
import { placeOf, takeImage } from './watch/table-image.js'
import type { Effect } from './watch/statement-effect.js'
import { isTelling } from './judge/match-rows.js'

/** The most statements that are tried for one side. */
const MOST = 24

/**
 * Reports columns that already have values in the first rows of their table; a column added later and still empty may be filled freely.
 * Rolls everything back; empty if the side fails then.
 */
export const tryUnpartnered = scriptTrial({
  sides: 'up',
  find: (effects, before) => effects.flatMap((effect) => partedBy(effect, before)),
  run: (trial, found) =>
    found.slice(0, MOST).flatMap((one) => {
      const { connection } = trial.rows
      const judged = tryOn(
        trial,
        () => {
          for (const key of one.keys) partWithParent(connection, key, one)
        },
        ({ fates }) => fates(one.table.name).flatMap(unpartneredValues),
      )
      return judged.facts
    }),
})

/** A statement that sets a column of a table by a subquery, with keys that may be null. */
interface Parted {
  readonly effect: Effect
  readonly table: CatalogTable
  readonly keys: readonly string[]
}

function partedBy(effect: Effect, before: TableGraph): Parted[] {
  const { shape, tokens } = effect
  const isLookup = shape.kind === 'update' && setBySubquery(tokens).length > 0
  const table = isLookup ? tableNamed(before, effect.table) : undefined
  const keys = table ? optionalKeys(table, effect) : []
  return table && keys.length > 0 ? [{ effect, table, keys }] : []
}

/** The nullable foreign key columns that a statement names. */
const optionalKeys = ({ columns, foreignKeys }: CatalogTable, { tokens }: Effect): string[] =>
  foreignKeys
    .flatMap((key) => key.columns)
    .filter(
      (name) =>
        tokens.some((token) => plainName(token) === foldCase(name)) &&
        columns.some((one) => isSameName(one.name, name) && !one.notNull && one.primaryKey === 0),
    )

/** The first row, if it holds a value in a column that is set. It stays as it is if a trigger or a CHECK refuses. */
function partWithParent(
  connection: Connection,
  key: string,
  { table, effect: { tokens } }: Parted,
): void {
  const image = takeImage(connection, table)
  const [first] = image?.rows ?? []
  const isHeld = setBySubquery(tokens).some(({ column }) =>
    isTelling(first?.values[image ? placeOf(image, column) : -1] ?? null),
  )
  if (!image || !first || !isHeld) return
  const own = quoteIdentifier(image.columns[placeOf(image, key)]!.name)
  const name = quoteIdentifier(table.name)
  try {
    connection.run(
      `UPDATE ${name} SET ${own} = NULL WHERE ${own} IS ?`,
      first.values[placeOf(image, key)] ?? null,
    )
  } catch {
    // Tried without such a row.
  }
}
