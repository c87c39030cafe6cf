// The schema before and after one version, and what proofs about it return. Pure.
import type { Entry } from './step-side.js'
import type { Fact, ForeignKeyBroken, RanStatements } from '../../model/evidence.js'
import type { Schema } from '../../../src/schema/schema.js'
import { changesBetween, type CatalogChanges, type CatalogLook } from '../catalog/read-catalog.js'

/** A violated foreign key. */
export type BrokenKey = Pick<ForeignKeyBroken, 'table' | 'columns' | 'parent' | 'rows' | 'message'>

/** The violated foreign keys, by table, columns and parent. */
export type BrokenKeys = ReadonlyMap<string, BrokenKey>

/** The schema before a version and after it. */
export interface SchemaTransition {
  readonly before: CatalogLook
  readonly after: CatalogLook
  /** The changes from one to the other. */
  readonly changes: CatalogChanges
  /** Only the objects that differ, so that work on the changes does not pay for those that stay. */
  readonly differing: { readonly before: Schema; readonly after: Schema }
}

/** Compares two looks of one reader, once for all consumers. */
export function schemaTransitionOf(before: CatalogLook, after: CatalogLook): SchemaTransition {
  const changes = changesBetween(before, after)
  const keys = Object.keys(changes)
  const gone = keys.filter((key) => before.schema.has(key))
  // Changes are in the order of the later schema; findings about the earlier one follow its own order.
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

/** A version that was applied, and the foreign keys violated before it. */
export interface AppliedVersion extends SchemaTransition {
  readonly entry: Entry
  readonly keys: BrokenKeys
}

/** The result of a proof. */
export interface Finding {
  readonly facts: readonly Fact[]
  /** Whether the database has changed through the proof. */
  readonly spoiled: boolean
  /** The statements of `down`, if it is code and ran to its end. */
  readonly ran?: RanStatements
}
