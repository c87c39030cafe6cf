// Counts the rows of a table that survive statements which delete conflicting rows: REPLACE, OR REPLACE. Pure.
import { keyText } from '../fill/connection.js'
import { sets, type Effect } from '../watch/statement-effect.js'
import type { ObservedSide } from '../watch/observed-run.js'
import type { TableImage } from '../watch/table-image.js'
import { foldCase, plainName } from '../../../../src/sql/names.js'

/** A table before and after such statements. */
export interface Replaced {
  readonly side: ObservedSide
  /** In lower case. */
  readonly name: string
  readonly before: TableImage
  readonly after: TableImage
}

/**
 * The number of rows that survive. Rows are identified by the primary key, or by any unique key if the statements leave the primary key to
 * SQLite or insert rows of their own: they then replace a row by its successor, which is a new row; an existing one would have pushed it
 * out. If an UPDATE changes primary keys, and for large tables, only the number of rows is known, which is an upper limit.
 */
export function countSurvivors(table: Replaced, evicting: readonly Effect[]): number {
  const { side, name, before, after } = table
  const whole = [before, after].every(({ count, rows }) => count === rows.length)
  const primary = primaryOf(before)
  const told = [...ROWIDS, ...primary]
  const updates = side.effects.filter((one) => one.verb === 'update' && one.table === name)
  if (!whole || updates.some((update) => told.some((column) => sets(update, column))))
    return after.count
  const byPrimary = evicting.some((effect) => givesKeys(effect, primary))
  const unique = byPrimary && primary.length > 0 ? [] : uniquesOf(table)
  const keys = [primary, ...unique].filter(({ length }) => length > 0)
  return keys.length === 0 ? after.count : Math.min(after.count, countThere(table, keys))
}

const ROWIDS = ['rowid', 'oid', '_rowid_']

/** How many rows remain, or have a successor under one of the keys. */
function countThere({ before, after }: Replaced, keys: readonly (readonly string[])[]): number {
  const known = keys.map((key) => keyTexts(after, key))
  if (known.some((texts) => texts === null)) return after.count
  const sought = keys.map((key) => keyTexts(before, key) ?? [])
  const former = identitiesOf(before)
  const isNew = after.rows.map(({ identity }) => !former.has(keyText(identity)))
  const present = known.map((texts) => new Set(texts?.filter((_, row) => isNew[row])))
  const there = identitiesOf(after)
  return before.rows.filter(
    ({ identity }, row) =>
      // A row with a null in its key conflicts with none, and keeps its rowid.
      there.has(keyText(identity)) ||
      sought.some((texts, key) => {
        const text = texts[row] ?? null
        return text !== null && present[key]?.has(text)
      }),
  ).length
}

const identitiesOf = ({ rows }: TableImage): Set<string> =>
  new Set(rows.map(({ identity }) => keyText(identity)))

/** The columns of the primary key and of unique keys, in lower case. */
export const keysOf = (table: Replaced): string[][] =>
  [primaryOf(table.before), ...uniquesOf(table)].filter(({ length }) => length > 0)

const primaryOf = ({ table: { columns } }: TableImage): string[] =>
  columns.flatMap(({ name, primaryKey }) => (primaryKey > 0 ? [foldCase(name)] : []))

/** Whether an INSERT … SELECT sets the primary key. */
const givesKeys = ({ shape }: Effect, primary: readonly string[]): boolean =>
  shape.kind === 'insert' &&
  shape.selects.length > 0 &&
  (shape.columns?.some(({ key }) => primary.includes(plainName(key))) ?? true)

function uniquesOf({ side, name, before }: Replaced): string[][] {
  const indexes = side.before.attached.indexes.get(name) ?? []
  const made = indexes.filter(({ unique, partial }) => unique && !partial)
  return [...before.table.uniques, ...made.map(({ columns }) => columns)].flatMap((columns) =>
    columns.every((column) => column !== null) ? [columns.map((one) => foldCase(one))] : [],
  )
}

/** The key of each row as a text; null for a row with a null in it, and for all if the columns no longer exist. */
export function keyTexts(
  { columns, rows }: TableImage,
  key: readonly string[],
): (string | null)[] | null {
  const names = columns.map(({ name }) => foldCase(name))
  const places = key.map((column) => names.indexOf(column))
  if (places.includes(-1)) return null
  return rows.map(({ values }) => {
    const found = places.map((place) => values[place] ?? null)
    return found.includes(null) ? null : keyText(found)
  })
}
