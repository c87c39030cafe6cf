// Links rows through columns without a foreign key: generated values would not match by themselves, and whatever counts or looks up rows
// through such columns would find nothing.
import type { Entry } from '../../sides/step-side.js'
import type { Database } from '../../../../src/database/better-sqlite3/handle.js'
import { isSameName, plainName, quoteIdentifier } from '../../../../src/sql/names.js'
import type { CatalogTable } from '../../../model/catalog.js'
import type { StrayKey } from '../../../model/version-facts.js'
import { declaredBatches } from '../../sides/declared-batches.js'
import type { Effect } from '../watch/statement-effect.js'
import { comparedColumns, type ColumnOf } from './compared-columns.js'
import { freeColumns, strayColumns, type Walked } from './stray-keys.js'

/** A column that should hold the values of another. */
export type Link = StrayKey

/** The statements of a step, and the rows that its batches walk. */
export interface LinkGround {
  readonly work: readonly Effect[]
  readonly walked: readonly Walked[]
  readonly tables: readonly CatalogTable[]
  readonly entry: Entry
  readonly seen: { readonly texts: readonly string[] }
}

/** The most tables tried as the parent of a column. */
const MOST = 3

/**
 * Sets of links in which each column has one partner: taken from comparisons in statements, and where code binds values, from all tables
 * that it names.
 */
export function linksIn(ground: LinkGround): (readonly Link[])[] {
  const { work, walked, tables, entry } = ground
  const isCode = declaredBatches(entry, 'up').some(({ each }) => each)
  const told = work.flatMap((effect) =>
    comparedColumns(effect, tables).flatMap((pair) => linkOf(pair, walked) ?? []),
  )
  const set = work.flatMap(({ shape }) =>
    shape.kind === 'update' ? shape.columns.map(({ key }) => plainName(key)) : [],
  )
  const isGuess = ({ column }: Link): boolean => !set.some((one) => isSameName(one, column))
  const guessed = isCode ? guesses(ground).filter(isGuess) : []
  const columns = new Map<string, Link[]>()
  for (const link of [...told, ...guessed]) {
    const own = columns.get(`${link.table}\n${link.column}`) ?? []
    columns.set(`${link.table}\n${link.column}`, [...own, link])
  }
  return Array.from({ length: MOST }, (_, at) =>
    [...columns.values()].flatMap((own) => own[at] ?? []),
  ).filter((links) => links.length > 0)
}

/** Of two columns, the key is the parent. */
function linkOf([one, other]: readonly [ColumnOf, ColumnOf], walked: readonly Walked[]) {
  const isKey = ({ table, column }: ColumnOf): boolean =>
    column.primaryKey > 0 ||
    walked.some((two) => isSameName(two.table, table.name) && isSameName(two.column, column.name))
  const [child, parent] = isKey(one) && !isKey(other) ? [other, one] : [one, other]
  return isFree(child) ? linkFrom(child.table.name, child.column.name, parent) : null
}

const isFree = ({ table, column }: ColumnOf): boolean =>
  column.primaryKey === 0 && freeColumns(table).includes(column.name)

const linkFrom = (table: string, column: string, parent: ColumnOf): Link => ({
  table,
  column,
  parent: parent.table.name,
  key: parent.column.name,
})

/** Columns of other tables that may hold keys of walked rows, and columns of walked tables that may hold keys of other tables. */
function guesses({ walked, tables, entry, seen }: LinkGround): Link[] {
  const code = declaredBatches(entry, 'up').flatMap(({ query, each }) => [
    query,
    String(each ?? ''),
  ])
  const texts = [...seen.texts, ...code]
  const near = tables.filter(({ name }) => texts.some((text) => names(text, name)))
  const parents = near.flatMap((table) => {
    const [key, ...more] = table.columns.filter(({ primaryKey }) => primaryKey > 0)
    return key && more.length === 0 ? [{ table, column: key }] : []
  })
  const pointing = walked.flatMap((one) => {
    const table = tables.find(({ name }) => isSameName(name, one.table))
    const own = table?.columns.filter((column) => isFree({ table, column })) ?? []
    return own
      .filter(({ name }) => code.some((text) => names(text, name)))
      .flatMap(({ name, type }) =>
        parents
          .filter((parent) => parent.table !== table && isLike(type, parent.column.type))
          .map((parent) => linkFrom(one.table, name, parent)),
      )
  })
  const typeOf = (table: string, column: string): string =>
    tables
      .find(({ name }) => isSameName(name, table))
      ?.columns.find(({ name }) => isSameName(name, column))?.type ?? ''
  const pointed = strayColumns(walked, tables, seen.texts).filter(
    ({ table, column, parent, key }) => isLike(typeOf(table, column), typeOf(parent, key)),
  )
  return [...pointed, ...pointing]
}

const names = (text: string, name: string): boolean =>
  (text.match(/[\w$\x80-\uffff]+/g) ?? []).some((word) => isSameName(word, name))

/** Whether the types of two columns are compatible. */
export const isLike = (one: string, other: string): boolean =>
  one === '' || other === '' || /int/i.test(one) === /int/i.test(other)

/** The values for a column that references another, as SQL literals: keys of walked rows if the parent is walked. */
export function partnersIn(
  handle: Database,
  { parent, key }: Pick<Link, 'parent' | 'key'>,
  walked: readonly Walked[],
): readonly string[] {
  const own = walked.find((one) => isSameName(one.table, parent) && isSameName(one.column, key))
  if (own && own.keys.length > 0) return own.keys
  const name = quoteIdentifier(key)
  return handle
    .prepare<[], string>(
      `SELECT DISTINCT quote(${name}) FROM ${quoteIdentifier(parent)} WHERE ${name} NOT NULL ORDER BY ${name} LIMIT 8`,
    )
    .pluck()
    .all()
}
