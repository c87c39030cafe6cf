// Judges values that rows get from rows of another table which belong to others.
import type { StepPlace, ValuesChanged } from '../../../model/evidence.js'
import { foldCase, plainName } from '../../../../src/sql/names.js'
import { namesIn } from '../../../sql/names-in.js'
import type { RawRow } from '../fill/connection.js'
import { isTied, type Lookup } from '../seed/lookups.js'
import type { Effect } from '../watch/statement-effect.js'
import { placeOf, type TableImage } from '../watch/table-image.js'
import { changeTold } from './compare-values.js'
import { sameValue } from './same-value.js'
import type { Fate } from './fate.js'
import { matchRows } from './match-rows.js'

/**
 * Reports columns in which all changed rows have the same value, though only the rows with one key have something to look up. `key` is that
 * key.
 */
export function judgeLookup(
  { before, after, heir }: Fate,
  lookup: Lookup,
  key: RawRow,
): ValuesChanged[] {
  const { child, key: keys, target, read } = lookup
  const { pairs, by } = matchRows(before, after)
  const own = child === target ? keys.columns : keys.parentColumns
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
    const effect = writerOf(name, lookup, heir.effects)
    if (!effect || fallsBack(effect, lookup)) return []
    const where = { at: effect.place, table: after.table.name, column: name }
    const told = { ...where, lost: 'shared', source: read.name } as const
    return [changeTold(told, [foreign[0][was] ?? null, value])]
  })
}

/**
 * The statement that wrote a column: of several that read the table, the first that is not tied to the row, as its values remain where the
 * others write nothing. Undefined if that is no lookup.
 */
function writerOf(column: string, lookup: Lookup, effects: readonly Effect[]): Effect | undefined {
  const writers = effects.filter((one) => writes(one, column))
  if (writers.length === 0) return lookup.effects.at(-1)
  const readers = writers.filter((one) => reads(one, lookup))
  const meant = readers.find((one) => !isTied(one, lookup)) ?? readers.at(-1)
  return lookup.effects.find((one) => meant && isSamePlace(one.place, meant.place))
}

/** Whether rows for which it finds nothing of their own are meant to get another value, as in `coalesce((SELECT … WHERE …), (SELECT …))`. */
const fallsBack = (effect: Effect, lookup: Lookup): boolean =>
  isTied(effect, lookup) &&
  effect.tokens.some((token) => /^(?:COALESCE|IFNULL)$/.test(token)) &&
  effect.tokens.filter((token) => token === 'SELECT').length > 1

/** Whether two statements are the same. */
export const isSamePlace = (one: StepPlace, other: StepPlace): boolean =>
  one.script === other.script && one.offset === other.offset && one.statement === other.statement

const writes = ({ shape }: Effect, column: string): boolean =>
  (shape.kind === 'update' || shape.kind === 'insert') &&
  (shape.columns?.some(({ key }) => plainName(key) === foldCase(column)) ?? true)

/** Code may have read it before. */
const reads = ({ tokens, place }: Effect, { read }: Lookup): boolean =>
  place.script === null || tokens.some((token) => [...namesIn(token)].includes(foldCase(read.name)))
