// Finds the rows of a table that statements visibly delete, including what a DELETE triggers. Pure.
import { foldCase, isSameName, plainName } from '../../../../src/sql/names.js'
import type { RawRow } from '../fill/connection.js'
import type { DeletedRows } from '../watch/deleted-rows.js'
import { conditionIn, isFilling, type Effect } from '../watch/statement-effect.js'
import { checksOf } from '../fill/checks-of.js'
import { placeOf, type TableImage } from '../watch/table-image.js'
import type { Ending } from './fate.js'
import { commonColumns, keyOf, textBy } from './match-rows.js'

/** A table without those rows. */
export interface Undeleted {
  readonly before: TableImage
  /** How many more rows may have been deleted, without it being known which. */
  readonly unsure: number
}

/** For a table that is refilled, rows deleted after they were copied elsewhere do not count. */
export function withoutDeletedRows(ending: Ending): Undeleted {
  const { before, rebuild } = ending
  const all = deletionsOf(ending).filter(
    (one) => rebuild?.kind !== 'refilled' || isAmong(beforeAside(ending), one),
  )
  if (all.length === 0) return { before, unsure: 0 }
  if (before.count !== before.rows.length || all.some(({ rows }) => !rows))
    return { before, unsure: Infinity }
  const left = new Set(before.rows)
  const unsure = all.map((one) => takeOut(left, ending, one)).reduce((sum, one) => sum + one, 0)
  const rows = before.rows.filter((row) => left.has(row))
  return { before: { ...before, rows, count: rows.length }, unsure }
}

/** Whether a DELETE that filters by a column leaves only rows with one value in it, so that the column carries no information any more. */
export function isToldByDelete(column: string, ending: Ending): boolean {
  const isAsked = ending.heir.own.some(
    ({ verb, tokens }) =>
      verb === 'delete' &&
      conditionIn(tokens).some((token) => isSameName(plainName(token), column)),
  )
  if (!isAsked) return false
  const { before } = ending
  const place = placeOf(before, column)
  const valuesIn = ({ rows }: TableImage): ReadonlySet<string> =>
    new Set(rows.map(({ values }) => String(values[place] ?? null)))
  const { before: left, unsure } = withoutDeletedRows(ending)
  const known = valuesIn(before)
  const checks = checksOf(before.table.sql).filter(({ words }) => words.has(foldCase(column)))
  const isTried = checks.every(({ literals }) => literals.every((one) => known.has(String(one))))
  return unsure === 0 && isTried && known.size > 1 && valuesIn(left).size === 1
}

/** Deletions from the table, and from its replacement. */
const deletionsOf = ({ side, name, heir }: Ending): readonly DeletedRows[] =>
  side.deleted.filter((one) => one.table === name || isAmong(heir.effects, one))

/** The statements before rows are copied elsewhere; code prepares statements in any order. */
function beforeAside({ side: { effects }, name }: Ending): readonly Effect[] {
  const at = effects.findIndex((one) => isFilling(one) && one.table !== name)
  return effects.slice(0, Math.max(0, at)).filter(({ place }) => place.script !== null)
}

const isAmong = (effects: readonly Effect[], deletion: DeletedRows): boolean =>
  effects.some((effect) => isOf(effect, deletion))

/** Whether a statement is the DELETE that took these rows. */
export const isOf = ({ verb, place }: Effect, { statement }: DeletedRows): boolean =>
  verb === 'delete' && place.statement === statement.slice(0, place.statement?.length)

/** The DELETE that removed a row; if none was seen to, the last one of the table. */
export function removalOf(ending: Ending, row: RawRow): Effect | undefined {
  const { side, name, before } = ending
  const removals = side.effects.filter((one) => one.verb === 'delete' && one.table === name)
  const names = keyOf(before)
  const taken = deletionsOf(ending).find(({ rows, ...deletion }) => {
    const isSame = rows && names.length > 0 ? textBy(names, deletion) : null
    return isSame && rows?.some((one) => isSame(one) === textBy(names, before)(row))
  })
  return removals.find((one) => taken && isOf(one, taken)) ?? removals.at(-1)
}

/** Removes deleted rows from those left; returns how many were not among them. A replacement table may have other rowids. */
function takeOut(
  left: Set<TableImage['rows'][number]>,
  { before, heir }: Ending,
  deletion: DeletedRows,
): number {
  const { columns } = deletion
  const key = keyOf(before)
  const content = commonColumns(before, {
    ...before,
    columns: before.columns.filter(({ name }) => columns.some((one) => isSameName(one.name, name))),
  })
  const isRenumbered = heir.is !== 'same' && isAmong(heir.heirs, deletion)
  const apart = isRenumbered ? [content, key] : [key, content]
  const ways = [[...new Set([...key, ...content])], ...apart].filter(
    (names) =>
      names.length > 0 && names.every((one) => columns.some(({ name }) => isSameName(name, one))),
  )
  let rest: readonly RawRow[] = deletion.rows ?? []
  for (const names of ways) {
    const [was, is] = [textBy(names, before), textBy(names, deletion)]
    const known = new Map([...left].map((row) => [was(row.values), row]))
    rest = rest.filter((row) => {
      const found = known.get(is(row))
      return !found || !left.delete(found)
    })
  }
  return rest.length
}
