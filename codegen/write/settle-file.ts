// Updates one generated file to its wanted text, or only reports the difference.
import { fileStart } from '../diagnostics/problem.js'
import { readFile } from 'node:fs/promises'
import type { Diagnostic } from '../model/diagnostic.js'
import type { WantedFile } from '../model/generated-file.js'
import {
  compareGenerated,
  conflictIn,
  isSameGenerated,
  type GeneratedComparison,
} from './compare-generated.js'
import { formatGenerated, type Formatted, type LineEnd } from './format-generated.js'
import * as problems from './generated-problems.js'
import { writeFile } from './write-file.js'

/** The result for the file. */
export interface SettledFile {
  readonly state: 'written' | 'unchanged' | 'stale'
  /** Whether the file now has exactly the wanted tokens. */
  readonly current: boolean
  readonly diagnostics: readonly Diagnostic[]
}

/** Whether the file may be written, and the file that caches its formatted pieces; absent or null for no cache. */
export interface Settling {
  readonly write: boolean
  readonly memory?: string | null
}

/**
 * Writes the file if its tokens differ from the wanted ones, and leaves it alone otherwise. With `write: false` it only reports,
 * and accepts moved positions, because reformatting a migration must not fail CI. Errors of the file system become diagnostics.
 */
export async function settleFile(wanted: WantedFile, options: Settling): Promise<SettledFile> {
  try {
    const onDisk = await readExisting(wanted.path)
    if (onDisk !== null && isForeign(wanted, onDisk))
      return refused(problems.generatedForeign(top(wanted)))
    return await settle(wanted, onDisk, options)
  } catch (error) {
    if (!isSystemError(error)) throw error
    return refused(problems.generatedInaccessible(top(wanted), error.message))
  }
}

/** Formatting is the most expensive part, so it only happens if the unformatted text differs in a way that it might resolve. */
async function settle(
  wanted: WantedFile,
  onDisk: string | null,
  options: Settling,
): Promise<SettledFile> {
  if (isSame(wanted, onDisk, wanted.text)) return UNCHANGED
  if (options.write) return settleFormatted(wanted, onDisk, options)
  const plain = compare(wanted, onDisk, wanted.text)
  // The migrations or the schema in a file do not depend on its style.
  const isSettled = plain?.kind === 'outdated' || plain?.kind === 'stale'
  return isSettled ? judge(wanted, onDisk ?? '', plain) : settleFormatted(wanted, onDisk, options)
}

const isSame = ({ kind = 'registry' }: WantedFile, onDisk: string | null, text: string): boolean =>
  onDisk !== null && (onDisk === text || isSameGenerated(kind, onDisk, text))

const compare = (
  { kind = 'registry' }: WantedFile,
  onDisk: string | null,
  text: string,
): GeneratedComparison | null => (onDisk === null ? null : compareGenerated(kind, onDisk, text))

/** Compares again after formatting: a plugin that sorts imports, for one, may explain the difference. */
async function settleFormatted(
  wanted: WantedFile,
  onDisk: string | null,
  { write, memory = null }: Settling,
): Promise<SettledFile> {
  const formatted = await format(wanted, lineEndOf(onDisk), memory)
  if (isSame(wanted, onDisk, formatted.text)) return UNCHANGED
  if (!write) return judge(wanted, onDisk ?? '', compare(wanted, onDisk, formatted.text))
  await writeFile(wanted.path, formatted.text)
  const { failure } = formatted
  const diagnostics = failure === null ? [] : [problems.formatterFailed(top(wanted), failure)]
  return { state: 'written', current: true, diagnostics }
}

/** The longest page to be formatted, in characters: Prettier takes seconds for the tables of a longer one. */
const LARGEST_PAGE = 150_000

/** SQL and very long pages are written as rendered. */
async function format(
  wanted: WantedFile,
  lineEnd: LineEnd | null,
  memory: string | null,
): Promise<Formatted> {
  const { kind, text: rendered, parts = [rendered], path, root } = wanted
  const isPlain = kind === 'sql' || (kind === 'page' && rendered.length > LARGEST_PAGE)
  if (!isPlain) return formatGenerated(parts, { path, root, memory }, lineEnd)
  const text = lineEnd === 'crlf' ? rendered.replaceAll('\n', '\r\n') : rendered
  return { text, failure: null }
}

const UNCHANGED: SettledFile = { state: 'unchanged', current: true, diagnostics: [] }

function judge(
  wanted: WantedFile,
  onDisk: string,
  comparison: GeneratedComparison | null,
): SettledFile {
  switch (comparison?.kind) {
    case undefined:
      return refused(problems.generatedMissing(top(wanted)))
    case 'same':
    case 'moved':
      return { state: 'unchanged', current: false, diagnostics: [] }
    case 'conflict':
      return refused(problems.generatedConflict(place(wanted, onDisk, conflictIn(onDisk))))
    case 'stale':
      return refused(
        problems.generatedStale(place(wanted, onDisk, comparison.offset), comparison.changes),
      )
    case 'outdated':
      return refused(problems.generatedStale(place(wanted, onDisk, comparison.offset), 'schema'))
    case 'unproven':
      return refused(problems.generatedUnproven(place(wanted, onDisk, comparison.offset)))
    case 'edited':
      return refused(
        problems.generatedEdited(place(wanted, onDisk, comparison.offset), subjectOf(wanted)),
      )
  }
}

const subjectOf = ({ kind = 'registry' }: WantedFile) =>
  kind === 'registry' ? 'migrations' : 'schema'

const refused = (diagnostic: Diagnostic): SettledFile => ({
  state: 'stale',
  current: false,
  diagnostics: [diagnostic],
})

const top = ({ file }: WantedFile) => fileStart(file)

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

/** Every generated file names its generator; a registry without its header is still recognized by its export. */
function isForeign({ kind = 'registry' }: WantedFile, text: string): boolean {
  if (text.trim() === '' || text.includes('`lockstep gen`')) return false
  return kind !== 'registry' || !/^export(?: const |s\.)registry\b/m.test(text)
}

function lineEndOf(text: string | null): LineEnd | null {
  const end = text?.match(/\r?\n/)?.[0]
  if (end === undefined) return null
  return end === '\n' ? 'lf' : 'crlf'
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error && 'code' in error
}
