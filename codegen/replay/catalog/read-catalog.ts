// Reads the schema of a replayed database as a build needs it. Only changes are read closely.
import { remembered } from '../../../src/model/collected.js'
import { betterSqlite3 } from '../../../src/database/better-sqlite3/driver.js'
import type { Database } from '../../../src/database/better-sqlite3/handle.js'
import type { Exclusions } from '../../../src/schema/not-ours.js'
import { objectKey, type KnownObjects } from '../../../src/schema/read-schema.js'
import type { Schema, SchemaObject } from '../../../src/schema/schema.js'
import type { Catalog, CatalogObject, CatalogTable } from '../../model/catalog.js'
import { masterRows, type MasterRows, type WayOfChange } from './master-rows.js'
import { readObject } from './read-object.js'
import { hasOpenKeys, resolveKeys, type ResolvedTables } from './resolve-keys.js'
import { schemaReader, type GrownSchema } from './schema-reader.js'

/** A schema at one moment: for comparing, and as data. */
export interface CatalogLook {
  readonly schema: Schema
  readonly catalog: Catalog
  /** The views and triggers: SQLite compiles them when they are used. */
  readonly compiled: Schema
  /** The tables with foreign keys, each with its own key and those of its parents, such as `table users`. */
  readonly keyed: ReadonlyMap<string, KeyedTable>
  /** Tables and views whose names need quotes. */
  readonly quoted: ReadonlySet<string>
  /** The catalog from which this one differs only in `fresh`; null if none is known. */
  readonly since: { readonly from: Catalog; readonly fresh: readonly string[] } | null
}

/** A table with foreign keys; columns of parents are in the catalog. */
export interface KeyedTable {
  readonly table: CatalogTable
  readonly touching: readonly string[]
}

/** What is known to have happened since a look. */
export type ChangeSince = WayOfChange & { readonly from: CatalogLook }

/** The changes from one catalog to the next, null for what is gone. */
export type CatalogChanges = Readonly<Record<string, CatalogObject | null>>

/** Reads one database again and again. */
export interface CatalogReader {
  /**
   * The current schema, and its changes since the last look of this reader; everything at the first look. Unchanged objects are identical
   * to those of earlier looks, and so are `schema` and `catalog` if nothing has changed. With `since`, less is read; the caller guarantees
   * that it is true.
   */
  read(since?: ChangeSince): CatalogLook & { readonly changes: CatalogChanges }
}

/** Starts reading a database. `known` may be shared by readers of databases with the same history: an object depends on its SQL alone. */
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
  let last = NOTHING_SEEN
  return {
    read(since) {
      const from = since && states.get(since.from.catalog)
      const now = rowsNow(from && { ...since, from })
      const before = last
      last = remembered(looks, now, () => lookAt(schemaNow(now.rows)))
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

const NOTHING_SEEN: CatalogLook = {
  schema: new Map(),
  catalog: new Map(),
  compiled: new Map(),
  keyed: new Map(),
  quoted: new Set(),
  since: null,
}

/** What a look is made from. */
interface Parts {
  readonly schema: Schema
  /** Without columns that depend on other tables. */
  readonly plain: Map<string, CatalogObject>
  readonly compiled: Map<string, SchemaObject>
  readonly keyed: Map<string, KeyedTable>
  readonly quoted: Set<string>
  /** The tables whose foreign keys depend on other tables. */
  readonly open: Set<string>
}

/** Makes looks; one that follows from the previous one is derived from it. */
function looker(
  handle: Database,
  { facts, resolved }: KnownCatalog,
): (grown: GrownSchema) => CatalogLook {
  let last: { readonly parts: Parts; readonly catalog: Catalog } | null = null
  const factOf = (object: SchemaObject): CatalogObject =>
    remembered(facts, object, () => readObject(handle, object))
  return ({ schema, from, fresh }) => {
    const before = from !== null && from === last?.parts.schema ? last : null
    const parts = copyOf(schema, before?.parts)
    for (const key of before ? fresh : schema.keys()) {
      const object = schema.get(key) as SchemaObject
      note(parts, key, { object, fact: factOf(object) })
    }
    const { plain, open, compiled, keyed, quoted } = parts
    const catalog = resolveKeys(plain, open, resolved)
    const since = before && open.size === 0 ? { from: before.catalog, fresh } : null
    last = { parts, catalog }
    return { schema, catalog, compiled, keyed, quoted, since }
  }
}

const copyOf = (schema: Schema, parts: Parts | undefined): Parts => ({
  schema,
  plain: new Map(parts?.plain),
  compiled: new Map(parts?.compiled),
  keyed: new Map(parts?.keyed),
  quoted: new Set(parts?.quoted),
  open: new Set(parts?.open),
})

function note(
  { plain, compiled, keyed, quoted, open }: Parts,
  key: string,
  { object, fact }: { readonly object: SchemaObject; readonly fact: CatalogObject },
): void {
  plain.set(key, fact)
  if (fact.type === 'view' || fact.type === 'trigger') compiled.set(key, object)
  if (isKeyed(fact)) keyed.set(key, keyedTable(key, fact))
  else keyed.delete(key)
  if (hasOpenKeys(fact)) open.add(key)
  else open.delete(key)
  if ((fact.type === 'table' || fact.type === 'view') && !ONE_WORD.test(fact.name)) quoted.add(key)
}

const ONE_WORD = /^[\w$\x80-\uffff]+$/

const keyedTable = (key: string, table: CatalogTable): KeyedTable => ({
  table,
  touching: [key, ...table.foreignKeys.map(({ parent }) => objectKey('table', parent))],
})

/** Whether an object is a table with foreign keys. */
export const isKeyed = (object: CatalogObject | null): object is CatalogTable =>
  object?.type === 'table' && object.foreignKeys.length > 0

/** Objects that were read before. */
export interface KnownCatalog {
  readonly objects: KnownObjects
  readonly facts: WeakMap<SchemaObject, CatalogObject>
  readonly resolved: ResolvedTables
}

/** Starts empty. */
export const knownCatalog = (): KnownCatalog => ({
  objects: new Map(),
  facts: new WeakMap(),
  resolved: new WeakMap(),
})

/** The changes from one catalog to another. Objects that a reader found unchanged do not count. */
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

/** The same between two looks of one reader; if one was derived from the other, without looking at unchanged objects. */
export function changesBetween(before: CatalogLook, after: CatalogLook): CatalogChanges {
  const fresh =
    (after.since?.from === before.catalog && after.since.fresh) ||
    (before.since?.from === after.catalog && before.since.fresh)
  if (!fresh) return catalogChanges(before.catalog, after.catalog)
  const changes: Record<string, CatalogObject | null> = {}
  for (const key of fresh) {
    const now = after.catalog.get(key) ?? null
    if (now !== before.catalog.get(key)) changes[key] = now
  }
  return changes
}

/** How many objects the two have in common at the start; comparing them in order costs a fraction of looking each up. */
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
