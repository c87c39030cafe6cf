// Finds the record of an applied migration, by its digests in the ledger.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { versionId } from '../../src/model/version.js'
import { readStep, type Lent, type ReadStep } from './read-step.js'
import type { GenerateSettings } from '../model/settings.js'
import { readMemory } from '../project/memory-file.js'
import type { StoredRecord } from './keep-records.js'
import {
  isOfKey,
  readNames,
  recordFolder,
  type NamedRecord,
  type RecordKey,
} from './record-folder.js'
import { orElse } from '../../src/model/or-else.js'

/** A migration as it was generated, and when that was, as ISO 8601. */
export interface KeptStep extends ReadStep {
  readonly at: string
}

/** A migration as recorded in the ledger. */
export interface AppliedKey extends RecordKey {
  /** ISO 8601. */
  readonly appliedAt: string
}

/**
 * The record of a migration with these digests, with the code that it had when it was applied; null if there is none that was
 * written by this user or root, and that can be loaded.
 */
export function findRecord(
  key: AppliedKey,
  settings: GenerateSettings,
  lent: Lent,
): KeptStep | null {
  const folder = recordFolder(settings)
  if (folder === null) return null
  for (const { name } of recordsFor(key, namesIn(folder))) {
    const record = readMemory(join(folder, name))
    if (!isRecord(record)) continue
    const text = { ...record, root: settings.root, source: 'Its record' }
    const found = readStep(text, key, lent)
    if (found) return { ...found, at: record.at }
  }
  return null
}

/**
 * Records of its own version, or else of the same migration under another number; proven ones first. Of several codes, the one
 * generated last before the migration was applied; if records were lost, the first one since.
 */
function recordsFor(key: AppliedKey, names: readonly string[]): NamedRecord[] {
  const all = readNames(names).filter((one) => isOfKey(key, one))
  const own = all.filter(({ id }) => id === versionId(key.version))
  const newest = own.length > 0 ? own : all
  const { code } = newest.find(({ at }) => !(at > Date.parse(key.appliedAt))) ?? newest.at(-1) ?? {}
  const same = newest.filter((one) => one.code === code)
  return [...same.filter(isProven), ...same.filter((one) => !isProven(one))]
}

const isProven = ({ grade }: NamedRecord): boolean => grade === 'proven'

const namesIn = (folder: string): string[] => orElse(() => readdirSync(folder), [])

/** Another version of Lockstep may have written something else. */
function isRecord(value: unknown): value is StoredRecord {
  const { at, file, code } = Object(value) as Partial<StoredRecord>
  return typeof at === 'string' && typeof file === 'string' && typeof code === 'string'
}
