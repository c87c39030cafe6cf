// What a history makes, for who compares it with others of the same database. Pure.
import { shadowTables } from '../src/schema/not-ours.js'
import type { CatalogObject } from './model/catalog.js'
import type { Fact, Proof } from './model/evidence.js'
import type { RegistryItem } from './model/registry-item.js'
import type { Made, MadeObject } from './model/result.js'

/** What is there between two versions, be it for a while, as the replay has found it; no object where nothing is proven. */
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

/** What another history has made, and this one has only changed: that is told as such. */
const changedIn = (fact: Fact): readonly string[] =>
  fact.kind === 'other-changed' ? [fact.object] : []

/** The tables that a virtual table keeps beside itself. */
const besides = (object: CatalogObject | null): string[] =>
  object?.type === 'table' && object.module !== null
    ? Array.from(shadowTables([{ ...object, tbl_name: object.name }]), (name) => `table ${name}`)
    : []
