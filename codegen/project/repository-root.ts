// Finds the boundary of the project: settings of tools above it belong to the machine, not to the project.
import { existsSync } from 'node:fs'
import { dirname, isAbsolute, join, relative, sep } from 'node:path'

/** The nearest folder with a `.git` from `root` upwards, or `root` itself if there is none. */
export function repositoryRoot(root: string): string {
  for (let folder = root; ; folder = dirname(folder)) {
    if (existsSync(join(folder, '.git'))) return folder
    if (folder === dirname(folder)) return root
  }
}

/** The folders from `start` up to `border`, both included; only `start` when it lies outside of `border`. */
export function foldersUpTo(start: string, border: string): string[] {
  const folders = [start]
  if (!isInside(start, border)) return folders
  while (folders.at(-1) !== border) folders.push(dirname(folders.at(-1)!))
  return folders
}

/** The nearest file of a name from `start` up to the boundary of the project in `root`, and the nearer paths without one. */
export function nearestFile(
  name: string,
  start: string,
  root: string,
): { readonly file: string | null; readonly above: readonly string[] } {
  const candidates = foldersUpTo(start, repositoryRoot(root)).map((folder) => join(folder, name))
  const index = candidates.findIndex((path) => existsSync(path))
  return index < 0
    ? { file: null, above: candidates }
    : { file: candidates[index]!, above: candidates.slice(0, index) }
}

/** Whether a path is `folder` or below it. */
export function isInside(path: string, folder: string): boolean {
  const steps = relative(folder, path)
  return steps.split(sep)[0] !== '..' && !isAbsolute(steps)
}
