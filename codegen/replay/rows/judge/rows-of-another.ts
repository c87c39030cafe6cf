// Recognises a table in whose place the rows of another one stand. Pure.
import { foldCase } from '../../../../src/sql/names.js'
import type { RawRow } from '../fill/connection.js'
import { placeOf, type TableImage } from '../watch/table-image.js'
import { isOn, triggersOn } from './causes.js'
import type { Fate } from './fate.js'
import { commonColumns, keyOf, textBy } from './match-rows.js'

/**
 * The table whose rows stand in what takes its place, all of them as they were, where no statement reads the table itself. Null where the
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
