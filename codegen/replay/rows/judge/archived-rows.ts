// Judges rows that a step copies to another table by a JOIN or its own filter and then deletes: rows without a partner, or between the two
// filters, end up in neither table. Pure.
import { keyText, type RawRow } from '../fill/connection.js'
import { sqlTokens } from '../../../sql/sql-tokens.js'
import type { Select } from '../../../sql/statement.js'
import type { RowsLost } from '../../../model/evidence.js'
import { foldCase, plainName } from '../../../../src/sql/names.js'
import { conditionIn, type Effect } from '../watch/statement-effect.js'
import { placeOf, shownRow, type TableImage } from '../watch/table-image.js'
import type { ObservedSide } from '../watch/observed-run.js'
import type { Fate } from './fate.js'
import { keyOf, textBy } from './match-rows.js'
import { isOfOthers, unlikeFilters, type Unlike } from './unlike-filters.js'

/** Copies of rows, and the DELETE of the same rows by its condition. */
export interface Archiving {
  readonly copies: readonly [Effect, ...Effect[]]
  readonly removal: Effect
  /** The words of the DELETE's condition, without table names; empty if it deletes all rows. */
  readonly condition: readonly string[]
  /** Why the copies may skip some of them. */
  readonly by: 'unjoined' | Unlike
}

/** The archivings of one table among the statements of a step; `name` is in lower case. */
export function archivingIn(effects: readonly Effect[], name: string): Archiving[] {
  return effects.flatMap((removal, at) => {
    if (removal.verb !== 'delete' || removal.table !== name) return []
    const condition = conditionIn(removal.tokens)
    const joined = effects
      .slice(0, at)
      .filter((copy) => copiesByJoin(copy, name))
      .filter(({ tokens }) => conditionIn(tokens).join(' ') === condition.join(' '))
      .map((copy): Archiving => ({ copies: [copy], removal, condition, by: 'unjoined' }))
    const [first, ...rest] = effects
      .slice(0, at)
      .filter((copy) => copiesByFilter(copy, name))
      .filter(({ tokens }) => !isOfOthers(conditionIn(tokens), condition))
    if (!first || joined.length > 0) return joined
    const filters = [first, ...rest].map(({ tokens }) => conditionIn(tokens))
    const by = unlikeFilters(filters, condition)
    return by ? [{ copies: [first, ...rest], removal, condition, by }] : []
  })
}

const copiesByFilter = ({ table, shape }: Effect, name: string): boolean =>
  table !== name &&
  (shape.kind === 'insert' || (shape.kind === 'create-table' && shape.filled)) &&
  shape.selects.length === 1 &&
  plainName(shape.selects[0]?.from?.key ?? '') === name

function copiesByJoin({ verb, table, tokens }: Effect, name: string): boolean {
  const joins = tokens.flatMap((token, at) => (token === 'JOIN' ? [tokens[at - 1] ?? ''] : []))
  return (
    verb === 'insert' &&
    table !== name &&
    joins.length > 0 &&
    joins.every((before) => !/^(?:LEFT|RIGHT|FULL|OUTER|CROSS|NATURAL)$/.test(before)) &&
    tokens.some((token) => plainName(token) === name)
  )
}

/** Compares rows by the key of the table, or by all copied columns if the copies lack it; empty if no row was copied. */
export function archivedRows(
  { side, name, before, after, rebuild }: Fate,
  imageNow: (table: string) => TableImage | null,
): RowsLost[] {
  if (side.direction === 'down' || rebuild) return []
  const losses = archivingIn(side.effects, name).flatMap(({ copies, removal, by }): RowsLost[] => {
    const [archive] = copies.map(({ table }) => imageNow(table))
    const own = copiedBy(copies, before, imageNow)
    if (!archive || own.length === 0) return []
    const kept = new Set(copies.flatMap((copy) => [...keysKept(copy, own, imageNow)]))
    const there = new Set(after.rows.map(({ identity }) => keyText(identity)))
    const textOf = keptText(own, before)
    const isTaken = takenBy(side, removal)
    const gone = before.rows.filter(
      ({ identity, values }) => !there.has(keyText(identity)) && isTaken(values),
    )
    const lost = gone.filter(({ values }) => !kept.has(textOf(values)))
    const [first] = lost
    if (!first || lost.length === gone.length) return []
    return [
      {
        kind: 'rows-lost',
        at: removal.place,
        table: before.table.name,
        before: before.count,
        after: before.count - lost.length,
        through: null,
        by,
        source: archive.table.name,
        row: shownRow(before.columns, first.values),
      },
    ]
  })
  return losses.slice(0, 1)
}

/** Whether a row is one of those that a DELETE removed; true if that is not known. */
function takenBy({ deleted }: ObservedSide, removal: Effect): (row: RawRow) => boolean {
  const words = removal.tokens.join(' ')
  const own = deleted.find(({ statement }) => [...sqlTokens(statement)].join(' ') === words)
  const rows = own?.rows && new Set(own.rows.map(keyText))
  return (row) => !rows || rows.has(keyText(row))
}

/** The identifying columns that every copy has: the primary key as a whole, or all that are copied. In lower case. */
function copiedBy(
  copies: readonly Effect[],
  before: TableImage,
  imageNow: (table: string) => TableImage | null,
): readonly string[] {
  const isCopied = (name: string): boolean => copies.every((copy) => keptAs(copy, name, imageNow))
  const key = keyOf(before)
  const isWhole = key.length > 0 && key.every(isCopied)
  return isWhole ? key : namesOf(before).filter(isCopied)
}

/** A row as a text of some values; a column of another type stores them in another form. */
const keptText = (names: readonly string[], image: TableImage): ((row: RawRow) => string) => {
  const textOf = textBy(names, image)
  return (row) => textOf(row.map((value) => (value === null ? null : String(value))))
}

/** The identities of the rows in a copy. */
function keysKept(
  copy: Effect,
  own: readonly string[],
  imageNow: (table: string) => TableImage | null,
): readonly string[] {
  const archive = imageNow(copy.table)
  const columns = own.flatMap((name) => keptAs(copy, name, imageNow) ?? [])
  return archive ? archive.rows.map(({ values }) => keptText(columns, archive)(values)) : []
}

/** The column of the other table that a column is copied to, in lower case; null if there is none. */
function keptAs(
  { table, shape }: Effect,
  own: string,
  imageNow: (table: string) => TableImage | null,
): string | null {
  const archive = imageNow(table)
  if (!archive || (shape.kind !== 'insert' && shape.kind !== 'create-table')) return null
  const given = shape.kind === 'insert' ? shape.columns : null
  const names = given?.map((column) => plainName(column.key)) ?? namesOf(archive)
  const column = columnFor(shape.selects[0]?.items ?? [], own, names)
  return column !== undefined && placeOf(archive, column) >= 0 ? column : null
}

function columnFor(
  items: Select['items'],
  own: string,
  names: readonly string[],
): string | undefined {
  const lastOf = (item: Select['items'][number]): string => plainName(item.at(-1)?.key ?? '')
  if (items.length === 1 && items[0]?.at(-1)?.key === '*') return own
  const at = items.findIndex(
    (item) => lastOf(item) === own && item.length % 2 === 1 && item.length < 4,
  )
  return at < 0 ? undefined : names[at]
}

const namesOf = ({ columns }: TableImage): string[] => columns.map(({ name }) => foldCase(name))
