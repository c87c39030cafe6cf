// Values that rows get from rows of another table which belong to others.
import type { ValuesChanged } from '../../../model/evidence.js'
import { foldCase } from '../../../../src/sql/names.js'
import type { Connection, RawRow } from '../fill/connection.js'
import type { Lookup } from '../seed/lookups.js'
import type { ObservedSide } from '../watch/observed-run.js'
import { placeOf, type TableImage } from '../watch/table-image.js'
import type { TablesNow } from '../watch/tables-now.js'
import { changeTold } from './compare-values.js'
import { sameValue } from './same-value.js'
import { endingsOf, imagesOf } from './endings.js'
import { matchRows } from './match-rows.js'

/** What was seen of a side, and the tables behind it. */
interface Seen {
  readonly side: ObservedSide
  readonly now: TablesNow
}

/**
 * The columns in which each row that is not left as it was has the same value, though no more than the rows with one key have
 * anything to be looked up. `key` is that of the rows which have.
 */
export function judgeLookup(
  connection: Connection,
  { side, now }: Seen,
  { child, key: { columns, parentColumns }, effect, target, read }: Lookup,
  key: RawRow,
): ValuesChanged[] {
  const endings = endingsOf(side, imagesOf(connection, now))
  const fate = endings.find(({ name }) => name === foldCase(target.name))
  if (!fate?.after) return []
  const { before, after } = fate
  const { pairs, by } = matchRows(before, after)
  const own = child === target ? columns : parentColumns
  const has = (row: RawRow, image: TableImage): boolean =>
    own.every((name, at) => sameValue(row[placeOf(image, name)] ?? null, key[at] ?? null))
  const isOwn = ([old, is]: (typeof pairs)[number]): boolean => has(old, before) || has(is, after)
  return after.columns.flatMap(({ name }, place): ValuesChanged[] => {
    const was = placeOf(before, name)
    const given = pairs.filter(
      ([old, is]) =>
        is[place] === null || was < 0 || !sameValue(old[was] ?? null, is[place] ?? null),
    )
    const value = given[0]?.[1][place] ?? null
    const foreign = given.find((pair) => !isOwn(pair))
    const isOne = given.every(([, is]) => sameValue(is[place] ?? null, value))
    if (by === 'order' || value === null || !foreign || given.length < 2 || !isOne) return []
    const where = { at: effect.place, table: after.table.name, column: name }
    const told = { ...where, lost: 'shared', source: read.name } as const
    return [changeTold(told, [foreign[0][was] ?? null, value])]
  })
}
