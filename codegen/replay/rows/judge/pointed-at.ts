// Finds whether the values of a column are in rows that the table now references, through one foreign key or several. Pure.
import { isSameName } from '../../../../src/sql/names.js'
import type { RawRow } from '../fill/connection.js'
import type { Value } from '../fill/seed-values.js'
import { placeOf, type TableImage } from '../watch/table-image.js'
import { isAt, keyPlaces, type Known, type Sought } from './beside-key.js'
import { commonColumns, textBy, type Matched } from './match-rows.js'
import { sameValue } from './same-value.js'
import type { Written } from './written.js'

/**
 * Whether a column of the table references rows that have the values, or whose foreign keys lead to them. If rows have other keys now, a
 * row with the same other columns is the same.
 */
export function isPointedAt(
  { after }: Written,
  own: Written | undefined,
  sought: Omit<Sought, 'column'> & Pick<Matched, 'by'>,
): boolean {
  const [key = -1] = keyPlaces(after)
  if (!own || key < 0) return false
  const heirs = heirsOf(own.after, sought)
  const ways = waysFrom(after, sought.written, HOPS).filter(({ place }) => place !== key)
  return ways.some(({ read }) =>
    own.after.columns.some((_, pointer) => {
      const leads = ({ value }: Known, row: RawRow): boolean =>
        after.rows.some(
          ({ values }) =>
            isAt(values, key, row[pointer] ?? null) &&
            read(values).some((found) => sameValue(found, value)),
        )
      return sought.known.every((one) => heirs(one).some((row) => leads(one, row)))
    }),
  )
}

/** The current rows that may be a former row. */
function heirsOf(
  after: TableImage,
  { before, known, by }: Pick<Sought, 'before' | 'known'> & Pick<Matched, 'by'>,
): (one: Known) => readonly RawRow[] {
  if (by === 'key') return ({ now }) => [now]
  const common = commonColumns(before, after)
  const [was, is] = [textBy(common, before), textBy(common, after)]
  const rows = after.rows.map(({ values }) => [is(values), values] as const)
  const heirs = new Map(
    known.map((one) => {
      const text = was(one.old)
      return [one, rows.flatMap(([own, values]) => (own === text ? [values] : []))] as const
    }),
  )
  return (one) => heirs.get(one) ?? []
}

/** How many foreign keys are followed after the first. */
const HOPS = 2

/** What a row of a table leads to: a value in its own column, or one in a row that a foreign key leads to from there. */
interface Way {
  readonly place: number
  read(row: RawRow): readonly Value[]
}

function waysFrom(table: TableImage, written: readonly Written[], hops: number): Way[] {
  const own = table.columns.map((_, place): Way => ({ place, read: (row) => [row[place] ?? null] }))
  const keys = hops === 0 ? [] : table.table.foreignKeys
  const others = keys.flatMap(({ columns, parent, parentColumns }) => {
    const to = written.find(({ after }) => isSameName(after.table.name, parent))?.after
    const [place, target] = [
      placeOf(table, columns[0] ?? ''),
      to ? placeOf(to, parentColumns[0] ?? '') : -1,
    ]
    if (!to || to === table || place < 0 || target < 0 || columns.length > 1) return []
    const rowsAt = (value: Value): RawRow[] =>
      to.rows.flatMap(({ values }) => (isAt(values, target, value) ? [values] : []))
    return waysFrom(to, written, hops - 1)
      .filter((way) => way.place !== target)
      .map(({ read }): Way => ({ place, read: (row) => rowsAt(row[place] ?? null).flatMap(read) }))
  })
  return [...own, ...others]
}
