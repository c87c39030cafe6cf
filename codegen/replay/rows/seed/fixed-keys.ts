// Finds keys that a side hardcodes for rows of a table that no earlier version put rows into: the application may already use them. Pure.
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

/** Hardcoded values of one column. */
export interface FixedKey {
  /** In lower case. */
  readonly table: string
  readonly column: string
  readonly values: readonly Value[]
  /** The former value, if an existing row gets the new one. */
  readonly of?: Value
}

/** UPDATEs without a conflict clause that may set a unique column to a hardcoded text. */
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

/** The texts that such UPDATEs compare the unique columns with. */
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

/** A value that an UPDATE sets in one column of a composite key, in place of a former value. */
export interface PartSet extends FixedKey {
  readonly of: Value
  /** The other columns of the key, in lower case. */
  readonly along: readonly string[]
  readonly place: Effect['place']
  /** Whether the UPDATE leaves conflicting rows as they are (OR IGNORE). */
  readonly leaves: boolean
}

/** Columns with a closed set of values are left out, as rows with each value are made anyway. */
export const partsSet = (effects: readonly Effect[], keyed: KeyedTable): PartSet[] =>
  effects.flatMap(({ shape, tokens, table, place }) => {
    if (table !== foldCase(keyed.table.name) || shape.kind !== 'update') return []
    const set = new Set(shape.columns.map(({ key }) => plainName(key)))
    const compared = comparisonsIn(tokens)
    return uniqueKeys(keyed).flatMap(({ columns }) => {
      const [name = '', ...more] = columns.filter((one) => set.has(one))
      const value = literalSet(tokens, name)
      const asked = compared.filter(({ names }) => names.includes(name))
      const of = asked.flatMap(({ values }) => values).find((one) => typeof one === typeof value)
      const isPart = columns.length > 1 && more.length === 0
      if (!isPart || value === undefined || of === undefined || of === null) return []
      // No real row has a text that includes its former value, so it cannot conflict.
      if (of === value || (typeof of === 'string' && String(value).includes(of))) return []
      const column = keyed.table.columns.find((one) => isSameName(one.name, name))?.name ?? name
      const along = columns.filter((one) => one !== name)
      const leaves = shape.conflict === 'ignore'
      return [{ table, column, values: [value], of, along, place, leaves }]
    })
  })

/** INSERTs that may hardcode rows, without DO NOTHING, DO UPDATE or OR IGNORE. */
export const spelledOut = (effects: readonly Effect[]): Effect[] =>
  effects.filter(
    ({ shape, tokens }) =>
      shape.kind === 'insert' &&
      shape.selects.length === 0 &&
      shape.conflict !== 'ignore' &&
      shape.updates.length === 0 &&
      (literalsIn(tokens).length > 0 || tokens.includes('?')),
  )

/** A table, and what a side did to it. */
export interface Given extends KeyedTable {
  readonly inserts: readonly Effect[]
  /** The values that code has bound. */
  readonly bound: ReadonlySet<unknown>
  readonly before: TableImage
  readonly after: TableImage
}

/**
 * The rowids of new rows, and their texts in unique columns. A text that is the primary key, as in a settings table, is a name reserved for
 * the migration and left out, as are texts of inserts that replace rows.
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

/** The most rows that are tried. */
const MOST = 8

function textsAlone({ inserts, before, ...keyed }: Omit<Given, 'bound'>): number[] {
  if (inserts.some(({ evicts }) => evicts)) return []
  const names = before.columns.map(({ name }) => foldCase(name))
  return uniqueAlone(keyed).map((name) => names.indexOf(name))
}

/** The single-column unique keys, without the primary key. */
const uniqueAlone = (keyed: KeyedTable): string[] =>
  uniqueKeys(keyed).flatMap(({ primary, columns: [name = '', ...more] }) =>
    primary || more.length > 0 ? [] : [name],
  )

/**
 * Hardcoded texts that existing rows got in a unique column. Texts that are primary keys are left out, as above, and those that include
 * their former value, which no real row has. `pairs` are the rows before and after.
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
