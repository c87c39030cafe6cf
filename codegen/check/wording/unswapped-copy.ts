// Corrects a copy that mixes columns up. Pure.
import { sqlInLine } from '../../sql/one-line.js'
import { readStatement } from '../../sql/read-statement.js'
import { isNamedIn, valueOf } from '../../sql/read-select.js'
import { sqlName, sqlNames } from '../../sql/sql-name.js'
import type { Insert, Select, Word } from '../../sql/statement.js'
import { wordsOf } from '../../sql/word-reader.js'
import { isSameName, plainName } from '../../../src/sql/names.js'

/** A column, and the one whose values it got. */
export interface Move {
  readonly column: string
  readonly from: string
}

/**
 * The whole statement, with its conditions and its computed columns; `columns` are those that the table has before and after.
 * Null if it cannot be corrected.
 */
export function unswappedCopy(
  sql: string,
  moves: readonly Move[],
  columns: readonly string[],
): string | null {
  const shape = readStatement(sql)
  if (shape?.kind !== 'insert') return null
  const [select, other] = shape.selects
  if (!select || other) return null
  const changes = shape.columns
    ? byName(shape.columns, select, moves)
    : byPlace(sql, select, { moves, columns })
  return changes && sqlInLine(spliced(sql, changes))
}

/** A replacement for a part of the text. */
interface Change {
  readonly start: number
  readonly end: number
  readonly text: string
}

function byName(
  names: NonNullable<Insert['columns']>,
  { items }: Select,
  moves: readonly Move[],
): Change[] | null {
  if (items.length !== names.length) return null
  // For two columns that swap values under other names, each has to read what the other one did.
  const isRead = (name: string): boolean => moves.some(({ from }) => isSameName(from, name))
  const found = moves.map(({ column, from }, place) => {
    const other = moves.length === 2 ? moves[1 - place]!.from : column
    const own = sqlName(isRead(column) ? column : other)
    const at = names.findIndex(({ key }) => isSameName(plainName(key), column))
    const item = valueOf(items[at] ?? [])
    return item
      .filter((word) => isNamedIn([word], from))
      .map((word) => ({ start: word.start, end: endOf(word), text: own }))
  })
  return found.every(({ length }) => length > 0) ? found.flat() : null
}

/** Only if a single table is read directly: names may belong to several. */
function byPlace(
  sql: string,
  { items, from }: Select,
  { moves, columns }: { readonly moves: readonly Move[]; readonly columns: readonly string[] },
): Change[] | null {
  const words = [...wordsOf(sql)]
  const at = words.findIndex(({ key }) => key === 'select')
  const [first, ...rest] = items.flat()
  const last = rest.at(-1) ?? first
  const isStar = items.length === 1 && first?.key === '*'
  const isPlain = items.length === columns.length && items.every((item) => item.length === 1)
  const isKnown = moves.every(({ column }) => columns.includes(column))
  const isOnly = isKnown && !words.some(({ key }) => JOINS.has(key)) && from !== null
  const before = words[at - 1]
  if (!first || !last || !before || !(isStar || isPlain) || !isOnly) return null
  const all = sqlNames(columns)
  return [
    { start: endOf(before), end: endOf(before), text: ` (${all})` },
    { start: first.start, end: endOf(last), text: all },
  ]
}

const JOINS = new Set(['join', 'with'])

const endOf = ({ start, text }: Word): number => start + text.length

function spliced(sql: string, changes: readonly Change[]): string {
  const ordered = [...changes].sort((one, other) => other.start - one.start)
  return ordered.reduce(
    (text, { start, end, text: other }) => text.slice(0, start) + other + text.slice(end),
    sql,
  )
}
