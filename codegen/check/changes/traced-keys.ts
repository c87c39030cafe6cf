// Follows the foreign keys of a table through a step.
import { foldCase, isSameName } from '../../../src/sql/names.js'
import type { Catalog, CatalogForeignKey, CatalogTable } from '../../model/catalog.js'
import type { ReplayedStep, TableTrace } from '../subject/rule.js'
import { primaryKeyOf, indexesOf } from '../../model/in-catalog.js'

/** A foreign key whose columns and parent are there still. */
export interface TracedKey {
  readonly before: CatalogForeignKey
  /** Its columns and its parent by their present names. */
  readonly columns: readonly string[]
  readonly parent: string
  /**
   * The current key over the same columns, whatever it refers to, or over one of these and others to the same parent; null if
   * there is none.
   */
  readonly after: CatalogForeignKey | null
}

/** In the order in which the old table has them. */
export const traceKeys = (trace: TableTrace, step: ReplayedStep): TracedKey[] =>
  trace.before.foreignKeys.flatMap((before) => {
    const columns = namesNow(before.columns, trace)
    const moved = step.traces.find((one) => isSameName(one.before.name, before.parent))
    const parent = moved ? moved.after?.name : before.parent
    // One that is computed is there for older code alone.
    const isComputed = (name: string): boolean =>
      trace.after?.columns.some((one) => isSameName(one.name, name) && one.generated !== null) ===
      true
    if (!columns || parent === undefined || columns.some(isComputed)) return []
    const now = trace.after?.foreignKeys ?? []
    const isIn = (names: readonly string[], name: string): boolean =>
      names.some((one) => isSameName(one, name))
    // SQLite requires no parent if a column of the key is NULL.
    const isNever = (name: string): boolean =>
      trace.after?.columns.some((one) => one.notNull && isSameName(one.name, name)) === true
    const isWider = (one: CatalogForeignKey): boolean =>
      isSameName(one.parent, parent) &&
      columns.every((name) => isIn(one.columns, name)) &&
      one.columns.every((name) => isIn(columns, name) || isNever(name))
    // A column may have several keys.
    const isAlike = (one: CatalogForeignKey): number =>
      2 * Number(isSameName(one.parent, parent)) + Number(one.onDelete === before.onDelete)
    const [same] = now
      .filter((one) => setKey(one.columns) === setKey(columns))
      .toSorted((one, other) => isAlike(other) - isAlike(one))
    const kept = same ?? now.find(isWider)
    return [{ before, columns, parent, after: kept ?? null }]
  })

/** Columns by their current names; null if one is gone. */
export function namesNow(names: readonly string[], { columns }: TableTrace): string[] | null {
  const now = names.flatMap((name) => {
    const found = columns.find(({ before }) => isSameName(before.name, name))
    return found?.after ? [found.after.name] : []
  })
  return now.length === names.length ? now : null
}

/** Names in a form for comparison regardless of their order. */
export const setKey = (names: readonly string[]): string => names.map(foldCase).sort().join('\n')

/** What is unique in a table by its own definition, including its rowid. */
export function ownKeys(table: CatalogTable): CatalogTable['uniques'] {
  const primary = primaryKeyOf(table)
  return primary.length === 1 ? [...table.uniques, primary] : table.uniques
}

/** The columns of the primary key, of each UNIQUE constraint and of each unique index. */
export function uniqueIn(table: CatalogTable, catalog: Catalog): (readonly string[])[] {
  const indexes = indexesOf(table.name, catalog).filter((one) => one.unique && !one.partial)
  const found = [primaryKeyOf(table), ...table.uniques, ...indexes.map(({ columns }) => columns)]
  const whole = found.filter((one): one is string[] => one.length > 0 && !one.includes(null))
  return whole.filter((one, at) => whole.findIndex((other) => setKey(other) === setKey(one)) === at)
}
