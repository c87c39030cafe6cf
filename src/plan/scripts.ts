// Converts the two sides of a migration, as given by the registry's source, into one form.
import { LockstepError } from '../errors/lockstep-error.js'
import { registryInvalid } from '../errors/usage.js'
import type { Script, Step } from '../model/migration.js'
import type { Direction } from '../model/report.js'
import type { BatchedSource, MigrationSource, RegistryEntry } from '../model/registry.js'
import type { Where } from '../model/told-step.js'

/** One side: a function to call on its owner, or scripts to run in order; undefined if there is none. */
export type Side<H> =
  | { readonly code: Step<H>; readonly owner: MigrationSource<H> | BatchedSource<H> }
  | { readonly scripts: readonly string[] }

/** Reads one side of a migration, instantiating a class. Undefined for anything that can neither be called nor run as SQL. */
export function sideOf<H>(entry: RegistryEntry<H>, direction: Direction): Side<H> | undefined {
  const owner = typeof entry.source === 'function' ? new entry.source() : entry.source
  const side = owner[direction]
  // Declared batches are run by the entry's `resumable`.
  if ('batches' in owner && direction === 'up') return { code: () => {}, owner }
  if (typeof side === 'function') return { code: side, owner }
  const scripts = textsOf(side)
  return scripts && { scripts }
}

/** The scripts of a side; null if it is code, or missing. */
export function scriptsIn<H>(
  entry: RegistryEntry<H>,
  direction: Direction,
): readonly string[] | null {
  const side = sideOf(entry, direction)
  return side && 'scripts' in side ? side.scripts : null
}

/** The text of the code of a side; null if it is SQL, or missing. */
export function codeIn<H>(entry: RegistryEntry<H>, direction: Direction): string | null {
  const side = sideOf(entry, direction)
  return side && 'code' in side ? String(side.code) : null
}

/** Reads a side that has to run. Throws `REGISTRY_INVALID` if there is none: it is never run as a no-op. */
export function sideToRun<H>(entry: RegistryEntry<H>, direction: Direction): Side<H> {
  const side = sideOf(entry, direction)
  if (side) return side
  throw new LockstepError(registryInvalid(entry.version - 1, whereOf(entry, direction)))
}

/** Undefined for anything that is no script: a module may lack what its entry promises. */
function textsOf(script: Script | undefined): readonly string[] | undefined {
  const parts: readonly unknown[] = Array.isArray(script) ? script : [script]
  const texts = parts.map((part) =>
    typeof part === 'string' ? part : (Object(part) as { text?: unknown }).text,
  )
  return texts.every((text) => typeof text === 'string') ? texts : undefined
}

/** What is known about a migration whose code may be gone. */
export type KnownEntry = Pick<RegistryEntry<unknown>, 'version' | 'name' | 'file'> &
  Partial<
    Pick<RegistryEntry<unknown>, 'downFile' | 'transaction' | 'foreignKeys' | 'resumable' | 'needs'>
  >

/** How messages refer to one side of a migration: what it is, and where it is written. */
export const whereOf = (entry: KnownEntry, direction: Direction): Where => ({
  version: entry.version,
  name: entry.name,
  direction,
  file: (direction === 'down' && entry.downFile) || entry.file,
  // A step in batches is undone like any other.
  outside: entry.transaction === false && !(direction === 'down' && entry.resumable),
  enforced: entry.foreignKeys === 'enforce',
  ...(direction === 'up' && entry.resumable && { resumes: true }),
})

/**
 * The position in its file of a place in a script: `file:line:column`; without known positions, the file and the line within the
 * script.
 */
export function placeOf<H>(
  entry: RegistryEntry<H>,
  direction: Direction,
  script: number,
  { text, offset }: { readonly text: string; readonly offset: number },
): string {
  const { file } = whereOf(entry, direction)
  const lines = text.slice(0, offset).split('\n')
  const line = lines.length
  const column = (lines[line - 1]?.length ?? 0) + 1
  const at = entry.at?.[direction]?.[script]
  if (at === undefined) return `${file}, line ${line} of its SQL`
  const [, other, startLine, startColumn] = /^(?:(.*):)?(\d+):(\d+)$/.exec(at) ?? []
  return `${other ?? file}:${Number(startLine) + line - 1}:${line === 1 ? Number(startColumn) + column - 1 : column}`
}
