// The two sides of a migration, as the registry's source gives them, in one form.
import type { Script, Step } from '../model/migration.js'
import type { Direction } from '../model/report.js'
import type { MigrationSource, RegistryEntry } from '../model/registry.js'
import type { Where } from '../model/told-step.js'

/** One side: a function to call on its owner, or scripts to run in order; undefined when there is none. */
export type Side<H> =
  | { readonly code: Step<H>; readonly owner: MigrationSource<H> }
  | { readonly scripts: readonly string[] }

/** Reads one side of a migration; makes the object of a class. */
export function sideOf<H>(entry: RegistryEntry<H>, direction: Direction): Side<H> | undefined {
  const owner = typeof entry.source === 'function' ? new entry.source() : entry.source
  const side = owner[direction]
  if (side === undefined) return undefined
  return typeof side === 'function' ? { code: side, owner } : { scripts: textsOf(side) }
}

function textsOf(script: Script): readonly string[] {
  const parts = Array.isArray(script)
    ? (script as readonly (string | { text: string })[])
    : [script as string]
  return parts.map((part) => (typeof part === 'string' ? part : part.text))
}

/** What messages say of one side of a migration: what it is, and where it is written. */
export const whereOf = <H>(entry: RegistryEntry<H>, direction: Direction): Where => ({
  version: entry.version,
  name: entry.name,
  direction,
  file: (direction === 'down' && entry.downFile) || entry.file,
  outside: entry.transaction === false,
  enforced: entry.foreignKeys === 'enforce',
})

/**
 * Where a place in a script stands in its file: `file:line:column`; without known positions, the file and the line
 * within the script.
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
