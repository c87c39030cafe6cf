// Stores a record of each generated migration, so that an applied migration can be undone even if its file is gone or edited.
// Losing a record costs that, never correctness.
import { orElse } from '../../src/model/or-else.js'
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { versionId } from '../../src/model/version.js'
import type { BuiltText } from '../bundle/build-module.js'
import { outsideOf, type OutsideImports } from '../bundle/outside-imports.js'
import type { RegistryItem } from '../model/registry-item.js'
import type { GenerateSettings } from '../model/settings.js'
import { writeMemory } from '../project/memory-file.js'
import { bundleSteps } from './bundle-steps.js'
import {
  isOfKey,
  readNames,
  recordFolder,
  recordName,
  WHOLE,
  type Grade,
  type NamedRecord,
  type RecordKey,
} from './record-folder.js'

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
 * Writes a record of each migration that has none of its present code. Does nothing if there is no `node_modules` folder or it
 * cannot be written; a migration that does not bundle has no record. Returns the absolute paths of the files, besides the
 * migrations, that the records depend on.
 */
export async function keepRecords(
  items: readonly RegistryItem[],
  settings: GenerateSettings,
): Promise<readonly string[]> {
  const folder = recordFolder(settings)
  if (folder === null) return []
  const known = readNames(namesIn(folder))
  const open = items.filter((item) => !isKept(item, WHOLE, known))
  if (open.length === 0) return []
  const files = new Set<string>()
  const at = Date.now()
  for (const [item, built] of await bundleSteps(open, settings.root)) {
    const { file } = item.migration
    const outside =
      built.files.length === 0 ? NOTHING : outsideOf(built, file.path, settings.migrations)
    const code = codeOf(built, outside)
    outside.files.forEach((path) => files.add(path))
    if (isKept(item, code, known)) continue
    const stamp = { code, at, grade: gradeOf(item) }
    const record: StoredRecord = {
      at: new Date(at).toISOString(),
      file: file.file,
      code: built.code,
    }
    writeMemory(join(folder, recordName(keyOf(item), stamp)), record)
  }
  forgetOldest(folder, items)
  return [...files]
}

const NOTHING: OutsideImports = { files: [], packages: [] }

/** Identifies the imported code that the digests of a migration do not cover. */
function codeOf({ imported }: BuiltText, { files, packages }: OutsideImports): string {
  if (files.length + packages.length === 0) return WHOLE
  return createHash('sha256').update(imported).digest('hex').slice(0, 12)
}

/** The names of all records; creates the folder, which shows that records were written. */
function namesIn(folder: string): string[] {
  return orElse(() => {
    mkdirSync(folder, { recursive: true })
    return readdirSync(folder)
  }, [])
}

const keyOf = ({ migration, checksums }: RegistryItem): RecordKey => ({
  version: migration.version,
  checksum: checksums.up,
  downChecksum: checksums.down,
})

const gradeOf = ({ schema }: RegistryItem): Grade => (schema?.schemaDigest ? 'proven' : 'unproven')

/** Whether the newest record has this code, and whether, for a proven migration, one with this code has its schema. */
function isKept(item: RegistryItem, code: string, known: readonly NamedRecord[]): boolean {
  const own = recordsOf(item, known)
  if (own[0]?.code !== code) return false
  return (
    gradeOf(item) === 'unproven' || own.some((one) => one.code === code && one.grade === 'proven')
  )
}

/** The newest first. */
function recordsOf(item: RegistryItem, known: readonly NamedRecord[]): NamedRecord[] {
  const key = keyOf(item)
  const id = versionId(key.version)
  return known.filter((one) => one.id === id && isOfKey(key, one))
}

const presentNames = (own: readonly NamedRecord[]): string[] =>
  own.filter(({ code }) => code === own[0]?.code).map(({ name }) => name)

/** Removes the oldest records, except those of the present migrations with their present code. */
function forgetOldest(folder: string, items: readonly RegistryItem[]): void {
  const names = namesIn(folder)
  if (names.length <= KEPT) return
  const known = readNames(names)
  const present = new Set(items.flatMap((item) => presentNames(recordsOf(item, known))))
  const others = names.filter((name) => !present.has(name))
  if (others.length <= KEPT) return
  const times = new Map(others.map((name) => [name, timeOf(join(folder, name))]))
  others.sort((a, b) => times.get(b)! - times.get(a)!)
  for (const name of others.slice(KEPT)) rmSync(join(folder, name), { force: true })
}

/** Another process may have removed it meanwhile. */
const timeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0
