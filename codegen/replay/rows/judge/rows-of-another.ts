// Recognises a table in whose place the rows of another one stand. Pure.
import { foldCase } from '../../../../src/sql/names.js'
import type { RawRow } from '../fill/connection.js'
import { placeOf, type TableImage } from '../watch/table-image.js'
import { isOn, triggersOn } from './causes.js'
import type { Fate } from './fate.js'
import { commonColumns, hasOwnKey, keyOf, pairsByKey, textBy } from './match-rows.js'

/**
 * Whether `up` takes a table away that no statement has read, and nothing of its rows is in the new one of its name: all of them are lost,
 * whatever that is filled with.
 */
export function isGivenUp(fate: Fate): boolean {
  const { side, heir, rebuild, before, after } = fate
  if (rebuild?.kind !== 'new' || heir.isFed || side.direction === 'down') return false
  const isUnlike = hasOwnKey(before) && !pairsByKey(before, after)?.length
  return (after.count === 0 || isUnlike) && !heir.sources.some((one) => areKin(fate, one))
}

/**
 * The table whose rows stand in what takes its place, all of them as they were, where no statement reads the table itself; or the first of
 * those that it is filled from, where none of its own rows is there. Null where the
 * one is known to be a copy of the other: a trigger fills one of the two from the other. `untouched`
 * gives tables that the step does not name, as those behind views.
 */
export function rowsOfAnother(
  fate: Fate,
  untouched: (name: string) => TableImage | null,
): TableImage | null {
  const { side, heir, rebuild, after } = fate
  if (!rebuild || rebuild.kind === 'refilled' || heir.isFed) return null
  if (after.rows.length === 0) return null
  const images = [heir.was ?? [], heir.sources]
    .flat()
    .flatMap((one) => side.images.get(one) ?? untouched(one) ?? [])
  if (images.some(({ table }) => areKin(fate, foldCase(table.name)))) return null
  if (isGivenUp(fate)) return images[0] ?? null
  const sources = images.filter((one) => isTold(fate, one))
  const tests = sources.map((one) => rowTest(tellingColumns(fate), one, after))
  const isThere = after.rows.every(({ values }) => tests.some((test) => test(values)))
  return isThere ? (sources[0] ?? null) : null
}

const areKin = ({ side, name }: Fate, other: string): boolean =>
  [[name, other] as const, [other, name] as const].some(([one, from]) =>
    triggersOn(side, from).some(({ body }) => body.some((shape) => isOn(shape, one))),
  )

/** What tells the rows of a table: its key, else all columns that the new one has as well. */
const tellingColumns = ({ before, after }: Fate): string[] => {
  const key = keyOf(before)
  return key.length > 0 ? key : commonColumns(before, after)
}

/** Whether a table is known in full, and has what tells the rows. */
function isTold(fate: Fate, image: TableImage): boolean {
  const names = tellingColumns(fate)
  const isThere = (one: TableImage): boolean => names.every((name) => placeOf(one, name) >= 0)
  return names.length > 0 && image.count === image.rows.length && [image, fate.after].every(isThere)
}

/** Whether a row stands in the other table. */
function rowTest(names: readonly string[], image: TableImage, after: TableImage) {
  const [textThere, textNow] = [textBy(names, image), textBy(names, after)]
  const there = new Set(image.rows.map(({ values }) => textThere(values)))
  return (row: RawRow): boolean => there.has(textNow(row))
}
