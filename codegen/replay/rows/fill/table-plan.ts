// Plans the rows of a table: which columns take values, and which keys and checks apply. Pure.
import { isRowid, mayBeNull } from '../../../model/rowid-column.js'
import type { CatalogColumn, CatalogForeignKey, CatalogTable } from '../../../model/catalog.js'
import {
  disjointKeys,
  lookupIn,
  replacingKeys,
  uniqueKeys,
  type DisjointKey,
  type KeyedTable,
} from './disjoint-keys.js'
import { checksOf, mentionedBy, type Check } from './checks-of.js'
import { partialKeys, type PartialKey } from './partial-keys.js'
import type { Knowledge } from './knowledge.js'
import { tableNamed, type TableGraph } from './table-graph.js'
import { foldCase, isSameName, quoteIdentifier } from '../../../../src/sql/names.js'

/** Columns that get their values together: a single column, or those of a foreign key. */
export interface Unit {
  /** Indexes into the columns of the plan. */
  readonly at: readonly number[]
  readonly key: CatalogForeignKey | null
  /** Whether the key is not declared yet, so that values without a parent are fine too. */
  readonly loose: boolean
}

/** How to generate rows of one table. */
export interface TablePlan {
  readonly table: CatalogTable
  /** The columns that an INSERT sets. */
  readonly columns: readonly CatalogColumn[]
  readonly insert: string
  readonly units: readonly Unit[]
  /** Indexes of columns that belong to a unique key. */
  readonly unique: ReadonlySet<number>
  /** The columns of each unique key, in lower case. */
  readonly uniqueKeys: readonly (readonly string[])[]
  /** The partial UNIQUE indexes, which rows may break outside their conditions. */
  readonly partial: readonly PartialKey[]
  /** Unique foreign keys whose parents can exist without a row in this table. */
  readonly spared: ReadonlySet<CatalogForeignKey>
  /** Index of the rowid column; -1 if there is none. */
  readonly rowid: number
  /** Keys that rows must not share with rows of other tables. */
  readonly apart: readonly DisjointKey[]
  /** Keys on which a new row would replace an old one, because the table says ON CONFLICT REPLACE. */
  readonly replacing: readonly DisjointKey[]
  /** The foreign keys that need a parent row before the row is inserted; self-references are left out. */
  readonly parents: readonly ParentKey[]
  /** The CHECK constraints, and what the triggers on INSERT mention. */
  readonly checks: readonly Check[]
  readonly triggers: readonly Check[]
  /** By column index, the list of texts that a constraint allows. */
  readonly closed: ReadonlyMap<number, readonly string[]>
}

/** A declared foreign key, and how to look up its parent. */
export interface ParentKey {
  readonly key: CatalogForeignKey
  /** Indexes into the columns that get values. */
  readonly at: readonly number[]
  readonly lookup: string
  /** The error to report if there is none. */
  readonly refusal: string
}

/** What is known about a history, and which tables, in lower case, its steps filled from each other. */
export interface TableKnowledge extends Pick<Knowledge, 'json' | 'dates' | 'keys'> {
  readonly kin: ReadonlyMap<string, ReadonlySet<string>>
  /** By table that CREATE TABLE … AS SELECT made, a table that it was made from. */
  readonly makers: ReadonlyMap<string, string>
}

/** Makes the plan of an ordinary table. */
export function tablePlan(
  bare: CatalogTable,
  situation: TableGraph,
  { json, dates, keys, kin, makers }: TableKnowledge,
): TablePlan {
  const key = foldCase(bare.name)
  const table = asStrictAs(bare, tableNamed(situation, makers.get(key) ?? ''))
  const columns = columnsOf(table, { json, dates })
  const rowid = columns.findIndex((column) => isRowid(table, column))
  const names = columns.map(({ name }) => foldCase(name))
  const keyed = keyedIn(situation)
  const self = keyed(table)
  const unique = uniqueColumns(self, names)
  const looseKey = (index: number): CatalogForeignKey | null =>
    unique.has(index) ? null : undeclaredKey(situation, names[index] ?? '', keys)
  const checks = checksOf(table.sql)
  const others = [...(kin.get(key) ?? [])].flatMap((name) => tableNamed(situation, name) ?? [])
  const units = unitsOf(table, names, looseKey)
  const own = { table, uniqueKeys: uniqueKeys(self).map((one) => one.columns) }
  return {
    ...own,
    partial: partialKeys(self.indexes, names),
    columns,
    insert: insertInto(table, columns, rowid),
    units,
    unique,
    spared: sparedKeys(own, situation),
    rowid,
    parents: units.flatMap((unit) => parentKey(table, unit)),
    apart: disjointKeys(self, names, others.map(keyed)),
    replacing: replacingKeys(self, names),
    checks,
    closed: closedColumns(checks, names),
    triggers: (situation.attached.triggers.get(key) ?? []).flatMap(({ sql }) =>
      /\binsert\b/i.test(sql) ? [mentionedBy(sql)] : [],
    ),
  }
}

/**
 * The rows of a table that a query made are those of another: only migrations write to an archive. Such a table has no constraints; one that
 * has some took the name later.
 */
function asStrictAs(table: CatalogTable, maker: CatalogTable | undefined): CatalogTable {
  const isMade = table.columns.every(({ notNull, primaryKey }) => !notNull && primaryKey === 0)
  if (!maker || !isMade || table.uniques.length > 0) return table
  const makers = new Map(maker.columns.map((column) => [foldCase(column.name), column]))
  const columns = table.columns.map((column) => {
    const own = makers.get(foldCase(column.name))
    return { ...column, notNull: own !== undefined && !mayBeNull(own, maker) }
  })
  const has = (name: string): boolean => columns.some((one) => isSameName(one.name, name))
  const keys = uniqueKeys({ table: maker, indexes: [] }).map((one) => one.columns)
  return { ...table, sql: maker.sql, columns, uniques: keys.filter((one) => one.every(has)) }
}

const keyedIn =
  ({ attached: { indexes } }: TableGraph) =>
  (table: CatalogTable): KeyedTable => ({
    table,
    indexes: indexes.get(foldCase(table.name)) ?? [],
  })

const columnsOf = (
  table: CatalogTable,
  { json, dates }: Pick<TableKnowledge, 'json' | 'dates'>,
): CatalogColumn[] =>
  table.columns
    .filter(({ generated, hidden }) => generated === null && !hidden)
    .map((column) => ({ ...column, type: jsonType(column, json) }))
    .map((column) => (isDate(column, dates) ? { ...column, type: 'DATETIME' } : column))
    .map((column) => (isRowid(table, column) ? { ...column, notNull: true } : column))

function closedColumns(
  checks: readonly Check[],
  names: readonly string[],
): Map<number, readonly string[]> {
  return new Map(
    checks.flatMap(({ closed, literals }) => {
      const index = names.indexOf(closed ?? '')
      return index < 0 ? [] : [[index, literals.map(String)] as const]
    }),
  )
}

const jsonType = ({ name, type }: CatalogColumn, json: ReadonlyMap<string, string>): string =>
  (/^$|char|clob|text|blob|any|json/i.test(type) ? json.get(foldCase(name)) : undefined) ?? type

const isDate = ({ name, type }: CatalogColumn, dates: ReadonlySet<string>): boolean =>
  dates.has(foldCase(name)) && /char|clob|text/i.test(type)

/** Spaces out rowids that have no column, so that they differ once they are assigned anew. */
function insertInto(table: CatalogTable, columns: readonly CatalogColumn[], rowid: number): string {
  const name = quoteIdentifier(table.name)
  const apart =
    rowid < 0 && !table.withoutRowid && !table.columns.some((one) => isSameName(one.name, 'rowid'))
  const next = `(SELECT coalesce(max(rowid), 0) + ${APART} FROM ${name})`
  const targets = [...(apart ? ['rowid'] : []), ...columns.map((one) => quoteIdentifier(one.name))]
  const values = [...(apart ? [next] : []), ...columns.map(() => '?')]
  return `INSERT INTO ${name} (${targets.join(', ')}) VALUES (${values.join(', ')})`
}

/** The gap between such rowids. */
const APART = 7

/** Each column outside any foreign key, and the foreign keys. */
function unitsOf(
  { foreignKeys }: CatalogTable,
  names: readonly string[],
  looseKey: (index: number) => CatalogForeignKey | null,
): Unit[] {
  const keys = foreignKeys.map((key) => ({
    key,
    at: key.columns.map((column) => names.indexOf(foldCase(column))),
    loose: false,
  }))
  const usable = keys.filter(({ at }) => !at.includes(-1))
  const taken = new Set(usable.flatMap(({ at }) => at))
  const free = names.flatMap((_, index) => {
    const key = taken.has(index) ? null : looseKey(index)
    return taken.has(index) ? [] : [{ key, at: [index], loose: key !== null }]
  })
  return [...free, ...usable]
}

/** A foreign key that cannot be checked requires nothing. */
function parentKey({ name }: CatalogTable, { key, at, loose }: Unit): ParentKey[] {
  if (!key || loose || isSameName(key.parent, name)) return []
  if (key.parentColumns.length !== at.length) return []
  return [{ key, at, lookup: lookupIn(key.parent, key.parentColumns), refusal: missingParent(key) }]
}

/** Where two tables reference each other, neither can have rows without the other. */
function sparedKeys(
  plan: Pick<TablePlan, 'table' | 'uniqueKeys'>,
  situation: TableGraph,
): Set<CatalogForeignKey> {
  const { name, foreignKeys } = plan.table
  const isOwn = ({ parent }: CatalogForeignKey): boolean => isSameName(parent, name)
  const pointsBack = ({ parent }: CatalogForeignKey): boolean =>
    tableNamed(situation, parent)?.foreignKeys.some(isOwn) === true
  return new Set(
    foreignKeys.filter((key) => isUniqueKey(plan, key) && !isOwn(key) && !pointsBack(key)),
  )
}

/** Whether each parent can have only one such child row. */
export function isUniqueKey(
  { uniqueKeys }: Pick<TablePlan, 'uniqueKeys'>,
  key: CatalogForeignKey,
): boolean {
  const columns = new Set(key.columns.map(foldCase))
  return uniqueKeys.some((unique) => unique.every((column) => columns.has(column)))
}

/** The error for a row whose parent is missing, in SQLite's words. */
export const missingParent = ({ parent, columns }: CatalogForeignKey): string =>
  `FOREIGN KEY constraint failed: ${parent} has no row for ${columns.join(', ')}`

/** The foreign key that the history declares somewhere for a column of this name, if its parent exists already. */
function undeclaredKey(
  situation: TableGraph,
  name: string,
  keys: Knowledge['keys'],
): CatalogForeignKey | null {
  const { parent: to, column } = keys.get(name) ?? { parent: '', column: null }
  const parent = tableNamed(situation, to)
  const pointed = parent?.columns.filter((one) =>
    column === null ? one.primaryKey > 0 : isSameName(one.name, column),
  )
  if (!parent || pointed?.length !== 1) return null
  return keyTo([name], parent, pointed)
}

/** A foreign key that is not declared in the schema. */
export const keyTo = (
  columns: readonly string[],
  parent: CatalogTable,
  pointed: readonly Pick<CatalogColumn, 'name'>[],
): CatalogForeignKey => ({
  columns,
  parent: parent.name,
  parentColumns: pointed.map(({ name }) => name),
  onUpdate: 'NO ACTION',
  onDelete: 'NO ACTION',
})

function uniqueColumns(
  { table: { uniques, columns }, indexes }: KeyedTable,
  names: readonly string[],
): Set<number> {
  const found = new Set<string>()
  for (const column of columns) if (column.primaryKey > 0) found.add(foldCase(column.name))
  for (const column of uniques.flat()) found.add(foldCase(column))
  for (const { unique, sql } of indexes)
    if (unique) for (const word of mentionedBy(sql).words) found.add(word)
  return new Set(names.flatMap((name, index) => (found.has(name) ? [index] : [])))
}
