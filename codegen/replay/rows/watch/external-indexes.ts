// Finds full-text indexes over the rows of a table or view (external content), and checks whether they match those rows.
import {
  anyHeld,
  externalContent,
  refill,
  selfCheck,
  type ExternalContent,
} from '../../../../src/schema/external-content.js'
import { foldCase, isSameName, quoteIdentifier } from '../../../../src/sql/names.js'
import { codeIn, scriptsIn } from '../../../../src/plan/scripts.js'
import type { Database } from '../../../../src/database/better-sqlite3/handle.js'
import type { RegistryEntry } from '../../../../src/model/registry.js'
import type { CatalogColumn, CatalogTable } from '../../../model/catalog.js'
import { mentionedBy } from '../fill/checks-of.js'
import { messageOf, undoingWithin, type Connection } from '../fill/connection.js'
import { tableNamed, type TableGraph } from '../fill/table-graph.js'
import { mentions, namesIn } from '../../../sql/names-in.js'
import type { Effect } from './statement-effect.js'
import { virtualTable } from './virtual-table.js'
import { orElse } from '../../../../src/model/or-else.js'

/** An index and its content table. */
export interface ExternalIndex {
  readonly index: CatalogTable
  /** Its table or view, under that object's own spelling if it exists. */
  readonly content: string
  /** The column that identifies its rows, as written. */
  readonly key: string
  /** The table or view, and everything that the view reads, in lower case. */
  readonly reads: ReadonlySet<string>
}

/** An index that was checked before a side. */
export interface NotedIndex extends ExternalIndex {
  readonly was: Fit
}

/** Whether an index matches its rows; SQLite's message if it cannot read them. */
export type Fit = 'fits' | 'other-rows' | { readonly unreadable: string }

/** All external-content indexes of a schema. */
export function externalIndexes(situation: TableGraph): ExternalIndex[] {
  const found: ExternalIndex[] = []
  for (const object of situation.catalog.values()) {
    if (object.type !== 'table' || object.module === null) continue
    const external = externalOf(object, situation)
    if (external) found.push(external)
  }
  return found
}

function externalOf(index: CatalogTable, situation: TableGraph): ExternalIndex | undefined {
  const external = externalContent(index.sql)
  if (!external) return undefined
  const name = foldCase(external.table)
  const { catalog } = situation
  const content = (catalog.get(`table ${name}`) ?? catalog.get(`view ${name}`))?.name
  const reads = readBy(name, situation)
  return { index, content: content ?? external.table, key: external.key, reads }
}

/**
 * The indexes that a side created under new names, renamed ones included. They count as matching before the side, as there was nothing to
 * compare.
 */
export function indexesMade(
  connection: Connection,
  { before, effects }: { readonly before: TableGraph; readonly effects: readonly Effect[] },
): NotedIndex[] {
  const made = new Set<string>()
  for (const { verb, table, to, tokens } of effects) {
    if (tokens[1] === 'VIRTUAL') made.add(table)
    if (verb === 'rename' && made.delete(table)) made.add(to)
  }
  return [...made].flatMap((name) => {
    if (before.catalog.has(`table ${name}`)) return []
    const index = virtualTable(connection, name)
    const external = index && externalOf(index, before)
    return external ? [{ ...external, was: 'fits' }] : []
  })
}

/** The indexes that a side leaves empty, and that no later version names, which would fill them. */
export const indexesLeft = (
  connection: Connection,
  side: { readonly before: TableGraph; readonly effects: readonly Effect[] },
  later: readonly RegistryEntry<Database>[],
): NotedIndex[] => {
  const texts = later.flatMap((entry) => scriptsIn(entry, 'up') ?? codeIn(entry, 'up') ?? [])
  return indexesMade(connection, side).filter(
    (one) => !holdsRows(connection, one) && !texts.some((text) => mentions(text, one.index.name)),
  )
}

/** A table or view, by its name in lower case, and everything that it reads through views. */
export function readBy(content: string, { catalog }: TableGraph): Set<string> {
  const reads = new Set([content])
  for (const name of reads)
    for (const word of namesIn(catalog.get(`view ${name}`)?.sql ?? ''))
      if (catalog.has(`table ${word}`) || catalog.has(`view ${word}`)) reads.add(word)
  return reads
}

/** Whether an index identifies the rows of a table, by its name in lower case, by their rowids. */
export function findsByRowid(
  { content, key }: ExternalIndex,
  situation: TableGraph,
  table: string,
) {
  if (foldCase(content) !== table) return true
  const column = tableNamed(situation, table)?.columns.find(({ name }) => isSameName(name, key))
  // A key column of its own is copied like any other column.
  return !column || column.primaryKey > 0
}

/**
 * Checks indexes before a side. An index without triggers is maintained by the application, which knows nothing of generated rows, so it is
 * rebuilt first.
 */
export function noteIndexes(
  connection: Connection,
  situation: TableGraph,
  indexes: readonly ExternalIndex[],
): NotedIndex[] {
  if (indexes.length === 0) return []
  const triggers = [...situation.attached.triggers.values()].flat()
  const told = new Set(triggers.flatMap(({ sql }) => [...mentionedBy(sql).words]))
  return indexes.map((one) => {
    if (!told.has(foldCase(one.index.name))) fill(connection, one.index.name)
    return { ...one, was: fitOf(connection, one) }
  })
}

/** Rebuilds indexes that matched before a side, or are new and empty, and do not now, once that side is reported, so that later sides are judged by themselves. */
export function refillIndexes(connection: Connection, indexes: readonly NotedIndex[]): void {
  for (const one of indexes)
    if (one.was === 'fits' && fitOf(connection, one) !== 'fits') fill(connection, one.index.name)
}

function fill({ run }: Connection, index: string): void {
  // An index that cannot read its rows does not match them.
  orElse(() => run(refill(index)), undefined)
}

const FIND = "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name = ? COLLATE NOCASE"

/** Checks an index now. A dropped index has nothing to match, and one that cannot be checked is trusted. */
export function fitOf(connection: Connection, { index }: ExternalIndex): Fit {
  const sql = connection.all(FIND, index.name)[0]?.[1]
  const external = typeof sql === 'string' ? externalContent(sql) : undefined
  if (!external) return 'fits'
  try {
    connection.run(selfCheck(index.name, external))
    return 'fits'
  } catch (error) {
    const code = String((error as { code?: unknown }).code)
    if (code.startsWith('SQLITE_CORRUPT')) return 'other-rows'
    return code === 'SQLITE_ERROR'
      ? { unreadable: whyUnreadable(connection, index, external) ?? messageOf(error) }
      : 'fits'
  }
}

/**
 * Whether an index that does not match would do so with the missing rows added, so that its existing entries are right. An index that does
 * not say which rows it has is trusted.
 */
export function isRightInPart(connection: Connection, one: ExternalIndex): boolean {
  const [index, key] = [one.index.name, one.key].map(quoteIdentifier)
  const names = one.index.columns.filter((column) => isRead(one, column)).map(({ name }) => name)
  const columns = names.map(quoteIdentifier).join(', ')
  const held = quoteIdentifier(`${one.index.name}_docsize`)
  const fits = (): boolean => {
    connection.run(
      `INSERT INTO main.${index} (rowid, ${columns}) SELECT ${key}, ${columns}
       FROM main.${quoteIdentifier(one.content)} WHERE ${key} NOT IN (SELECT rowid FROM main.${held})`,
    )
    return fitOf(connection, one) !== 'other-rows'
  }
  return undoingWithin(connection, () => orElse(fits, true))
}

/** Hidden columns are the index itself, the rowid or rank of a row, or its language, which is read only if named. */
const isRead = ({ index }: ExternalIndex, { name, hidden }: CatalogColumn): boolean =>
  !hidden || !(HIDDEN.has(foldCase(name)) || isSameName(name, index.name))

const HIDDEN = new Set(['rank', 'docid', '__langid'])

/** Whether an index has any entry, as far as it says. */
export const holdsRows = ({ single }: Connection, { index }: ExternalIndex): boolean =>
  orElse(() => single(anyHeld(index.name)) !== null, false)

/** Whether all entries of an index belong to ids of existing rows, as far as it says. */
export function holdsOwnRows(
  { single }: Connection,
  { index, content, key }: ExternalIndex,
): boolean {
  const [held, number] = [`${index.name}_docsize`, key].map(quoteIdentifier)
  const numbers = `SELECT ${number} FROM main.${quoteIdentifier(content)}`
  return orElse(
    () => single(`SELECT 1 FROM main.${held} WHERE rowid NOT IN (${numbers}) LIMIT 1`) === null,
    false,
  )
}

/** The index itself only reports `SQL logic error`. */
function whyUnreadable(
  { prepare }: Connection,
  { columns }: CatalogTable,
  { table, key }: ExternalContent,
): string | null {
  const shown = columns.flatMap(({ name, hidden }) => (hidden ? [] : [name]))
  const names = [key, ...shown].map((name) => `T.${quoteIdentifier(name)}`)
  try {
    prepare(`SELECT ${names.join(', ')} FROM main.${quoteIdentifier(table)} AS T`)
    return null
  } catch (error) {
    return messageOf(error)
  }
}
