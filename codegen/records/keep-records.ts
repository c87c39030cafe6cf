// Keeps each migration that is generated, so that what was applied can be undone although its file is gone or edited.
// Losing a record costs that, never correctness.
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { RegistryItem } from '../model/registry-item.js'
import type { GenerateSettings } from '../model/settings.js'
import { writeMemory } from '../project/memory-file.js'
import { bundleSteps } from './bundle-steps.js'
import { recordFolder, recordName, type Grade, type RecordKey } from './record-folder.js'

/** A migration as it was generated. */
export interface StoredRecord {
  readonly at: string
  /** Its file, relative to the project, as it was then. */
  readonly file: string
  /** A CommonJS module that exports the entry of the registry. */
  readonly code: string
}

/** How many records are kept besides those of the present migrations: the newest ones. */
const KEPT = 500

/**
 * Writes a record of each migration that has none. Does nothing where there is no `node_modules` folder or it cannot be
 * written; a migration that does not bundle has no record.
 */
export async function keepRecords(
  items: readonly RegistryItem[],
  settings: GenerateSettings,
): Promise<void> {
  const folder = recordFolder(settings)
  if (folder === null) return
  const known = new Set(namesIn(folder))
  const missing = items.filter((item) => !isKept(item, known))
  if (missing.length === 0) return
  const codes = await bundleSteps(missing, settings.root)
  const at = new Date().toISOString()
  for (const [item, code] of codes) {
    const record: StoredRecord = { at, file: item.migration.file.file, code }
    writeMemory(join(folder, recordName(keyOf(item), gradeOf(item))), record)
  }
  forgetOldest(folder, items)
}

/** The names of all records; makes the folder, which says that records were written. */
function namesIn(folder: string): string[] {
  try {
    mkdirSync(folder, { recursive: true })
    return readdirSync(folder)
  } catch {
    return []
  }
}

const keyOf = ({ migration, checksums }: RegistryItem): RecordKey => ({
  version: migration.version,
  checksum: checksums.up,
  downChecksum: checksums.down,
})

const gradeOf = ({ schema }: RegistryItem): Grade => (schema?.schemaDigest ? 'proven' : 'unproven')

const isKept = (item: RegistryItem, known: ReadonlySet<string>): boolean =>
  known.has(recordName(keyOf(item), 'proven')) ||
  (gradeOf(item) === 'unproven' && known.has(recordName(keyOf(item), 'unproven')))

function forgetOldest(folder: string, items: readonly RegistryItem[]): void {
  const present = new Set(items.map((item) => recordName(keyOf(item), gradeOf(item))))
  const others = namesIn(folder).filter((name) => !present.has(name))
  if (others.length <= KEPT) return
  const times = new Map(others.map((name) => [name, timeOf(join(folder, name))]))
  others.sort((a, b) => times.get(b)! - times.get(a)!)
  for (const name of others.slice(KEPT)) rmSync(join(folder, name), { force: true })
}

/** Another process may have taken it away meanwhile. */
const timeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0
