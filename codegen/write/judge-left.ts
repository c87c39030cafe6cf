// Judges generated files that cannot be generated at the moment, because something is wrong with the migrations. Never writes.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { projectPath } from '../project/project-path.js'
import type { Diagnostic } from '../model/diagnostic.js'
import type { GenerateSettings } from '../model/settings.js'
import { conflictIn } from './compare-generated.js'
import { generatedConflict } from './generated-problems.js'
import { GENERATED_NAMES, readQuietly } from './left-over.js'
import { type WantedFile } from '../model/generated-file.js'
import { settleFile } from './settle-file.js'

/**
 * What is wrong with the files that are there: those of which it is known what they should be are compared, the others
 * only searched for the markers of a merge. A missing one could not have been written.
 */
export async function judgeLeft(
  wanted: readonly WantedFile[],
  { root, out }: GenerateSettings,
): Promise<Diagnostic[]> {
  const found: Diagnostic[] = []
  for (const one of wanted.filter(({ path }) => existsSync(path)))
    found.push(...(await settleFile(one, { write: false })).diagnostics)
  const known = new Set(wanted.map(({ path }) => path))
  const others = GENERATED_NAMES.map((name) => join(out, name)).filter((path) => !known.has(path))
  return [...found, ...others.flatMap((path) => conflictOf(path, projectPath(root, path)))]
}

function conflictOf(path: string, file: string): Diagnostic[] {
  const text = readQuietly(path)
  const offset = conflictIn(text)
  if (offset < 0 || !text.includes('`lockstep gen`')) return []
  return [generatedConflict({ file, line: text.slice(0, offset).split('\n').length, column: 1 })]
}
