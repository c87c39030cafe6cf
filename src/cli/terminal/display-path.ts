// Formats paths for people.
import { isAbsolute, relative, sep } from 'node:path'
import { forwardSlashes } from '../../../codegen/project/project-path.js'

/** A path relative to the current folder if it is inside, otherwise absolute; with `/`. */
export function displayPath(path: string, cwd: string): string {
  const steps = relative(cwd, path)
  const outside = steps.split(sep)[0] === '..' || isAbsolute(steps)
  return forwardSlashes(outside ? path : steps || '.')
}
