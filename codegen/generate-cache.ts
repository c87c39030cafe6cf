// Caches under `node_modules/.cache` that nothing needs to be generated. Losing the cache costs time, never correctness.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { placedPath, projectPath } from './project/project-path.js'
import type { ScaledStep } from './model/scaled-step.js'
import type { Diagnostic } from './model/diagnostic.js'
import type { Made } from './model/result.js'
import type { GenerateSettings } from './model/settings.js'
import {
  fingerprint,
  folderInput,
  inputDigest,
  isFolder,
  isVariable,
} from './project/fingerprint.js'
import { memoryFile, readMemory, writeMemory } from './project/memory-file.js'
import { recordFolder } from './records/record-folder.js'

/** The result of a generation that ended without errors and with every generated file up to date. */
export interface Remembered {
  /** Warnings, so that an unchanged run shows them again. */
  readonly diagnostics: readonly Diagnostic[]
  readonly migrations: number
  readonly head: number
  /** The generated files, relative to the project. */
  readonly files: readonly string[]
  /** The files of drafts that were left out. */
  readonly drafts: readonly string[]
  /** Whether the migrations were replayed; if so, it also holds for callers that do not ask for that. */
  readonly replayed: boolean
  readonly made: Made
  /** How long steps take on more rows, if that was requested. */
  readonly scaled?: readonly ScaledStep[] | undefined
}

/** The cache for one pair of folders. */
export interface GenerateCache {
  /** The result for exactly the current state of all files, or null. */
  recall(): Remembered | null
  /**
   * Stores a result for the state in which the cache was opened, so that files changed meanwhile are noticed the next time.
   * `watched` are further files that the result depends on, absolute, and variables; they may be missing. Does nothing if there
   * is no `node_modules` folder or it cannot be written.
   */
  remember(result: Remembered, watched: readonly string[]): void
}

interface Stored extends Remembered {
  readonly key: string
  /** Path relative to the project, or variable → digest, or null for what must stay missing. */
  readonly watched: Readonly<Record<string, string | null>>
  /** Whether the migrations have records: if somebody has removed them, generating writes them again. */
  readonly recorded: boolean
}

const KIND = 'generate'

/** Reads and digests the current state, once, and returns the cache for it. */
export function openGenerateCache(settings: GenerateSettings): GenerateCache {
  const file = memoryFile(settings, KIND)
  const key = file && fingerprint(settings)
  if (file === null || key === null) return { recall: () => null, remember: () => {} }
  return {
    recall: () => {
      const stored = readStored(file)
      if (!stored || stored.key !== key || (settings.replay && !stored.replayed)) return null
      if (settings.scaled && !stored.scaled) return null
      if (stored.recorded && !isRecorded(settings)) return null
      if (stored.drafts.length > 0 && settings.drafts !== 'left out') return null
      return isUnchanged(settings.root, stored) ? stored : null
    },
    remember: (result, watched) => {
      const paths = [...watched, ...result.files.map((name) => join(settings.root, name))]
      const digests = paths.map((path) => [placed(settings.root, path), inputDigest(path)])
      const recorded = isRecorded(settings)
      writeMemory(file, { ...result, key, watched: Object.fromEntries(digests), recorded })
    },
  }
}

/** The stored form of a path: relative, so that a copy of the project does not look at this one. */
function placed(root: string, input: string): string {
  if (isVariable(input)) return input
  const path = projectPath(root, input)
  return isFolder(input) ? folderInput(path) : path
}

function readStored(file: string): Stored | null {
  const stored = readMemory(file)
  return isStored(stored) ? stored : null
}

/** Another version of Lockstep may have written something else. */
function isStored(value: unknown): value is Stored {
  if (typeof value !== 'object' || value === null) return false
  const { key, watched, diagnostics, drafts, files, migrations, head } = value as Partial<Stored>
  return (
    typeof key === 'string' &&
    typeof watched === 'object' &&
    watched !== null &&
    Array.isArray(diagnostics) &&
    Array.isArray(drafts) &&
    Array.isArray(files) &&
    typeof migrations === 'number' &&
    typeof head === 'number'
  )
}

function isRecorded(settings: GenerateSettings): boolean {
  const folder = recordFolder(settings)
  return folder !== null && existsSync(folder)
}

function isUnchanged(root: string, { watched }: Stored): boolean {
  return Object.entries(watched).every(
    ([path, digest]) => inputDigest(isVariable(path) ? path : placedPath(root, path)) === digest,
  )
}
