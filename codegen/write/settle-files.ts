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

/** Settles the files one after another, so that findings such as a read-only folder come in a fixed order. */
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

/** Drops `GENERATED_EDITED` if migrations have changed: the other texts in schema files follow them and are no edits. */
function withoutConsequences(found: Diagnostic[]): Diagnostic[] {
  const isStale = found.some(({ code }) => code === 'GENERATED_STALE')
  return isStale ? found.filter(({ code }) => code !== 'GENERATED_EDITED') : found
}

/** The findings about generated files if errors in the migrations prevent writing them, as far as they can be judged. */
export async function judgeFiles(
  wanted: readonly WantedFile[],
  settings: GenerateSettings,
): Promise<Diagnostic[]> {
  const left = await settleLeftOver(wanted, settings, { write: false })
  const found = [...(await judgeLeft(wanted, settings)), ...left.flatMap((one) => one.diagnostics)]
  return withoutConsequences(found)
}

/**
 * The findings about the existing files: those whose wanted text is known are compared, the others only searched for conflict
 * markers. A missing file is not reported, since it could not have been written.
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
