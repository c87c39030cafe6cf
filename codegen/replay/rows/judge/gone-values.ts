// Finds what was in removed columns and is nowhere else. Pure.
import type { ShownRow, ValuesGone } from '../../../model/evidence.js'
import type { CatalogColumn } from '../../../model/catalog.js'
import type { ObservedSide } from '../watch/observed-run.js'
import type { Value } from '../fill/seed-values.js'
import { foldCase } from '../../../../src/sql/names.js'
import { shownRow, shownValue, type TableImage } from '../watch/table-image.js'
import { isFilling } from '../watch/statement-effect.js'
import type { Heir } from './heirs.js'
import { isOfTheMoment } from '../watch/of-the-moment.js'
import { rowsBeyond } from './kept-values.js'
import { isTelling } from './match-rows.js'
import { bucketOf } from './same-value.js'
import { partsKept } from './parts-kept.js'
import type { Written } from './written.js'

interface Gone {
  readonly side: ObservedSide
  readonly before: TableImage
  readonly written: readonly Written[]
}

/** The row that has the most values in these columns which are nowhere else afterwards. */
export function gone(
  { side, before, written }: Gone,
  lost: readonly CatalogColumn[],
): ValuesGone[] {
  const { table, columns } = before
  const places = lost.map((column) => columns.indexOf(column))
  const shownOf = (rows: TableImage['rows']): Value[][] =>
    rows.map(({ values }) => places.map((place) => values[place] ?? null))
  const there = new Set(
    written.flatMap(({ after }) => after.rows.flatMap(({ values }) => values.map(bucketOf))),
  )
  // An empty text counts less than any other.
  const heldBut = (known: ReadonlySet<string>, shown: readonly Value[][]): number[] =>
    shown.map((values) => {
      const own = values.filter(
        (one) => one !== null && !isOfTheMoment(shownValue(one)) && !isHeard(one, known),
      )
      return own.length - own.filter((one) => one === '').length / 2
    })
  const beyond = shownOf(rowsBeyond(before, written, lost))
  // Rows whose values still exist somewhere lose less than rows with values that are nowhere.
  const unheard = [beyond, shownOf(before.rows)].find((rows) =>
    heldBut(there, rows).some((count) => count > 0),
  )
  const shown = unheard ?? beyond
  const held = heldBut(unheard ? there : new Set<string>(), shown)
  const best = shown[held.indexOf(Math.max(...held))]
  if (!best || best.every((value) => value === null)) return []
  const { version } = side.entry
  const parts = partsKept(side, before, written, lost)
  const row = steadyRow(lost, best)
  return [
    { kind: 'values-gone', version, table: table.name, row, ...(parts.length > 0 && { parts }) },
  ]
}

interface Copies extends Pick<Gone, 'written'> {
  imageOf(table: string): TableImage | null
}

/** With the last statement that reads the table and fills another one; what that has of the row is left out. */
export function withCopy(
  facts: readonly ValuesGone[],
  { count, rows }: TableImage,
  fills: Heir['fills'],
  { written, imageOf }: Copies,
): ValuesGone[] {
  const copies = fills.flatMap(({ name, isNew, effects }) => {
    const statement = effects.findLast(isFilling)?.place.statement ?? null
    const after = written.find((one) => foldCase(one.after.table.name) === name)
    const isIdle = isNew && imageOf(name)?.count === 0
    const fresh = isIdle ? [] : (after?.fresh ?? [])
    if (statement === null || (fresh.length === 0 && !isIdle)) return []
    return [{ statement, to: after?.after.table.name ?? name, fresh }]
  })
  const found = copies.findLast(({ fresh }) => fresh.length === 0) ?? copies.at(-1)
  if (!found) return [...facts]
  const { statement, to, fresh } = found
  const there = new Set(fresh.flatMap(({ values }) => values.map(bucketOf)))
  const isCopied = rows.some(({ values }) =>
    values.some((value) => isTelling(value) && there.has(bucketOf(value))),
  )
  if (fresh.length > 0 && !isCopied) return [...facts]
  const copy = {
    statement,
    to,
    has: fresh.length === 0 ? 'none' : fresh.length < count ? 'some' : 'all',
  } as const
  return facts.map((fact) => {
    const absent = Object.entries(fact.row).filter(([, value]) => !isHeard(value, there))
    const row = absent.some(([, value]) => value !== null) ? Object.fromEntries(absent) : fact.row
    return { ...fact, row, copy }
  })
}

/** Whether a value, or one of its words, exists there; a number may be a text there. */
const isHeard = (value: Value, known: ReadonlySet<string>): boolean =>
  known.has(bucketOf(value)) ||
  (typeof value === 'string' &&
    value.split(' ').some((word) => word !== '' && known.has(bucketOf(word))))

/** Leaves out values that change on every run, unless there are no others. */
function steadyRow(columns: readonly CatalogColumn[], values: readonly Value[]): ShownRow {
  const row = shownRow(columns, values)
  const steady = Object.entries(row).filter(([, value]) => !isOfTheMoment(value))
  return steady.some(([, value]) => value !== null) ? Object.fromEntries(steady) : row
}
