// Tables that differ from those before a step in their name, told from the two schemas.
import { canonical } from '../../../src/schema/canonical.js'
import { canonicalName } from '../../../src/sql/canonical-tokens.js'
import { foldCase } from '../../../src/sql/names.js'
import type { SchemaDifference } from '../../../src/model/verification.js'
import type { Catalog, CatalogObject, CatalogTable } from '../../model/catalog.js'

/** The schema that is wanted again, and the one that the migration leads to, of which `down` may have left something. */
export interface Schemas {
  readonly before: Catalog
  readonly after: Catalog
}

/** One of them; `more` are the columns that it has now and had not. */
export interface RenamedTable {
  readonly was: CatalogTable
  readonly is: CatalogTable
  readonly more: readonly string[]
  /** The differences that come to nothing when it has its name again: what hangs on it goes along. */
  readonly objects: readonly string[]
}

/** A table counts as renamed where exactly one new one has its columns, or else has them and others. */
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

/** A table with all columns of another one in their order; null where it is none. */
function heirOf(
  was: CatalogTable,
  is: CatalogObject | undefined,
): Pick<RenamedTable, 'is' | 'more'> | null {
  if (is?.type !== 'table') return null
  const own = was.columns.map((column) => JSON.stringify(column))
  const more = is.columns.filter((column) => !own.includes(JSON.stringify(column)))
  const kept = is.columns.filter((column) => !more.includes(column))
  if (JSON.stringify(kept) !== JSON.stringify(was.columns)) return null
  // One column alike is no sign of one table.
  return more.length > 0 && own.length < 2 ? null : { is, more: more.map(({ name }) => name) }
}

/** Whether an index differs in nothing but the table that it is on. */
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
