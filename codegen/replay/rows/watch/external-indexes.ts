// Full-text indexes that find their text in the rows of a table or view, and whether they fit these.
import {
  anyHeld,
  externalContent,
  refill,
  selfCheck,
  type ExternalContent,
} from '../../../../src/schema/external-content.js'
import { foldCase, isSameName, quoteIdentifier } from '../../../../src/sql/names.js'
import type { CatalogColumn, CatalogTable } from '../../../model/catalog.js'
import { mentionedBy } from '../fill/checks-of.js'
import { messageOf, type Connection } from '../fill/connection.js'
import { tableNamed, type TableGraph } from '../fill/table-graph.js'
import { namesIn } from '../../../sql/names-in.js'
import type { Effect } from './statement-effect.js'
import { virtualTable } from './virtual-table.js'
import { orElse } from '../../../../src/model/or-else.js'

/** An index and what it reads. */
export interface ExternalIndex {
  readonly index: CatalogTable
  /** Its table or view, by its own name where it has one. */
  readonly content: string
  /** The column by which it finds rows, as it is written. */
  readonly key: string
  /** The table or view, and all that the view reads, in lower case. */
  readonly reads: ReadonlySet<string>
}

/** One that was looked at before a side. */
export interface NotedIndex extends ExternalIndex {
  readonly was: Fit
}

/** Whether an index says that it fits its rows; SQLite's words where it cannot read them. */
export type Fit = 'fits' | 'other-rows' | { readonly unreadable: string }

/** All of a schema. */
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
 * The indexes that a side has made under names that there were not before, nor come from such a name: they had nothing to
 * fit before, and fit what they are over from the first.
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

/** A table or view by its name in lower case, and what it reads; a view may read others. */
export function readBy(content: string, { catalog }: TableGraph): Set<string> {
  const reads = new Set([content])
  for (const name of reads)
    for (const word of namesIn(catalog.get(`view ${name}`)?.sql ?? ''))
      if (catalog.has(`table ${word}`) || catalog.has(`view ${word}`)) reads.add(word)
  return reads
}

/** Whether an index finds the rows of a table, by its name in lower case, by their rowids. */
export function findsByRowid(
  { content, key }: ExternalIndex,
  situation: TableGraph,
  table: string,
) {
  if (foldCase(content) !== table) return true
  const column = tableNamed(situation, table)?.columns.find(({ name }) => isSameName(name, key))
  // A number of its own is copied like any other column.
  return !column || column.primaryKey > 0
}

/**
 * Asks indexes before a side whether they fit. Where no trigger tells an index of rows, the application does, which knows
 * nothing of generated rows: such an index is filled first.
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

/** Fills those anew that fitted before a side and do not now, which is told of that side: so later ones are judged as well. */
export function refillIndexes(connection: Connection, indexes: readonly NotedIndex[]): void {
  for (const one of indexes)
    if (one.was === 'fits' && fitOf(connection, one) !== 'fits') fill(connection, one.index.name)
}

function fill({ run }: Connection, index: string): void {
  try {
    run(refill(index))
  } catch {
    // What it cannot read, it does not fit.
  }
}

const FIND = "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name = ? COLLATE NOCASE"

/** Asks an index now. One that is gone has nothing to fit, and of one that cannot be asked nothing is known. */
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
 * Whether an index that does not fit would with the rows that it leaves out, and so is right about those that it has. Of one
 * that does not tell which it has nothing is known, and it is believed.
 */
export function isRightInPart(connection: Connection, one: ExternalIndex): boolean {
  const [index, key] = [one.index.name, one.key].map(quoteIdentifier)
  const names = one.index.columns.filter((column) => isRead(one, column)).map(({ name }) => name)
  const columns = names.map(quoteIdentifier).join(', ')
  const held = quoteIdentifier(`${one.index.name}_docsize`)
  connection.run('SAVEPOINT filled')
  try {
    connection.run(
      `INSERT INTO main.${index} (rowid, ${columns}) SELECT ${key}, ${columns}
       FROM main.${quoteIdentifier(one.content)} WHERE ${key} NOT IN (SELECT rowid FROM main.${held})`,
    )
    return fitOf(connection, one) !== 'other-rows'
  } catch {
    return true
  } finally {
    connection.run('ROLLBACK TO filled')
    connection.run('RELEASE filled')
  }
}

/** A hidden column is the index itself, the number or rank of a row, or its language, which is read where it has a name. */
const isRead = ({ index }: ExternalIndex, { name, hidden }: CatalogColumn): boolean =>
  !hidden || !(HIDDEN.has(foldCase(name)) || isSameName(name, index.name))

const HIDDEN = new Set(['rank', 'docid', '__langid'])

/** Whether an index has any row, as far as it tells. */
export const holdsRows = ({ single }: Connection, { index }: ExternalIndex): boolean =>
  orElse(() => single(anyHeld(index.name)) !== null, false)

/** Whether all that an index has stands under numbers of rows, as far as it tells. */
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

/** The index itself says no more than `SQL logic error`. */
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
