// Finds the migration that was applied among the records, by the digests that the ledger has of it.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { readStep, type Lent, type ReadStep } from './read-step.js'
import type { GenerateSettings } from '../model/settings.js'
import { readMemory } from '../project/memory-file.js'
import type { StoredRecord } from './keep-records.js'
import { recordEnd, recordFolder, recordName, type RecordKey } from './record-folder.js'

/** A migration as it was generated, and when that was, as ISO 8601. */
export interface KeptStep extends ReadStep {
  readonly at: string
}

/**
 * The record of a migration with these digests; null where there is none that this user, or root, wrote. Throws
 * `MODULE_FAILED` when its code cannot be loaded any more.
 */
export function findRecord(
  key: RecordKey,
  settings: GenerateSettings,
  lent: Lent,
): KeptStep | null {
  const folder = recordFolder(settings)
  if (folder === null) return null
  for (const name of namesFor(key, folder)) {
    const record = readMemory(join(folder, name))
    const found = isRecord(record) ? readStep({ ...record, root: settings.root }, key, lent) : null
    if (found && isRecord(record)) return { ...found, at: record.at }
  }
  return null
}

/** Of its own version first, then those of the same migration under another number; proven ones before others. */
function namesFor(key: RecordKey, folder: string): string[] {
  const grades = ['proven', 'unproven'] as const
  const others = namesIn(folder)
  return [
    ...grades.map((grade) => recordName(key, grade)),
    ...grades.flatMap((grade) => others.filter((name) => name.endsWith(recordEnd(key, grade)))),
  ]
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

/** Another version of Lockstep may have written something else. */
function isRecord(value: unknown): value is StoredRecord {
  const { at, file, code } = Object(value) as Partial<StoredRecord>
  return typeof at === 'string' && typeof file === 'string' && typeof code === 'string'
}
