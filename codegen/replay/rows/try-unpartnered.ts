// Tries a side that looks up what it writes, on a row that points at nothing: a key that may be NULL is, and the rest is there.
import type { CatalogTable } from '../../model/catalog.js'
import type { Fact } from '../../model/evidence.js'
import { foldCase, isSameName, plainName, quoteIdentifier } from '../../../src/sql/names.js'
import type { Connection } from './fill/connection.js'
import { tableNamed } from './fill/table-graph.js'
import { endingsOf, imagesOf } from './judge/endings.js'
import { setBySubquery, unpartneredValues } from './judge/unpartnered-values.js'
import type { Prover } from './prover.js'
import type { StepSide } from './watch/observed-run.js'
import { placeOf, takeImage } from './watch/table-image.js'
import type { Effect } from './watch/statement-effect.js'
import { isTelling } from './judge/match-rows.js'

/**
 * Of columns that the first rows of their table have values of: one that came later, and was empty until now, is filled. Takes
 * everything back; nothing where the side fails then.
 */
export function tryUnpartnered(
  rows: Prover,
  side: StepSide,
  effects: readonly Effect[],
  prepare: () => void = () => {},
): readonly Fact[] {
  const { effects: touched, transaction } = side.entry
  if (side.direction === 'down' || touched !== undefined || transaction === false) return []
  return lookupsOf(effects).flatMap((effect): readonly Fact[] => {
    const table = tableNamed(rows.situation(), effect.table)
    const keys = table ? optionalKeys(table, effect) : []
    if (!table || keys.length === 0) return []
    const begin = (): void => {
      prepare()
      for (const key of keys) partWithParent(rows.connection, table, key, effect)
    }
    const judged = rows.tryOut(side, begin, ({ side: ran, now }) =>
      endingsOf(ran, imagesOf(rows.connection, now)).flatMap(({ after, ...ending }) =>
        after && ending.name === foldCase(table.name)
          ? unpartneredValues({ ...ending, after })
          : [],
      ),
    )
    return judged.facts
  })
}

/** The statements that set a column by a subquery. */
export const lookupsOf = (effects: readonly Effect[]): Effect[] =>
  effects.filter(({ shape, tokens }) => shape.kind === 'update' && setBySubquery(tokens).length > 0)

/** The columns of foreign keys that may be NULL, and that a statement names. */
const optionalKeys = ({ columns, foreignKeys }: CatalogTable, { tokens }: Effect): string[] =>
  foreignKeys
    .flatMap((key) => key.columns)
    .filter(
      (name) =>
        tokens.some((token) => plainName(token) === foldCase(name)) &&
        columns.some((one) => isSameName(one.name, name) && !one.notNull && one.primaryKey === 0),
    )

/** The first row, where it has a value of what is set. What a trigger or a CHECK refuses stays as it is. */
function partWithParent(
  connection: Connection,
  table: CatalogTable,
  key: string,
  { tokens }: Effect,
): void {
  const image = takeImage(connection, table)
  const [first] = image?.rows ?? []
  const isHeld = setBySubquery(tokens).some((column) =>
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
    // Tried without.
  }
}
