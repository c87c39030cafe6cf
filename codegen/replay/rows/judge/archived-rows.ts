// Rows that a step deletes after it has copied them into another table by a JOIN or by a filter of its own: those without a
// partner, or between the two filters, are in neither. Pure.
import { keyText } from '../fill/connection.js'
import type { RowsLost } from '../../../model/evidence.js'
import { foldCase, plainName } from '../../../../src/sql/names.js'
import { conditionIn, type Effect } from '../watch/statement-effect.js'
import { placeOf, shownRow, type TableImage } from '../watch/table-image.js'
import type { Fate } from './fate.js'
import { keyOf } from './match-rows.js'
import { unlikeFilters, type Unlike } from './unlike-filters.js'

/** Copies of rows, and the DELETE of the same ones, by their conditions. */
export interface Archiving {
  readonly copies: readonly [Effect, ...Effect[]]
  readonly removal: Effect
  /** The words of the DELETE's condition, without names of tables; none where all rows are meant. */
  readonly condition: readonly string[]
  /** Why the copies may leave some of them out. */
  readonly by: 'unjoined' | Unlike
}

/** Those of the statements of a step that are about one table; `name` is in lower case. */
export function archivingIn(effects: readonly Effect[], name: string): Archiving[] {
  return effects.flatMap((removal, at) => {
    if (removal.verb !== 'delete' || removal.table !== name) return []
    const condition = conditionIn(removal.tokens)
    const joined = effects
      .slice(0, at)
      .filter((copy) => copiesByJoin(copy, name))
      .filter(({ tokens }) => conditionIn(tokens).join(' ') === condition.join(' '))
      .map((copy): Archiving => ({ copies: [copy], removal, condition, by: 'unjoined' }))
    const [first, ...rest] = effects.slice(0, at).filter((copy) => copiesByFilter(copy, name))
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

/** Told by the key of the table, which the copy takes along; silent where none was copied. */
export function archivedRows(
  { side, name, before, after, rebuild }: Fate,
  imageNow: (table: string) => TableImage | null,
): RowsLost[] {
  const [own, ...others] = keyOf(before)
  if (side.direction === 'down' || rebuild || own === undefined || others.length > 0) return []
  return archivingIn(side.effects, name)
    .slice(0, 1)
    .flatMap(({ copies, removal, by }): RowsLost[] => {
      const [archive] = copies.map(({ table }) => imageNow(table))
      const archives = copies.map((copy) => keysKept(copy, own, imageNow))
      if (!archive || archives.includes(null)) return []
      const [there, kept] = [
        keysIn(after, own),
        new Set(archives.flatMap((one) => [...(one ?? [])])),
      ]
      const place = placeOf(before, own)
      const textOf = (row: readonly unknown[]): string => keyText([row[place] as never])
      const gone = before.rows.map(({ values }) => values).filter((row) => !there.has(textOf(row)))
      const lost = gone.filter((row) => !kept.has(textOf(row)))
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
          row: shownRow(before.columns, first),
        },
      ]
    })
}

const keysIn = (image: TableImage, named: string): ReadonlySet<string> =>
  new Set(image.rows.map(({ values }) => keyText([values[placeOf(image, named)] ?? null])))

/** The keys that a copy has taken along; null where it has none. */
function keysKept(
  copy: Effect,
  own: string,
  imageNow: (table: string) => TableImage | null,
): ReadonlySet<string> | null {
  const archive = imageNow(copy.table)
  const column = archive && keyCopied(copy, own, archive)
  return archive && column !== null && placeOf(archive, column) >= 0
    ? keysIn(archive, column)
    : null
}

/** The column of the other table that the key comes to, in lower case; null where it is none. */
function keyCopied({ shape }: Effect, key: string, archive: TableImage): string | null {
  if (shape.kind !== 'insert' && shape.kind !== 'create-table') return null
  const [select] = shape.selects
  const own = shape.kind === 'insert' ? shape.columns : null
  const names = own?.map((column) => plainName(column.key)) ?? namesOf(archive)
  if (select?.items.length === 1 && select.items[0]?.at(-1)?.key === '*') return key
  const at = select?.items.findIndex(
    (item) => plainName(item.at(-1)?.key ?? '') === key && (item.length === 1 || item.length === 3),
  )
  return at === undefined || at < 0 ? null : (names[at] ?? null)
}

const namesOf = ({ columns }: TableImage): string[] => columns.map(({ name }) => foldCase(name))
