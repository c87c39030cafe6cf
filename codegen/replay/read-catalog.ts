// Reads the schema of a replayed database as a build wants to know it. Only what has changed is looked at closely.
import { betterSqlite3 } from '../../src/database/better-sqlite3/driver.js'
import type { Database } from '../../src/database/better-sqlite3/handle.js'
import { perform } from '../../src/database/outcome.js'
import { virtualModule } from '../../src/schema/canonical.js'
import type { Exclusions } from '../../src/schema/not-ours.js'
import {
  objectKey,
  schemaOf,
  type KnownObjects,
  type WrittenRow,
} from '../../src/schema/read-schema.js'
import type { Schema, SchemaObject, SchemaSource } from '../../src/schema/schema.js'
import type { Catalog, CatalogObject } from '../evidence.js'
import { masterRows } from './master-rows.js'
import { readObject } from './read-object.js'
import { resolveKeys, type ResolvedTables } from './resolve-keys.js'

/** A schema at one moment: for comparing, and as facts. */
export interface CatalogLook {
  readonly schema: Schema
  readonly catalog: Catalog
  /** What has changed since this reader looked before, null for what is gone; everything at the first look. */
  readonly changes: CatalogChanges
}

/** What leads from one catalog to the next, null for what is gone. */
export type CatalogChanges = Readonly<Record<string, CatalogObject | null>>

/** Looks at one database again and again. */
export interface CatalogReader {
  /** Objects that have not changed since an earlier look are identical to those of that look. */
  read(): CatalogLook
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
  const schemaNow = schemaReader(betterSqlite3(handle), exclusions, known.objects)
  let rows: readonly WrittenRow[] | undefined
  let last: CatalogLook = { schema: new Map(), catalog: new Map(), changes: {} }
  return {
    read() {
      const now = rowsNow()
      if (now === rows) return { ...last, changes: {} }
      rows = now
      const schema = schemaNow(rows)
      const catalog = catalogOf(handle, schema, known)
      last = { schema, catalog, changes: catalogChanges(last.catalog, catalog) }
      return last
    },
  }
}

/** Looks only at rows that it has not seen, unless virtual tables come or go: what belongs to them depends on that. */
function schemaReader(
  source: SchemaSource,
  exclusions: Exclusions,
  known: KnownObjects,
): (rows: readonly WrittenRow[]) => Schema {
  let seen = new WeakMap<WrittenRow, SchemaObject | null>()
  let virtual: readonly WrittenRow[] = []
  return (rows) => {
    const before = virtual
    const fresh = rows.filter((row) => !seen.has(row))
    virtual = rows.filter(({ sql }) => virtualModule(sql) !== undefined)
    const same = virtual.length === before.length && virtual.every((row, at) => row === before[at])
    if (!same) seen = new WeakMap()
    const unseen = same ? fresh : rows
    const asked = same ? [...fresh, ...virtual] : rows
    const part = perform('sync', schemaOf(source, asked, { exclusions, known }))
    for (const row of unseen) seen.set(row, part.get(objectKey(row.type, row.name)) ?? null)
    return new Map(
      rows.flatMap((row) => {
        const object = seen.get(row)
        return object ? [[objectKey(row.type, row.name), object] as const] : []
      }),
    )
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

function catalogOf(handle: Database, schema: Schema, { facts, resolved }: KnownCatalog): Catalog {
  const catalog = new Map<string, CatalogObject>()
  for (const [key, object] of schema) {
    let fact = facts.get(object)
    if (!fact) {
      fact = readObject(handle, object)
      facts.set(object, fact)
    }
    catalog.set(key, fact)
  }
  return resolveKeys(catalog, resolved)
}

/** What leads from one catalog to another. Objects that a reader found unchanged do not count. */
export function catalogChanges(before: Catalog, after: Catalog): CatalogChanges {
  const changes: Record<string, CatalogObject | null> = {}
  for (const key of before.keys()) if (!after.has(key)) changes[key] = null
  for (const [key, object] of after) if (before.get(key) !== object) changes[key] = object
  return changes
}
