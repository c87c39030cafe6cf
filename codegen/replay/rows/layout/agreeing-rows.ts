// Makes rows that agree between tables by column position, whatever the columns are called, since EXCEPT, INTERSECT and `(a, b) IN (SELECT
// * …)` compare them so.
import { foldCase } from '../../../../src/sql/names.js'
import type { Connection, RawRow } from '../fill/connection.js'
import { seedValue, type Value } from '../fill/seed-values.js'
import type { Asked } from './asked-values.js'
import { listedIn } from './compared-rows.js'
import { isFlag, takenBy, typed } from './fill-pairs.js'
import type { KeptReader } from './kept-readers.js'
import { heldColumns } from './plain-database.js'
import type { ColumnPair, TablePair } from './table-pairs.js'

/** The positions in which a row agrees: before the side, after it, or in a column list of the text; or it agrees crosswise. */
type Way = 'was' | 'now' | 'listed' | 'crosswise'

/** Some rows agree, more of them in the positions before the side than in those after it, so that counts differ. */
const SOME: readonly Way[] = ['was', 'now', 'was', 'listed', 'was', 'now', 'was', 'crosswise']

type Rows = ReadonlyMap<TablePair, readonly RawRow[]>

/**
 * Trials in which rows agree, made from rows that have nothing in common: in tables that one text names, each row takes the values of one
 * of them, in turn. If all rows agree, `NOT EXISTS (SELECT * … EXCEPT SELECT * …)` is true.
 */
export function agreeingTrials(
  kept: readonly KeptReader[],
  connection: Connection,
  asked: Asked,
): ((made: Rows) => Rows)[] {
  const lists = kept.flatMap(({ texts }) => texts.flatMap(listedIn))
  const ways: (readonly Way[])[] = [
    SOME,
    ['was'],
    ...(lists.length > 0 ? [['listed'] as const] : []),
  ]
  const groups = namedTogether(kept)
  return ways.map((one) => (made) => {
    const laidOutIn = (pair: TablePair): Laid =>
      laidOut({ connection, pair, rows: made.get(pair)!, asked }, lists)
    return new Map(
      groups.flatMap((tables) => {
        const laid = tables.map(laidOutIn)
        return tables.map((pair, at) => [pair, rowsLike(laid, laid[at]!, one)] as const)
      }),
    )
  })
}

/** Groups tables named by the same text, also indirectly. */
function namedTogether(kept: readonly KeptReader[]): TablePair[][] {
  let groups: TablePair[][] = []
  for (const { tables } of kept) {
    const joined = groups.filter((group) => group.some((one) => tables.includes(one)))
    const others = groups.filter((group) => !joined.includes(group))
    groups = [...others, [...new Set([...joined.flat(), ...tables])]]
  }
  return groups
}

/** Column indexes by the type of value that the columns hold, in order. */
type Places = ReadonlyMap<string, readonly number[]>

interface Laid {
  readonly rows: readonly RawRow[]
  /** The index of a single-column key, whose values stay; -1 if there is none. */
  readonly key: number
  /** By column, the few values that a constraint allows; empty if it allows any. */
  readonly taken: readonly ReadonlySet<string>[]
  readonly was: Places
  readonly now: Places
  /** By column lists of the texts, if their order differs. */
  readonly listed: readonly Places[]
}

interface Made {
  readonly connection: Connection
  readonly pair: TablePair
  readonly rows: readonly RawRow[]
  readonly asked: Asked
}

/** The first number is the row number, as if it were a key. */
function laidOut(
  { connection, pair, rows, asked }: Made,
  lists: readonly (readonly string[])[],
): Laid {
  const held = heldColumns(pair)
  const kinds = held.map((one) => kindOf(one, asked))
  const by = (orderOf: (one: ColumnPair) => number): Places => placesBy(kinds, held.map(orderOf))
  const was = by((one) => pair.was.columns.indexOf(one.was!))
  const namesOf = (one: ColumnPair): string[] =>
    [one.was!, one.now!].map(({ name }) => foldCase(name))
  const isOwn = (name: string): boolean => held.some((one) => namesOf(one).includes(name))
  const listed = lists
    .filter((list) => list.every(isOwn))
    .map((list) =>
      by((one) => {
        const at = list.findIndex((name) => namesOf(one).includes(name))
        return at >= 0 ? at : list.length + pair.was.columns.indexOf(one.was!)
      }),
    )
  const first = was.get('number')?.[0]
  const keys = held.filter(({ now }) => now!.primaryKey > 0)
  return {
    rows: rows.map((row, at) => row.map((one, place) => (place === first ? BigInt(at + 1) : one))),
    key: keys.length === 1 ? held.indexOf(keys[0]!) : -1,
    taken: held.map((column) => new Set(takenBy(connection, pair, column).map(String))),
    was,
    now: by((one) => pair.now.columns.indexOf(one.now!)),
    listed: listed.filter((places) => textOf(places) !== textOf(was)),
  }
}

const textOf = (places: Places): string => JSON.stringify([...places].sort())

/** Positions are counted per type of value, so that lists that omit a column agree as well. */
function placesBy(kinds: readonly string[], order: readonly number[]): Places {
  const sorted = kinds.map((_, at) => at).sort((one, other) => order[one]! - order[other]!)
  return new Map(
    [...new Set(kinds)].map((kind) => [kind, sorted.filter((at) => kinds[at] === kind)]),
  )
}

function kindOf({ now }: ColumnPair, asked: Asked): string {
  if (isFlag(now!)) return 'flag'
  const value = seedValue({ column: typed(now!, asked), index: 0, sort: 'plain', serial: 1 })
  return typeof value === 'string' && /^[[{]/.test(value) ? 'json' : typeof value
}

function rowsLike(tables: readonly Laid[], own: Laid, ways: readonly Way[]): RawRow[] {
  return own.rows.map((row, at): RawRow => {
    const source = tables[at % tables.length]!
    const turn = Math.floor(at / tables.length)
    const way = ways[turn % ways.length]!
    return source === own || !source.rows[at] ? row : rowLike(source, own, { row: at, turn, way })
  })
}

interface Turn {
  readonly row: number
  readonly turn: number
  readonly way: Way
}

function rowLike(source: Laid, own: Laid, { row, turn, way }: Turn): RawRow {
  const values = [...own.rows[row]!]
  const others = placesOf(source, way, turn)
  for (const [kind, places] of placesOf(own, way, turn)) {
    const from = (others.get(kind) ?? []).map((place) => source.rows[row]![place]!)
    places.forEach((place, at) => {
      const found = from[way === 'crosswise' ? (row + turn * at + place) % from.length : at]
      if (place !== own.key && found !== undefined && mayHave(own.taken[place]!, found))
        values[place] = found
    })
  }
  return values
}

const mayHave = (taken: ReadonlySet<string>, value: Value): boolean =>
  taken.size < 2 || taken.has(String(value))

const placesOf = (laid: Laid, way: Way, turn: number): Places =>
  way === 'now'
    ? laid.now
    : way === 'listed'
      ? (laid.listed[turn % (laid.listed.length || 1)] ?? laid.was)
      : laid.was
