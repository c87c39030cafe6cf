// Finds foreign keys that a step leaves without an index on their columns.
import type { Catalog, CatalogForeignKey, CatalogTable } from '../../model/catalog.js'
import type { Position } from '../../model/diagnostic.js'
import { hasAllKeys } from './partial-index.js'
import { changePlace } from '../subject/place.js'
import { mentions } from '../../sql/names-in.js'
import type { FoundStatement, ReplayedStep, SchemaAct, TableTrace } from '../subject/rule.js'
import { creationOf } from '../subject/trace-tables.js'
import { foldCase, isSameName, plainName } from '../../../src/sql/names.js'
import { tableIn, indexesOf } from '../../model/in-catalog.js'
import { ownKeys } from './traced-keys.js'

/** A foreign key without an index, which had one or was not there before the step. */
export interface UnindexedKey {
  readonly table: CatalogTable
  readonly key: CatalogForeignKey
  /** The statement that creates the key, or drops the index. */
  readonly at: Position
}

/** In the order in which the tables were changed. */
export function unindexedKeys(step: ReplayedStep): UnindexedKey[] {
  const tables = changedTables(step)
  if (tables.length === 0) return []
  const traces = step.traces
  return tables.flatMap((table) => {
    const trace = traces.find(({ after }) => after === table)
    const open = openKeys(table, step.after)
    if (open.length === 0) return []
    const old = oldKeys(table, step, trace)
    const acts = step.acts.up
    return open
      .filter(({ columns }) => !old.has(listKey(columns)))
      .map((key) => ({ table, key, at: changePlace(causeOf(key, table, acts), step) }))
  })
}

/** Tables that are new or changed, or whose indexes are. */
function changedTables({ before, after, changed }: ReplayedStep): CatalogTable[] {
  const tables = new Set<CatalogTable>()
  for (const key of changed) {
    const object = after.get(key) ?? before.get(key)
    if (!object || object.type === 'view' || object.type === 'trigger') continue
    const name = object.type === 'index' ? object.table : object.name
    const table = tableIn(after, name)
    if (table && table.foreignKeys.length > 0) tables.add(table)
  }
  return [...tables]
}

/** The keys that had no index before the step, by their columns as they are called now. */
function oldKeys(
  table: CatalogTable,
  { before }: ReplayedStep,
  trace: TableTrace | undefined,
): Set<string> {
  const old = trace?.before ?? tableIn(before, table.name)
  if (!old) return new Set()
  const nameNow = (name: string): string =>
    trace?.columns.find((one) => isSameName(one.before.name, name))?.after?.name ?? name
  return new Set(openKeys(old, before).map(({ columns }) => listKey(columns.map(nameNow))))
}

/** Whether a table of this name has no index for such a key. */
export function isUnindexed(name: string, columns: readonly string[], catalog: Catalog): boolean {
  const table = tableIn(catalog, name)
  if (!table) return true
  return openKeys(table, catalog).some((key) => listKey(key.columns) === listKey(columns))
}

function openKeys(table: CatalogTable, catalog: Catalog): CatalogForeignKey[] {
  if (table.foreignKeys.length === 0) return []
  const indexes = indexesOf(table.name, catalog)
  return table.foreignKeys.filter(
    ({ columns }) =>
      !ownKeys(table).some((key) => leads(key, columns)) &&
      !indexes.some(
        (one) => leads(one.columns, columns) && (!one.partial || hasAllKeys(one, columns)),
      ),
  )
}

/** Whether an index begins with these columns, in any order. */
export function leads(index: readonly (string | null)[], columns: readonly string[]): boolean {
  const first = new Set(index.slice(0, columns.length).map((name) => foldCase(name ?? '()')))
  return columns.every((name) => first.has(foldCase(name)))
}

function causeOf(
  { columns }: CatalogForeignKey,
  table: CatalogTable,
  acts: readonly SchemaAct[],
): FoundStatement | null {
  const created = creationOf(table.name, acts)
  if (created) return created
  const altered = acts.filter((act) => act.kind === 'alter' && isSameName(act.table, table.name))
  const added = altered.findLast(
    ({ statement: { shape } }) =>
      shape.kind === 'add-column' &&
      columns.some((name) => isSameName(plainName(shape.column.name.key), name)),
  )
  const about = altered.findLast(({ statement }) =>
    columns.some((name) => mentions(statement.text, name)),
  )
  const dropped = acts.findLast((act) => act.kind === 'drop' && act.type === 'index')
  return (added ?? about ?? dropped)?.statement ?? null
}

const listKey = (names: readonly string[]): string => names.map(foldCase).join('\n')
