// Watches over a history what its versions break: views and triggers that no longer compile, and foreign keys.
import type { Database } from '../../../src/database/better-sqlite3/handle.js'
import type { RegistryEntry } from '../../../src/model/registry.js'
import type { Fact } from '../../model/evidence.js'
import { brokenKeys, brokenKeysAfter, keyFacts } from './broken-keys.js'
import { brokenObjects, compileFacts } from './broken-objects.js'
import type { ReachOf } from './side-reach.js'
import type { HistoryRun } from './history-run.js'
import type { SchemaTransition, BrokenKeys } from './schema-transition.js'
import type { ReplayPass } from './replay-pass.js'

/** What is broken at the version that a history has come to. */
export interface IntegrityWatch {
  /** What a version has broken that was not broken before; goes on from there. */
  after(pass: ReplayPass, entry: RegistryEntry<Database>, passage: SchemaTransition): Fact[]
  /** Goes on from a schema without asking what broke what on the way to it. */
  begin(pass: ReplayPass, passage: SchemaTransition): void
  /** Which foreign keys are broken now. */
  readonly keys: BrokenKeys
}

/** Begins with nothing broken. */
export function integrityWatch(
  { ignoreTables }: Pick<HistoryRun, 'ignoreTables'>,
  reach: ReachOf,
): IntegrityWatch {
  let objects: ReadonlyMap<string, string> = new Map()
  let keys: BrokenKeys = new Map()
  return {
    after(pass, entry, passage) {
      const facts: Fact[] = []
      const side = { entry, direction: 'up', pass } as const
      if (passage.after.schema !== passage.before.schema) {
        const now = brokenObjects(pass, passage, objects)
        facts.push(...compileFacts(side, now, { ...passage, broken: objects }))
        objects = now
      }
      if (entry.keepsForeignKeys !== true) {
        const began = { ...passage, keys, ignoreTables, reach: reach(entry, 'up') }
        const now = brokenKeysAfter(pass, side, began)
        facts.push(...keyFacts(side, keys, now))
        keys = now
      }
      return facts
    },
    begin(pass, passage) {
      objects = brokenObjects(pass, passage, new Map())
      keys = brokenKeys(pass, passage.after.catalog)
    },
    get keys() {
      return keys
    },
  }
}
