// Orders a schema for reading and loading: parents before children, dependent objects right after their table.
import { groupedBy } from '../../../src/model/collected.js'
import type {
  Catalog,
  CatalogIndex,
  CatalogObject,
  CatalogTable,
  CatalogTrigger,
  CatalogView,
} from '../../model/catalog.js'
import { excludedTables, type Exclusions } from '../../../src/schema/not-ours.js'
import { wordsIn } from '../../sql/names-in.js'
import { foldCase } from '../../../src/sql/names.js'

/** A table or view with its indexes and triggers. */
export interface SchemaPart<T extends CatalogTable | CatalogView = CatalogTable | CatalogView> {
  readonly object: T
  readonly indexes: readonly CatalogIndex[]
  readonly triggers: readonly CatalogTrigger[]
}

/** A schema in an order in which it can be read from top to bottom, and loaded. */
export interface OrderedSchema {
  /** Ordinary tables, each after the tables that its foreign keys refer to unless these form a cycle; then virtual ones. */
  readonly tables: readonly SchemaPart<CatalogTable>[]
  /** Each after the views that it reads. */
  readonly views: readonly SchemaPart<CatalogView>[]
}

/** Orders the objects of a schema, by order of creation unless something else decides. */
export function orderSchema(catalog: Catalog, exclusions: Exclusions): OrderedSchema {
  const excluded = excludedTables(exclusions)
  const objects = [...catalog.values()].filter(
    (one) => !excluded('table' in one ? one.table : one.name),
  )
  const tables = objects.filter((one) => one.type === 'table')
  const ordinary = inOrder(
    tables.filter(({ module }) => module === null),
    ({ foreignKeys }) => new Set(foreignKeys.map(({ parent }) => foldCase(parent))),
  )
  const views = inOrder(
    objects.filter((one) => one.type === 'view'),
    ({ sql }) => wordsIn(sql),
  )
  const virtual = tables.filter(({ module }) => module !== null)
  const withParts = partsIn(objects)
  return { tables: [...ordinary, ...virtual].map(withParts), views: views.map(withParts) }
}

/** Orders each after those that it needs, as far as possible. */
function inOrder<T extends { readonly name: string }>(
  all: readonly T[],
  needs: (one: T) => ReadonlySet<string>,
): T[] {
  const places = new Map(all.map(({ name }, at) => [foldCase(name), at]))
  const ordered = new Set<T>()
  const open = new Set<T>()
  const visit = (one: T): void => {
    if (ordered.has(one) || open.has(one)) return
    open.add(one)
    const needed = [...needs(one)].flatMap((name) => places.get(name) ?? [])
    for (const place of needed.toSorted((a, b) => a - b)) visit(all[place]!)
    open.delete(one)
    ordered.add(one)
  }
  all.forEach(visit)
  return [...ordered]
}

function partsIn(objects: readonly CatalogObject[]) {
  const indexes = byTable(objects.filter((one) => one.type === 'index'))
  const triggers = byTable(objects.filter((one) => one.type === 'trigger'))
  return <T extends CatalogTable | CatalogView>(object: T): SchemaPart<T> => ({
    object,
    indexes: indexes.get(foldCase(object.name)) ?? [],
    triggers: triggers.get(foldCase(object.name)) ?? [],
  })
}

const byTable = <T extends CatalogIndex | CatalogTrigger>(
  all: readonly T[],
): ReadonlyMap<string, readonly T[]> => groupedBy(all, ({ table }) => foldCase(table))
