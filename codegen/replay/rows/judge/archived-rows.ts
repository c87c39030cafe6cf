// Judges rows that a step copies to another table and then deletes: those without a partner in a JOIN, between two filters, or that the
// copy drops for a conflict end up in neither table. Pure.
import { rowsGone } from './rows-gone.js'
import { keyText, type RawRow } from '../fill/connection.js'
import { sqlTokens } from '../../../sql/sql-tokens.js'
import type { Select } from '../../../sql/statement.js'
import type { CatalogTable } from '../../../model/catalog.js'
import type { RowsLost } from '../../../model/evidence.js'
import { foldCase, plainName } from '../../../../src/sql/names.js'
import { conditionIn, type Effect } from '../watch/statement-effect.js'
import { placeOf, type TableImage } from '../watch/table-image.js'
import type { ObservedSide } from '../watch/observed-run.js'
import type { Fate } from './fate.js'
import { keyOf, textBy } from './match-rows.js'
import { isOfOthers, takesMore, unlikeFilters, type Unlike } from './unlike-filters.js'

/** Copies of rows, and the DELETE of the same rows by its condition. */
export interface Archiving {
  readonly copies: readonly [Effect, ...Effect[]]
  readonly removal: Effect
  /** The words of the DELETE's condition, without table names; empty if it deletes all rows. */
  readonly condition: readonly string[]
  /** Why the copies may skip some of them. */
  readonly by: 'unjoined' | 'conflict' | Unlike
}

/** The archivings of one table among the statements of a step. */
export function archivingIn(effects: readonly Effect[], table: CatalogTable): Archiving[] {
  const name = foldCase(table.name)
  return effects.flatMap((removal, at) => {
    if (removal.verb !== 'delete' || removal.table !== name) return []
    const condition = conditionIn(removal.tokens)
    const joined = effects
      .slice(0, at)
      .filter((copy) => copiesByJoin(copy, name))
      .filter(({ tokens }) => conditionIn(tokens).join(' ') === condition.join(' '))
      .map((copy): Archiving => ({ copies: [copy], removal, condition, by: 'unjoined' }))
    const all = effects
      .slice(0, at)
      .filter((copy) => copiesByFilter(copy, name))
      .filter(({ tokens }) => !isOfOthers(conditionIn(tokens), condition))
    const archives = all.filter(({ tokens }) => takesMore(conditionIn(tokens), condition))
    const taken = archives.map((copy) => columnsRead(copy, table))
    const [first, ...rest] = all.filter((copy) => !isPartOf(columnsRead(copy, table), taken))
    if (!first || joined.length > 0) return joined
    const filters = [first, ...rest].map(({ tokens }) => conditionIn(tokens))
    const isDropping = [first, ...rest].every(
      (copy, nth) => dropsConflicting(copy) && isSame(filters[nth]!, condition),
    )
    const by = unlikeFilters(filters, condition) ?? (isDropping ? 'conflict' : null)
    return by ? [{ copies: [first, ...rest], removal, condition, by }] : []
  })
}

/** The columns of the table that a copy names after SELECT. */
function columnsRead({ shape }: Effect, { columns }: CatalogTable): readonly string[] {
  const [{ items } = { items: [] }] = 'selects' in shape ? shape.selects : []
  const names = new Set(items.flat().map(({ key }) => plainName(key)))
  const all = columns.map(({ name }) => foldCase(name))
  return names.has('*') ? all : all.filter((name) => names.has(name))
}

/** Whether one of the others has all columns and more. */
const isPartOf = (columns: readonly string[], others: readonly (readonly string[])[]): boolean =>
  others.some(
    (other) => other.length > columns.length && columns.every((name) => other.includes(name)),
  )

/** Whether a copy asks for the same rows, also if ON CONFLICT follows. */
function isSame(copy: readonly string[], removal: readonly string[]): boolean {
  const end = copy.indexOf('ON')
  const words = end < 0 ? copy : copy.slice(0, end)
  return words.join(' ').replace(/^(?:TRUE|1)$/, '') === removal.join(' ')
}

/** Whether a copy leaves out rows that conflict with others, or overwrites those. */
export const dropsConflicting = ({ shape, evicts }: Effect): boolean =>
  shape.kind === 'insert' && (shape.conflict === 'ignore' || evicts)

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
  { side, before, after, rebuild }: Fate,
  imageNow: (table: string) => TableImage | null,
): RowsLost[] {
  if (side.direction === 'down' || rebuild) return []
  const there = new Set(after.rows.map(({ identity }) => keyText(identity)))
  const losses = archivingIn(side.effects, before.table).map((one): RowsLost[] => {
    const { copies, removal, by } = one
    const own = copiedBy(copies, before, imageNow)
    if (own.length === 0) return []
    const isTaken = takenBy(side, removal, before)
    const gone = before.rows
      .filter(({ identity, values }) => !there.has(keyText(identity)) && isTaken(values))
      .map(({ values }) => values)
    const archived = { ...one, own, before, imageNow }
    const lost = missing(gone, archived)
    if (lost.length === gone.length) return []
    const dropped = by === 'conflict' ? lost : inTheWay(lost, archived)
    const rest = lost.filter((row) => !dropped.includes(row))
    const source = imageNow(copies[0].table)?.table.name ?? copies[0].table
    return [
      ...shownLoss(dropped, before, { at: copies[0].place, by: 'conflict' }),
      ...shownLoss(rest, before, { at: removal.place, by, source }),
    ]
  })
  return losses.find(({ length }) => length > 0) ?? []
}

/** Copies, with the rows before and what identifies them in the copies. */
interface Archived extends Archiving {
  readonly own: readonly string[]
  readonly before: TableImage
  readonly imageNow: (table: string) => TableImage | null
}

const shownLoss = (
  rows: readonly RawRow[],
  before: TableImage,
  told: Parameters<typeof rowsGone>[2],
): RowsLost[] => rows.slice(0, 1).map((row) => rowsGone(before, { lost: rows.length, row }, told))

/** The rows that no copy has. Equal ones count one by one if a copy that drops some makes another key of theirs. */
function missing(gone: readonly RawRow[], { copies, own, before, imageNow }: Archived): RawRow[] {
  const kept = copies.flatMap((copy) => keysKept(copy, own, imageNow))
  const textOf = keptText(own, before)
  const isMade = keyOf(before).some(
    (name) =>
      !own.includes(name) &&
      copies.every(
        (copy) => dropsConflicting(copy) && copy.tokens.some((token) => plainName(token) === name),
      ),
  )
  return gone.filter((row) => {
    const at = kept.indexOf(textOf(row))
    if (at >= 0 && isMade) kept.splice(at, 1)
    return at < 0
  })
}

/** The rows that agree in a key with one that is copied. */
const inTheWay = (rows: readonly RawRow[], { copies, before, imageNow }: Archived): RawRow[] =>
  copies.filter(dropsConflicting).flatMap((copy) => {
    const archive = imageNow(copy.table)
    const keys = archive
      ? [keyOf(archive), ...archive.table.uniques.map((key) => key.map((name) => foldCase(name)))]
      : []
    const told = keys.flatMap((key) => {
      const names = namesOf(before).filter((name) =>
        key.includes(keptAs(copy, name, imageNow) ?? ''),
      )
      return names.length > 0 && names.length === key.length ? [names] : []
    })
    return told.flatMap((names) => {
      const [kept, textOf] = [new Set(keysKept(copy, names, imageNow)), keptText(names, before)]
      return rows.filter((row) => kept.has(textOf(row)))
    })
  })

/** Whether a row is one of those that a DELETE removed; true if that is not known. Earlier statements may have added columns. */
function takenBy(
  { deleted }: ObservedSide,
  removal: Effect,
  before: TableImage,
): (row: RawRow) => boolean {
  const words = removal.tokens.join(' ')
  const own = deleted.find(({ statement }) => [...sqlTokens(statement)].join(' ') === words)
  if (!own?.rows) return () => true
  const there = new Set(own.columns.map(({ name }) => foldCase(name)))
  const names = namesOf(before).filter((name) => there.has(name))
  const rows = new Set(own.rows.map(textBy(names, own)))
  const textOf = textBy(names, before)
  return (row) => rows.has(textOf(row))
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
