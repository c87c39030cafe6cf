// Finds the imports of a migration that its checksum does not cover: application code, packages, Node modules.
import { realpathSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { relative, sep } from 'node:path'
import { isOwnFile } from '../project/lockstep-package.js'
import { isInside } from '../project/repository-root.js'
import type { GenerateSettings } from '../model/settings.js'

/** Everything that can change what a migration does without changing its checksum. */
export interface OutsideImports {
  /** Absolute, without links. */
  readonly files: readonly string[]
  /** Installed packages, and Node modules that read files; without the client. */
  readonly packages: readonly string[]
}

/** Direct and indirect imports; none if it does not build, which replay reports. */
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

/** The imports of a file that its checksum does not cover. */
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

/** The client is checked separately; only Node modules that read files vary. */
const isVariable = (name: string): boolean =>
  isBuiltin(name) ? /^(node:)?fs(\/|$)/.test(name) : name !== 'better-sqlite3'

/** Helpers next to the migrations are part of the checksum. */
const isHelper = (path: string, folder: string): boolean =>
  isInside(path, folder) &&
  relative(folder, path)
    .split(sep)
    .some((part) => part.startsWith('_'))
