// Reads the schema of a replayed database as a build wants to know it. Only what has changed is looked at closely.
import { betterSqlite3 } from '../../src/database/better-sqlite3/driver.js'
import type { Database } from '../../src/database/better-sqlite3/handle.js'
import type { Exclusions } from '../../src/schema/not-ours.js'
import type { KnownObjects } from '../../src/schema/read-schema.js'
import type { Schema, SchemaObject } from '../../src/schema/schema.js'
import type { Catalog, CatalogObject } from '../evidence.js'
import { masterRows, type KnownChange, type MasterRows } from './master-rows.js'
import { readObject } from './read-object.js'
import { hasOpenKeys, resolveKeys, type ResolvedTables } from './resolve-keys.js'
import { schemaReader, type GrownSchema } from './schema-reader.js'

/** A schema at one moment: for comparing, and as facts. */
export interface CatalogLook {
  readonly schema: Schema
  readonly catalog: Catalog
}

/** What is known to have happened since a look: objects were only added to what there was, or only taken away. */
export interface ChangeSince {
  readonly from: CatalogLook
  readonly by: KnownChange['by']
}

/** What leads from one catalog to the next, null for what is gone. */
export type CatalogChanges = Readonly<Record<string, CatalogObject | null>>

/** Looks at one database again and again. */
export interface CatalogReader {
  /**
   * The schema now, and its changes since this reader looked before; everything at the first look. Objects that have not
   * changed are identical to those of earlier looks, and so are `schema` and `catalog` where nothing has changed. With
   * `since`, less is read; that it is true is the caller's promise.
   */
  read(since?: ChangeSince): CatalogLook & { readonly changes: CatalogChanges }
}

/**
 * Begins to look at a database. `known` may be shared by readers of databases that the same history makes: what an object
 * is follows from its SQL alone.
 */
export function catalogReader(
  handle: Database,
  exclusions: Exclusions,
  known: KnownCatalog = knownCatalog(),
): CatalogReader {
  const rowsNow = masterRows(handle)
  const lookAt = looker(handle, known)
  const schemaNow = schemaReader(betterSqlite3(handle), exclusions, known.objects)
  const looks = new WeakMap<MasterRows, CatalogLook>()
  const states = new WeakMap<CatalogLook['catalog'], MasterRows>()
  let last: CatalogLook = { schema: new Map(), catalog: new Map() }
  return {
    read(since) {
      const from = since && states.get(since.from.catalog)
      const now = rowsNow(from && { from, by: since.by })
      const before = last
      last = looks.get(now) ?? lookAt(schemaNow(now.rows))
      looks.set(now, last)
      const { catalog } = last
      states.set(catalog, now)
      return {
        ...last,
        get changes() {
          return catalogChanges(before.catalog, catalog)
        },
      }
    },
  }
}

/** Makes looks; one that follows from the last is made from that. */
function looker(
  handle: Database,
  { facts, resolved }: KnownCatalog,
): (grown: GrownSchema) => CatalogLook {
  let last: Schema | null = null
  let plain = new Map<string, CatalogObject>()
  let open = new Set<string>()
  return ({ schema, from, fresh }) => {
    const isGrown = from !== null && from === last
    plain = isGrown ? new Map(plain) : new Map()
    if (!isGrown) open = new Set()
    last = schema
    for (const key of isGrown ? fresh : schema.keys()) {
      const object = schema.get(key) as SchemaObject
      let fact = facts.get(object)
      if (!fact) {
        fact = readObject(handle, object)
        facts.set(object, fact)
      }
      plain.set(key, fact)
      if (hasOpenKeys(fact)) open.add(key)
      else open.delete(key)
    }
    return { schema, catalog: resolveKeys(plain, open, resolved) }
  }
}

/** Objects that were read before. */
export interface KnownCatalog {
  readonly objects: KnownObjects
  readonly facts: WeakMap<SchemaObject, CatalogObject>
  readonly resolved: ResolvedTables
}

/** Nothing known yet. */
export const knownCatalog = (): KnownCatalog => ({
  objects: new Map(),
  facts: new WeakMap(),
  resolved: new WeakMap(),
})

/** What leads from one catalog to another. Objects that a reader found unchanged do not count. */
export function catalogChanges(before: Catalog, after: Catalog): CatalogChanges {
  if (before === after) return {}
  const changes: Record<string, CatalogObject | null> = {}
  const same = commonBeginning(before, after)
  let at = 0
  for (const key of before.keys()) if (at++ >= same && !after.has(key)) changes[key] = null
  at = 0
  for (const [key, object] of after)
    if (at++ >= same && before.get(key) !== object) changes[key] = object
  return changes
}

/** How many objects the two begin with in common; comparing them in order costs a fraction of looking each up. */
function commonBeginning(one: Catalog, other: Catalog): number {
  const others = other.entries()
  let count = 0
  for (const [key, object] of one) {
    const { value } = others.next()
    if (value?.[0] !== key || value[1] !== object) break
    count += 1
  }
  return count
}
