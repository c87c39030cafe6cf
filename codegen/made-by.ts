// Lists what a history creates, for comparison with others of the same database. Pure.
import { shadowTables } from '../src/schema/not-ours.js'
import type { CatalogObject } from './model/catalog.js'
import type { Fact, Proof } from './model/evidence.js'
import type { RegistryItem } from './model/registry-item.js'
import type { Made, MadeObject } from './model/result.js'

/** What exists between two versions, even temporarily, as found by the replay; no objects if nothing is proven. */
export function madeBy(proof: Proof | null, items: readonly RegistryItem[]): Made {
  const needs = items.flatMap(({ migration }) => migration.needs ?? [])
  const objects: Record<string, MadeObject> = {}
  const others = new Set(proof?.versions.flatMap(({ facts }) => facts.flatMap(changedIn)))
  const files = new Map(items.map(({ migration: { version, file } }) => [version, file.file]))
  for (const { version, catalog } of proof?.complete ? proof.versions : [])
    for (const [key, object] of Object.entries(catalog)) {
      if (others.has(key)) continue
      const file = objects[key]?.file ?? files.get(version) ?? ''
      for (const one of [key, ...besides(object)]) objects[one] = { file, stays: object !== null }
    }
  return { objects, needs: [...new Set(needs.map(({ value }) => value.history))] }
}

/** Objects of other histories that this one has only changed, which is reported separately. */
const changedIn = (fact: Fact): readonly string[] =>
  fact.kind === 'other-changed' ? [fact.object] : []

/** The shadow tables of a virtual table. */
const besides = (object: CatalogObject | null): string[] =>
  object?.type === 'table' && object.module !== null
    ? Array.from(shadowTables([{ ...object, tbl_name: object.name }]), (name) => `table ${name}`)
    : []
