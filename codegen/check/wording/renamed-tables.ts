// Recognises tables that only differ in name from those before a step, by the two schemas.
import { canonical } from '../../../src/schema/canonical.js'
import { canonicalName } from '../../../src/sql/canonical-tokens.js'
import { foldCase } from '../../../src/sql/names.js'
import type { SchemaDifference } from '../../../src/model/verification.js'
import type { Catalog, CatalogObject, CatalogTable } from '../../model/catalog.js'

/** The wanted schema, and the one that the migration leads to, parts of which `down` may have left. */
export interface Schemas {
  readonly before: Catalog
  readonly after: Catalog
}

/** One of them; `more` are its additional columns. */
export interface RenamedTable {
  readonly was: CatalogTable
  readonly is: CatalogTable
  readonly more: readonly string[]
  /** The differences that disappear when it has its name again, including its dependents. */
  readonly objects: readonly string[]
}

/** A table counts as renamed if exactly one new one has its columns, possibly with others. */
export function renamedTables(
  differences: readonly SchemaDifference[],
  { before, after }: Schemas,
): RenamedTable[] {
  const added = differences.filter(({ change }) => change === 'added')
  return differences.flatMap(({ object, change }) => {
    const was = before.get(object)
    if (change !== 'lost' || was?.type !== 'table') return []
    const heirs = added.flatMap((one) => heirOf(was, after.get(one.object)) ?? [])
    const exact = heirs.filter(({ more }) => more.length === 0)
    const [heir, other] = exact.length > 0 ? exact : heirs
    if (!heir || other) return []
    const moved = differences.filter((one) =>
      isMoved(before.get(one.object), after.get(one.object), [was.name, heir.is.name]),
    )
    const tables = [object, `table ${foldCase(heir.is.name)}`]
    return [{ ...heir, was, objects: [...tables, ...moved.map((one) => one.object)] }]
  })
}

/** A table with all columns of another one in their order; null if there is none. */
function heirOf(
  was: CatalogTable,
  is: CatalogObject | undefined,
): Pick<RenamedTable, 'is' | 'more'> | null {
  if (is?.type !== 'table') return null
  const own = was.columns.map((column) => JSON.stringify(column))
  const more = is.columns.filter((column) => !own.includes(JSON.stringify(column)))
  const kept = is.columns.filter((column) => !more.includes(column))
  if (JSON.stringify(kept) !== JSON.stringify(was.columns)) return null
  // A single common column does not identify a table.
  return more.length > 0 && own.length < 2 ? null : { is, more: more.map(({ name }) => name) }
}

/** Whether an index differs only in its table. */
function isMoved(
  was: CatalogObject | undefined,
  is: CatalogObject | undefined,
  [from, to]: readonly [string, string],
): boolean {
  if (was?.type !== 'index' || is?.type !== 'index') return false
  const [old, now] = [was, is].map(({ sql }) => canonical('index', sql).meaning)
  const on = (table: string): string => `on ${canonicalName(table)} `
  return old?.replace(on(from), '') === now?.replace(on(to), '')
}
