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
import { masterRows, type KnownChange, type MasterRows } from './master-rows.js'
import { readObject } from './read-object.js'
import { hasOpenKeys, resolveKeys, type ResolvedTables } from './resolve-keys.js'

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

/** A schema, and the one that was made before it when it has the same objects and further ones behind them. */
interface GrownSchema {
  readonly schema: Schema
  readonly from: Schema | null
  readonly added: readonly string[]
}

/** Makes looks; one that only has more objects than the last is made from that. */
function looker(
  handle: Database,
  { facts, resolved }: KnownCatalog,
): (grown: GrownSchema) => CatalogLook {
  let last: Schema | null = null
  let plain = new Map<string, CatalogObject>()
  let open: string[] = []
  return ({ schema, from, added }) => {
    const isGrown = from !== null && from === last
    plain = isGrown ? new Map(plain) : new Map()
    if (!isGrown) open = []
    last = schema
    for (const key of isGrown ? added : schema.keys()) {
      const object = schema.get(key) as SchemaObject
      let fact = facts.get(object)
      if (!fact) {
        fact = readObject(handle, object)
        facts.set(object, fact)
      }
      plain.set(key, fact)
      if (hasOpenKeys(fact)) open.push(key)
    }
    return { schema, catalog: resolveKeys(plain, open, resolved) }
  }
}

/** A row that is known, with the key of its object; the object is null when it is left out. */
interface SeenRow {
  readonly key: string
  readonly object: SchemaObject | null
  readonly virtual: boolean
}

/** Looks only at rows that it has not seen, unless virtual tables come or go: what belongs to them depends on that. */
function schemaReader(
  source: SchemaSource,
  exclusions: Exclusions,
  known: KnownObjects,
): (rows: readonly WrittenRow[]) => GrownSchema {
  let seen = new Map<WrittenRow, SeenRow>()
  let virtual: readonly WrittenRow[] = []
  let before: readonly WrittenRow[] = []
  let last: Schema = new Map()
  return (rows) => {
    const fresh = rows.filter((row) => !seen.has(row))
    const now = rows.filter((row) => seen.get(row)?.virtual ?? isVirtual(row))
    const same = now.length === virtual.length && now.every((row, at) => row === virtual[at])
    virtual = now
    if (!same) seen = new Map()
    const asked = same ? [...fresh, ...virtual] : rows
    const part = perform('sync', schemaOf(source, asked, { exclusions, known }))
    for (const row of same ? fresh : rows) {
      const key = objectKey(row.type, row.name)
      seen.set(row, { key, object: part.get(key) ?? null, virtual: isVirtual(row) })
    }
    const isGrown = same && before.every((row, at) => row === rows[at])
    const from = isGrown ? last : null
    const schema = new Map<string, SchemaObject>(from)
    const added: string[] = []
    for (const row of isGrown ? rows.slice(before.length) : rows) {
      const { key, object } = seen.get(row) as SeenRow
      if (!object) continue
      schema.set(key, object)
      added.push(key)
    }
    before = rows
    last = schema
    return { schema, from, added }
  }
}

const isVirtual = ({ sql }: WrittenRow): boolean => virtualModule(sql) !== undefined

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
