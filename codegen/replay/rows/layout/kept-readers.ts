// Finds the views and triggers that survive a side while the columns of a table that they read or write change. Pure.
import { foldCase, plainName } from '../../../../src/sql/names.js'
import type { Catalog, CatalogTrigger, CatalogView } from '../../../model/catalog.js'
import { namesIn } from '../../../sql/names-in.js'
import { sqlTokens } from '../../../sql/sql-tokens.js'
import type { TableGraph } from '../fill/table-graph.js'
import { groupsRows } from '../watch/statement-effect.js'
import type { ObservedSide } from '../watch/observed-run.js'
import { isRearranged, pairsOf, type TablePair } from './table-pairs.js'

/** A view or a trigger. */
export type Reader = CatalogView | CatalogTrigger

/** A surviving reader with everything that it depends on. */
export interface KeptReader {
  readonly key: string
  readonly was: Reader
  readonly now: Reader
  /** Including those reached through views. */
  readonly tables: readonly TablePair[]
  /** The keys of the views, itself included. */
  readonly views: readonly string[]
  /** Its own text before the side, and those of the views. */
  readonly texts: readonly string[]
}

type Seen = Pick<ObservedSide, 'before' | 'effects'>

/** Left out are readers of tables without a successor, and those that the side recreates, or whose views it recreates. */
export function keptReaders(side: Seen, after: TableGraph): KeptReader[] {
  const { catalog } = side.before
  const changed = changedTables(catalog, after.catalog)
  if (changed.size === 0) return []
  const pairOf = pairsOf(side, after)
  return [...after.catalog].flatMap(([key, now]): KeptReader[] => {
    const was = readerIn(catalog, key)
    if (!was || (now.type !== 'view' && now.type !== 'trigger')) return []
    const { tables: names, views } = reachedFrom(was, key, catalog)
    if (!names.some((name) => changed.has(name))) return []
    const isKept = (one: string): boolean => !isWrittenAnew(one, side, after.catalog)
    if (![key, ...views].every(isKept) || mayNotEnd(now, views, after.catalog)) return []
    const tables = names.map(pairOf)
    const found = tables.filter((pair) => pair !== null)
    const isWhole = found.length === tables.length && found.some(isRearranged)
    const texts = [was, ...views.flatMap((one) => readerIn(catalog, one) ?? [])].map(
      ({ sql }) => sql,
    )
    return isWhole ? [{ key, was, now, tables: found, views, texts }] : []
  })
}

function changedTables(was: Catalog, now: Catalog): Set<string> {
  const names = new Set<string>()
  for (const [key, object] of was)
    if (object.type === 'table' && now.get(key)?.sql !== object.sql)
      names.add(foldCase(object.name))
  return names
}

function readerIn(catalog: Catalog, key: string): Reader | undefined {
  const found = catalog.get(key)
  return found?.type === 'view' || found?.type === 'trigger' ? found : undefined
}

/** The tables and views that a reader names, directly or through views. */
function reachedFrom(
  reader: Reader,
  key: string,
  catalog: Catalog,
): { readonly tables: string[]; readonly views: string[] } {
  const tables = new Set<string>()
  const views = new Set(reader.type === 'view' ? [key] : [])
  const read = ({ sql }: Reader): void => {
    for (const name of namesIn(sql)) {
      const view = readerIn(catalog, `view ${name}`)
      if (catalog.has(`table ${name}`)) tables.add(name)
      if (!view || views.has(`view ${name}`)) continue
      views.add(`view ${name}`)
      read(view)
    }
  }
  read(reader)
  return { tables: [...tables], views: [...views] }
}

/** Whether a statement creates it with a different text; SQLite's own edits after a rename do not count. */
function isWrittenAnew(key: string, { before, effects }: Seen, now: Catalog): boolean {
  const [was, is] = [readerIn(before.catalog, key), readerIn(now, key)]
  if (!was || !is) return true
  const text = textOf(sqlTokens(was.sql))
  return (
    was.sql !== is.sql &&
    effects.some(
      ({ shape, tokens }) =>
        shape.kind === `create-${is.type}` &&
        'name' in shape &&
        plainName(shape.name.key) === foldCase(is.name) &&
        textOf(tokens) !== text,
    )
  )
}

/** Whether it is a recursive query whose rows must all be read first: made-up rows may lead in circles. */
function mayNotEnd(reader: Reader, views: readonly string[], catalog: Catalog): boolean {
  const texts = [reader, ...views.flatMap((key) => readerIn(catalog, key) ?? [])]
  const tokens = texts.flatMap(({ sql }) => [...sqlTokens(sql)])
  const isWalk = tokens.includes('WITH') && tokens.includes('UNION')
  const readsAll = groupsRows({ tokens }) || tokens.some((token) => READS_ALL.test(token))
  return isWalk && (reader.type === 'trigger' || readsAll)
}

const READS_ALL = /^(?:ORDER|OVER|EXCEPT|INTERSECT|IN|EXISTS)$/

const textOf = (tokens: Iterable<string>): string => [...tokens].join(' ')
