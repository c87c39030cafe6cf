// The schema that declared changes apply to: what a history has created, and what others have created beside it.
import { finalCatalog } from './check/subject/catalog-history.js'
import type { Catalog, CatalogObject } from './model/catalog.js'
import type { OtherHistory } from './replay/bundle-others.js'
import type { ReadyPasses } from './replay/process/ready-passes.js'
import { replay } from './replay/replay.js'

/** The schema before a version. */
export interface SchemaThere {
  readonly catalog: Catalog
  /** Which other histories have created objects in it, keyed like `table users`. */
  readonly owners: ReadonlyMap<string, string>
}

/** A schema including what other histories have created at the versions needed. */
export async function beside(
  own: Catalog,
  histories: readonly OtherHistory[],
  ready: ReadyPasses,
): Promise<SchemaThere> {
  const catalog = new Map<string, CatalogObject>()
  const owners = new Map<string, string>()
  for (const [at, { name, items, version, settings }] of histories.entries()) {
    const means = { ready, histories: histories.slice(0, at) }
    const { proof } = await replay(items.slice(0, version), settings, means)
    for (const [key, object] of proof ? finalCatalog(proof) : []) {
      catalog.set(key, object)
      owners.set(key, name)
    }
  }
  for (const [key, object] of own) catalog.set(key, object)
  return { catalog, owners }
}
