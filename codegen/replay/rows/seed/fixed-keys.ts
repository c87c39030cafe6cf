// The keys that a side gives to rows of its own in a table that no version has put rows into: the application may have. Pure.
import { foldCase, isSameName, plainName } from '../../../../src/sql/names.js'
import type { RawRow } from '../fill/connection.js'
import { FIRST_ROWID } from '../fill/draft-row.js'
import type { Value } from '../fill/seed-values.js'
import { isRowid } from '../../../model/rowid-column.js'
import { uniqueKeys, type KeyedTable } from '../fill/disjoint-keys.js'
import type { Effect } from '../watch/statement-effect.js'
import type { TableImage } from '../watch/table-image.js'
import { comparisonsIn, literalsIn } from './comparisons.js'
import { literalSet } from './texts-set.js'

/** Values of one column that a side spells out. */
export interface FixedKey {
  /** In lower case. */
  readonly table: string
  readonly column: string
  readonly values: readonly Value[]
  /** Where a row that there is gets it: what that has had. */
  readonly of?: Value
}

/**
 * The UPDATEs that may spell out texts for a column in which no two rows of the table have the same, and do not say what becomes of
 * rows in their way.
 */
export function settingKeys(effects: readonly Effect[], keyed: KeyedTable): Effect[] {
  const names = uniqueAlone(keyed)
  return effects.filter(
    ({ shape, tokens, table }) =>
      table === foldCase(keyed.table.name) &&
      shape.kind === 'update' &&
      shape.conflict === null &&
      shape.columns.some(({ key }) => names.includes(plainName(key))) &&
      tokens.some((token) => token.startsWith("'") || token === '?'),
  )
}

/** The texts that such UPDATEs compare these columns with. */
export const textsCompared = (updates: readonly Effect[], keyed: KeyedTable): FixedKey[] =>
  uniqueAlone(keyed).flatMap((column) => {
    const compared = updates
      .flatMap(({ tokens }) => comparisonsIn(tokens))
      .flatMap(({ names, values }) => (names.includes(column) ? values : []))
    const texts = new Set(compared.filter((value) => typeof value === 'string'))
    const name = keyed.table.columns.find((one) => isSameName(one.name, column))?.name ?? column
    return texts.size > 0
      ? [{ table: foldCase(keyed.table.name), column: name, values: [...texts].slice(0, MOST) }]
      : []
  })

/** A value that an UPDATE makes of another in one column of a key of several, where it says nothing of rows in the way. */
export interface PartSet extends FixedKey {
  readonly of: Value
  /** The other columns of the key, in lower case. */
  readonly along: readonly string[]
  readonly place: Effect['place']
}

/** Not where the column has a set of values: rows that have each of them are made anyway. */
export const partsSet = (effects: readonly Effect[], keyed: KeyedTable): PartSet[] =>
  effects.flatMap(({ shape, tokens, table, place }) => {
    if (table !== foldCase(keyed.table.name) || shape.kind !== 'update' || shape.conflict) return []
    const set = new Set(shape.columns.map(({ key }) => plainName(key)))
    const compared = comparisonsIn(tokens)
    return uniqueKeys(keyed).flatMap(({ columns }) => {
      const [name = '', ...more] = columns.filter((one) => set.has(one))
      const value = literalSet(tokens, name)
      const asked = compared.filter(({ names }) => names.includes(name))
      const of = asked.flatMap(({ values }) => values).find((one) => typeof one === typeof value)
      const isPart = columns.length > 1 && more.length === 0
      if (!isPart || value === undefined || of === undefined || of === null) return []
      // Nobody has a text that says what was there before.
      if (of === value || (typeof of === 'string' && String(value).includes(of))) return []
      const column = keyed.table.columns.find((one) => isSameName(one.name, name))?.name ?? name
      const along = columns.filter((one) => one !== name)
      return [{ table, column, values: [value], of, along, place }]
    })
  })

/** The INSERTs that may spell rows out, and do not say that rows in their way stay, or become others. */
export const spelledOut = (effects: readonly Effect[]): Effect[] =>
  effects.filter(
    ({ shape, tokens }) =>
      shape.kind === 'insert' &&
      shape.selects.length === 0 &&
      shape.conflict !== 'ignore' &&
      shape.updates.length === 0 &&
      (literalsIn(tokens).length > 0 || tokens.includes('?')),
  )

/** A table, and what a side did there. */
export interface Given extends KeyedTable {
  readonly inserts: readonly Effect[]
  /** The values that code has bound. */
  readonly bound: ReadonlySet<unknown>
  readonly before: TableImage
  readonly after: TableImage
}

/**
 * The number of the rows, else the texts of which there is each but once. A text that is the key of its table, as of settings,
 * is a name that the migration gives; so there is none of these, nor where rows are replaced by their texts.
 */
export function fixedKeys(given: Given): FixedKey[] {
  const { table, inserts, bound, before, after } = given
  const number = before.columns.findIndex((column) => isRowid(table, column))
  const isOwn = (value: Value): boolean => typeof value === 'bigint' && value < FIRST_ROWID
  if (number < 0 || before.rows.some(({ values }) => isOwn(values[number] ?? null))) return []
  const there = new Set(before.rows.map(({ values }) => values[number]))
  const fresh = after.rows.filter(({ values }) => !there.has(values[number]))
  const spelled = new Set(inserts.flatMap(({ tokens }) => literalsIn(tokens)).map(String))
  const keyAt = (at: number): FixedKey => ({
    table: foldCase(table.name),
    column: before.columns[at]?.name ?? '',
    values: fresh
      .map(({ values }) => values[at] ?? null)
      .filter((one) => spelled.has(String(one)) || (at === number && bound.has(String(one))))
      .slice(0, MOST),
  })
  return [number, ...textsAlone(given)].map(keyAt).filter(({ values }) => values.length > 0)
}

/** So many rows are tried. */
const MOST = 8

function textsAlone({ inserts, before, ...keyed }: Omit<Given, 'bound'>): number[] {
  if (inserts.some(({ evicts }) => evicts)) return []
  const names = before.columns.map(({ name }) => foldCase(name))
  return uniqueAlone(keyed).map((name) => names.indexOf(name))
}

/** The columns that are a key of the table by themselves, but for its primary key. */
const uniqueAlone = (keyed: KeyedTable): string[] =>
  uniqueKeys(keyed).flatMap(({ primary, columns: [name = '', ...more] }) =>
    primary || more.length > 0 ? [] : [name],
  )

/**
 * The texts that rows have got in a column where no two have the same, and that are spelled out; not the key of a table, as above,
 * and none that says what was there before, as nobody has those. `pairs` are the rows as they were and as they are.
 */
export function exchangedTexts(
  given: Omit<Given, 'bound'>,
  pairs: readonly (readonly [old: RawRow, now: RawRow])[],
): FixedKey[] {
  const { table, inserts, before } = given
  const spelled = new Set(inserts.flatMap(({ tokens }) => literalsIn(tokens)))
  return textsAlone(given).flatMap((at) => {
    const there = new Set(before.rows.map(({ values }) => values[at]))
    return pairs.flatMap(([old, now]): FixedKey[] => {
      const [was = null, is = null] = [old[at], now[at]]
      if (typeof was !== 'string' || typeof is !== 'string' || is.includes(was)) return []
      if (there.has(is) || ![was, is].every((text) => spelled.has(text))) return []
      const column = before.columns[at]?.name ?? ''
      return [{ table: foldCase(table.name), column, values: [is], of: was }]
    })
  })
}
