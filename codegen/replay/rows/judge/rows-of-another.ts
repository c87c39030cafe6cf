// Recognizes a table whose rows were replaced by those of another one. Pure.
import { foldCase } from '../../../../src/sql/names.js'
import type { RawRow } from '../fill/connection.js'
import { placeOf, type TableImage } from '../watch/table-image.js'
import { isOn, triggersOn } from './causes.js'
import type { Fate } from './fate.js'
import { commonColumns, hasOwnKey, keyOf, pairsByKey, textBy } from './match-rows.js'

/**
 * Whether `up` drops a table that no statement has read, and the new one of its name has none of its rows: all of them are lost, whatever
 * fills the new one.
 */
export function isGivenUp(fate: Fate): boolean {
  const { side, heir, rebuild, before, after } = fate
  if (rebuild?.kind !== 'new' || heir.isFed || side.direction === 'down') return false
  const isUnlike = hasOwnKey(before) && !pairsByKey(before, after)?.length
  return (after.count === 0 || isUnlike) && !heir.sources.some((one) => areKin(fate, one))
}

/**
 * The table whose rows are all in the replacement, unchanged, if no statement reads the original; or the first one that fills the
 * replacement, if it has none of the original rows. Null if one is known to be a copy of the other, because a trigger fills it. `untouched`
 * reads tables that the step does not name, such as those behind views.
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

/** The columns that identify the rows of a table: its key, else all columns that the new one has as well. */
const tellingColumns = ({ before, after }: Fate): string[] => {
  const key = keyOf(before)
  return key.length > 0 ? key : commonColumns(before, after)
}

/** Whether all rows of a table are known, and it has the identifying columns. */
function isTold(fate: Fate, image: TableImage): boolean {
  const names = tellingColumns(fate)
  const isThere = (one: TableImage): boolean => names.every((name) => placeOf(one, name) >= 0)
  return names.length > 0 && image.count === image.rows.length && [image, fate.after].every(isThere)
}

/** Whether the other table has a row. */
function rowTest(names: readonly string[], image: TableImage, after: TableImage) {
  const [textThere, textNow] = [textBy(names, image), textBy(names, after)]
  const there = new Set(image.rows.map(({ values }) => textThere(values)))
  return (row: RawRow): boolean => there.has(textNow(row))
}
