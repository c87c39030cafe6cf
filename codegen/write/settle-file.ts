// Brings one generated file in line with its wanted text, or only tells how far it is from that.
import { readFile } from 'node:fs/promises'
import type { Diagnostic } from '../model.js'
import { compareRegistries, type Comparison } from './compare-registries.js'
import { formatGenerated, type LineEnd } from './format-generated.js'
import * as problems from './generated-problems.js'
import { writeFile } from './write-file.js'

/** A file as it should be. */
export interface WantedFile {
  /** Absolute. */
  readonly path: string
  /** Relative to the project, for messages. */
  readonly file: string
  /** The project, whose formatter and configuration are used. */
  readonly root: string
  /** Complete, but not yet formatted. */
  readonly text: string
}

/** What became of the file. */
export interface SettledFile {
  readonly state: 'written' | 'unchanged' | 'stale'
  /** Whether the file has now exactly the wanted tokens. */
  readonly current: boolean
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * Writes the file where its tokens differ from the wanted ones, and leaves it alone otherwise. With `write: false` it
 * only judges, and forgives moved positions, because reformatting a migration must not fail a build server. Trouble
 * with the file system is a diagnostic.
 */
export async function settleFile(
  wanted: WantedFile,
  options: { readonly write: boolean },
): Promise<SettledFile> {
  try {
    const onDisk = await readExisting(wanted.path)
    if (onDisk !== null && isForeign(onDisk)) return refused(problems.generatedForeign(top(wanted)))
    return await settle(wanted, onDisk, options)
  } catch (error) {
    if (!isSystemError(error)) throw error
    return refused(problems.generatedInaccessible(top(wanted), error.message))
  }
}

/** Formatting costs most, so it waits until the plain text differs; a plugin that sorts imports may settle it then. */
async function settle(
  wanted: WantedFile,
  onDisk: string | null,
  { write }: { readonly write: boolean },
): Promise<SettledFile> {
  if (onDisk !== null && compareRegistries(onDisk, wanted.text).kind === 'same') return UNCHANGED
  const formatted = await formatGenerated(wanted.text, wanted, lineEndOf(onDisk))
  const comparison = onDisk === null ? null : compareRegistries(onDisk, formatted.text)
  if (comparison?.kind === 'same') return UNCHANGED
  if (!write) return judge(wanted, onDisk ?? '', comparison)
  await writeFile(wanted.path, formatted.text)
  const { failure } = formatted
  const diagnostics = failure === null ? [] : [problems.formatterFailed(top(wanted), failure)]
  return { state: 'written', current: true, diagnostics }
}

const UNCHANGED: SettledFile = { state: 'unchanged', current: true, diagnostics: [] }

function judge(wanted: WantedFile, onDisk: string, comparison: Comparison | null): SettledFile {
  switch (comparison?.kind) {
    case undefined:
      return refused(problems.generatedMissing(top(wanted)))
    case 'same':
    case 'moved':
      return { state: 'unchanged', current: false, diagnostics: [] }
    case 'conflict':
      return refused(problems.generatedConflict(place(wanted, onDisk, onDisk.search(/^<{7}/m))))
    case 'stale':
      return refused(
        problems.generatedStale(place(wanted, onDisk, comparison.offset), comparison.changes),
      )
    case 'edited':
      return refused(problems.generatedEdited(place(wanted, onDisk, comparison.offset)))
  }
}

const refused = (diagnostic: Diagnostic): SettledFile => ({
  state: 'stale',
  current: false,
  diagnostics: [diagnostic],
})

const top = ({ file }: WantedFile) => ({ file, line: 1, column: 1 })

function place({ file }: WantedFile, text: string, offset: number) {
  const before = text.slice(0, offset)
  const line = before.split('\n').length
  return { file, line, column: offset - before.lastIndexOf('\n') }
}

async function readExisting(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (isSystemError(error) && error.code === 'ENOENT') return null
    throw error
  }
}

/** Every generated file names its generator, and one that a person shortened still exports a registry. */
function isForeign(text: string): boolean {
  return (
    text.trim() !== '' &&
    !text.includes('`lockstep gen`') &&
    !/^export const registry\b/m.test(text)
  )
}

function lineEndOf(text: string | null): LineEnd | null {
  const end = text?.match(/\r?\n/)?.[0]
  if (end === undefined) return null
  return end === '\n' ? 'lf' : 'crlf'
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error && 'code' in error
}
