// Finds the Node modules that a file reaches through the files it imports. Pure.
import type { Bundle, BundledImport } from '../bundle/build-module.js'
import { packageFile } from '../project/lockstep-package.js'
import { isInside } from '../project/repository-root.js'
import { dirname, join, relative } from 'node:path'

/** A Node module, and the imported file through which it is reached. */
export interface Leak {
  readonly module: string
  /** Absolute. */
  readonly through: string
}

/**
 * One leak per module. Left out are imports of the file itself, those of helpers next to it whose names start with `_`, and Lockstep's own
 * code.
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

/** Whether a file next to the migration, or its folder, starts with `_`: it is treated like the migration itself. */
const isHelper = (path: string, migration: string): boolean =>
  relative(dirname(migration), path).startsWith('_')

/** Whether a file is part of Lockstep; in Lockstep's own repository, other files are next to it. */
export const isOurs = (path: string): boolean =>
  ['src', 'codegen', 'dist'].some((folder) => isInside(path, join(dirname(packageFile()), folder)))
