// Finds the modules of Node that a file reaches through the files it imports. Pure.
import type { Bundle, BundledImport } from '../bundle/build-module.js'
import { packageFile } from '../project/lockstep-package.js'
import { isInside } from '../project/repository-root.js'
import { dirname, join, relative } from 'node:path'

/** A module of Node, and the file that the way to it begins with. */
export interface Leak {
  readonly module: string
  /** Absolute. */
  readonly through: string
}

/**
 * One for each module; what the file itself imports is left out, or a helper beside it whose name begins with `_`, and so is
 * Lockstep's own code.
 */
export function builtinLeaks(
  file: string,
  imports: Bundle['imports'],
  isBuiltin: (specifier: string) => boolean,
): Leak[] {
  const found = new Map<string, Leak>()
  const seen = new Set<string>([file])
  const walk = (from: readonly BundledImport[], through: string): void => {
    for (const { path, external } of from) {
      if (external) {
        if (isBuiltin(path) && !found.has(path)) found.set(path, { module: path, through })
      } else if (!seen.has(path)) {
        seen.add(path)
        walk(imports.get(path) ?? [], through)
      }
    }
  }
  const enter = (from: string): void => {
    for (const { external, path } of imports.get(from) ?? []) {
      if (external || isOurs(path) || seen.has(path)) continue
      seen.add(path)
      if (isHelper(path, file)) enter(path)
      else walk(imports.get(path) ?? [], path)
    }
  }
  enter(file)
  return [...found.values()]
}

/** Whether a file, or its folder, begins with `_` beside the migration: it is judged as that is. */
const isHelper = (path: string, migration: string): boolean =>
  relative(dirname(migration), path).startsWith('_')

/** Whether a file is part of Lockstep; the project that Lockstep is developed in has files beside it. */
export const isOurs = (path: string): boolean =>
  ['src', 'codegen', 'dist'].some((folder) => isInside(path, join(dirname(packageFile()), folder)))
