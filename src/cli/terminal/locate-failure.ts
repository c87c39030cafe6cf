// Finds the line of a migration that caused an error, and shows it.
import { resolve, sep } from 'node:path'
import { codeFrame, type CodeFrame } from '../../../codegen/diagnostics/code-frame.js'
import { projectPath } from '../../../codegen/project/project-path.js'
import { stackPlaces } from '../../../codegen/project/stack-places.js'
import { isLockstepError } from '../../errors/lockstep-error.js'
import { causesOf, stackOf } from './describe-error.js'
import { readQuietly } from '../../../codegen/project/read-quietly.js'

/** Absolute paths; printed paths are relative to `root`. */
export interface Folders {
  readonly root: string
  readonly migrations: string
}

/** A place in a file of the project, and its line of code. */
export interface Located {
  readonly place: { readonly file: string; readonly line: number; readonly column: number }
  readonly frame?: CodeFrame
}

/**
 * Where an error was caused: the place that it names, for SQL; otherwise the first line in its stack, or its causes' stacks,
 * within the migrations folder. Null if there is neither.
 */
export function locateFailure(error: unknown, folders: Folders): Located | null {
  const place = namedPlace(error, folders) ?? thrownPlace(error, folders)
  if (!place) return null
  const { path, line, column } = place
  const frame = codeFrame(readQuietly(path), line, column)
  const shown = { file: projectPath(folders.root, path), line, column }
  return { place: shown, ...(frame && { frame }) }
}

interface Place {
  readonly path: string
  readonly line: number
  readonly column: number
}

const PLACE = /^(.+):(\d+):(\d+)$/

function namedPlace(error: unknown, { root }: Folders): Place | null {
  if (!isLockstepError(error)) return null
  const [, file, line, column] = PLACE.exec(String(error.facts['place'])) ?? []
  if (!file) return null
  return { path: resolve(root, file), line: Number(line), column: Number(column) }
}

/** The innermost cause is the most precise. */
function thrownPlace(error: unknown, { migrations }: Folders): Place | null {
  for (const cause of causesOf(error).reverse()) {
    const found = stackPlaces(stackOf(cause)).find(({ file }) => file.startsWith(migrations + sep))
    if (found) return { path: found.file, line: found.line, column: found.column }
  }
  return null
}
