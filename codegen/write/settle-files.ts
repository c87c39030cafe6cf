// Updates all generated files to their wanted texts, or only reports the differences.
import { existsSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Diagnostic } from '../model/diagnostic.js'
import type { WantedFile } from '../model/generated-file.js'
import type { GeneratedFile } from '../model/result.js'
import type { GenerateSettings } from '../model/settings.js'
import { memoryFile } from '../project/memory-file.js'
import { readQuietly } from '../project/read-quietly.js'
import { settleLeftOver, GENERATED_NAMES } from './left-over.js'
import { settleFile } from './settle-file.js'
import { projectPath } from '../project/project-path.js'
import { conflictIn } from './compare-generated.js'
import { generatedConflict } from './generated-problems.js'

/** The result for the files, and the problems found. */
export interface SettledFiles {
  readonly files: readonly GeneratedFile[]
  /** Whether all wanted files now have exactly the wanted tokens. */
  readonly current: boolean
  readonly diagnostics: readonly Diagnostic[]
}

/** One after the other, so that a folder that cannot be written is reported once for each file and in order. */
export async function settleFiles(
  wanted: readonly WantedFile[],
  settings: GenerateSettings,
  options: { readonly write: boolean },
): Promise<SettledFiles> {
  const settled = []
  for (const one of wanted.filter(isToSettle)) {
    const memory = memoryFile(settings, `formatted-${basename(one.path)}`)
    settled.push({ file: one.file, ...(await settleFile(one, { ...options, memory })) })
  }
  const left = await settleLeftOver(wanted, settings, options)
  return {
    files: [...settled, ...left].map(({ file, state }) => ({ file, state })),
    current: settled.every(({ current }) => current),
    diagnostics: withoutConsequences([...settled, ...left].flatMap((one) => one.diagnostics)),
  }
}

const isToSettle = ({ standIn, path }: WantedFile): boolean => !standIn || !existsSync(path)

/** What a file about the schema says besides the schema follows the migrations: it is no edit where they have changed. */
function withoutConsequences(found: Diagnostic[]): Diagnostic[] {
  const isStale = found.some(({ code }) => code === 'GENERATED_STALE')
  return isStale ? found.filter(({ code }) => code !== 'GENERATED_EDITED') : found
}

/** What is wrong with the files where errors in the migrations keep them from being written: as much as is known. */
export async function judgeFiles(
  wanted: readonly WantedFile[],
  settings: GenerateSettings,
): Promise<Diagnostic[]> {
  const left = await settleLeftOver(wanted, settings, { write: false })
  const found = [...(await judgeLeft(wanted, settings)), ...left.flatMap((one) => one.diagnostics)]
  return withoutConsequences(found)
}

/**
 * What is wrong with the files that are there: those of which it is known what they should be are compared, the others
 * only searched for the markers of a merge. A missing one could not have been written.
 */
async function judgeLeft(
  wanted: readonly WantedFile[],
  { root, out }: GenerateSettings,
): Promise<Diagnostic[]> {
  const found: Diagnostic[] = []
  for (const one of wanted.filter(({ path, standIn }) => existsSync(path) && !standIn))
    found.push(...(await settleFile(one, { write: false })).diagnostics)
  const known = new Set(wanted.flatMap(({ path, standIn }) => (standIn ? [] : [path])))
  const others = GENERATED_NAMES.map((name) => join(out, name)).filter((path) => !known.has(path))
  return [...found, ...others.flatMap((path) => conflictOf(path, projectPath(root, path)))]
}

function conflictOf(path: string, file: string): Diagnostic[] {
  const text = readQuietly(path)
  const offset = conflictIn(text)
  if (offset < 0 || !text.includes('`lockstep gen`')) return []
  return [generatedConflict({ file, line: text.slice(0, offset).split('\n').length, column: 1 })]
}
