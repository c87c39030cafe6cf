// What proofs of one version start from and what they answer. Pure.
import type { Database } from '../../../src/database/better-sqlite3/handle.js'
import type { RegistryEntry } from '../../../src/model/registry.js'
import type { Fact, ForeignKeyBroken, RanStatements } from '../../model/evidence.js'
import type { Schema } from '../../../src/schema/schema.js'
import { changesBetween, type CatalogChanges, type CatalogLook } from '../catalog/read-catalog.js'

/** A foreign key that does not hold. */
export type BrokenKey = Pick<ForeignKeyBroken, 'table' | 'columns' | 'parent' | 'rows' | 'message'>

/** Each foreign key that does not hold, by table, columns and parent. */
export type BrokenKeys = ReadonlyMap<string, BrokenKey>

/** The schema before a version and after it. */
export interface SchemaTransition {
  readonly before: CatalogLook
  readonly after: CatalogLook
  /** What leads from one to the other. */
  readonly changes: CatalogChanges
  /** Of both schemas only what differs: what follows from the changes costs nothing for all that stays. */
  readonly differing: { readonly before: Schema; readonly after: Schema }
}

/** Compares two looks of one reader, once for all who ask. */
export function schemaTransitionOf(before: CatalogLook, after: CatalogLook): SchemaTransition {
  const changes = changesBetween(before, after)
  const keys = Object.keys(changes)
  const gone = keys.filter((key) => before.schema.has(key))
  // Changes stand in the order of the later schema; that of the earlier one decides what is told first of what it had.
  const known = gone.length > 1 ? inOrder(before.schema, new Set(gone)) : gone
  const differing = { before: partOf(before.schema, known), after: partOf(after.schema, keys) }
  return { before, after, changes, differing }
}

const inOrder = (schema: Schema, keys: ReadonlySet<string>): string[] =>
  [...schema.keys()].filter((key) => keys.has(key))

const partOf = (schema: Schema, keys: readonly string[]): Schema =>
  new Map(
    keys.flatMap((key) => {
      const object = schema.get(key)
      return object ? [[key, object] as const] : []
    }),
  )

/** A version that was applied, and the foreign keys that did not hold before it. */
export interface AppliedVersion extends SchemaTransition {
  readonly entry: RegistryEntry<Database>
  readonly keys: BrokenKeys
}

/** What a proof brought to light. */
export interface Finding {
  readonly facts: readonly Fact[]
  /** Whether the database is not as it was before the proof. */
  readonly spoiled: boolean
  /** What `down` ran, where it was run to its end and is code. */
  readonly ran?: RanStatements
}
