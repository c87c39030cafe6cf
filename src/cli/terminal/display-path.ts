// How paths are shown to a person.
import { isAbsolute, relative, sep } from 'node:path'
import { forwardSlashes } from '../../../codegen/project/project-path.js'

/** A path relative to the folder the command was called in where it lies inside, else absolute; with `/`. */
export function displayPath(path: string, cwd: string): string {
  const steps = relative(cwd, path)
  const outside = steps.split(sep)[0] === '..' || isAbsolute(steps)
  return forwardSlashes(outside ? path : steps || '.')
}
