// Finds what a migration imports and its checksum is not about: code of the application, packages, modules of Node.
import { realpathSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { relative, sep } from 'node:path'
import { isOwnFile } from '../project/lockstep-package.js'
import { isInside } from '../project/repository-root.js'
import type { GenerateSettings } from '../model/settings.js'

/** What can change what a migration does without changing its checksum. */
export interface OutsideImports {
  /** Absolute, without links. */
  readonly files: readonly string[]
  /** What is installed, and what of Node reads files; without the client. */
  readonly packages: readonly string[]
}

/** By itself and through others; nothing where it does not build, which replay tells. */
export async function outsideImports(
  file: string,
  { root, migrations }: Pick<GenerateSettings, 'root' | 'migrations'>,
): Promise<OutsideImports> {
  const { tryBuild } = await import('./build-module.js')
  const built = await tryBuild({ file, root, doors: 'lent' })
  if (built.failure) return { files: [], packages: [] }
  const externals = [...built.imports.values()]
    .flat()
    .flatMap(({ path, external }) => (external ? [path] : []))
  return outsideOf({ files: built.inputs, externals }, file, migrations)
}

/** What of these imports of a file its checksum is not about. */
export function outsideOf(
  {
    files,
    externals,
  }: { readonly files: readonly string[]; readonly externals: readonly string[] },
  file: string,
  migrations: string,
): OutsideImports {
  const folder = realpathSync(migrations)
  const entry = realpathSync(file)
  const isOutside = (path: string): boolean =>
    path !== entry && !isOwnFile(path) && !isHelper(path, folder)
  const packages = new Set(externals.filter(isVariable))
  return { files: files.filter(isOutside), packages: [...packages].sort() }
}

/** The client answers for itself; of Node's modules only those give other answers that read files. */
const isVariable = (name: string): boolean =>
  isBuiltin(name) ? /^(node:)?fs(\/|$)/.test(name) : name !== 'better-sqlite3'

/** Helpers beside the migrations are part of the checksum. */
const isHelper = (path: string, folder: string): boolean =>
  isInside(path, folder) &&
  relative(folder, path)
    .split(sep)
    .some((part) => part.startsWith('_'))
