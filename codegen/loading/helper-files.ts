// Finds the `_*` files that a migration imports, in the compiler's project or in what discovery read.
import { posix } from 'node:path'
import type { Project, ts } from 'ts-morph'
import type { Aliases, Discovery } from '../model/migration.js'
import { Modules, type FindHelper } from './resolve-name.js'

/** What an import may leave out. */
const ENDINGS = ['.ts', '.mts', '.js', '.mjs', '/index.ts', '/index.js']

/**
 * Looks for the helpers that `discovery` has found. One that the project has not loaded is added to it, so that many
 * migrations share one syntax tree.
 */
export const helperFinder =
  (project: Project, { helpers, aliases }: Pick<Discovery, 'helpers' | 'aliases'>): FindHelper =>
  (importer, specifier) => {
    const path = pathMeant(importer.fileName, specifier, { known: helpers, aliases })
    if (path === null) return null
    const loaded = project.getSourceFile(path) ?? project.createSourceFile(path, helpers.get(path))
    return loaded.compilerNode
  }

/** Modules that can reach these files alone, by path. */
export const modulesOf = (
  files: ReadonlyMap<string, ts.SourceFile>,
  aliases: Aliases | undefined,
): Modules =>
  new Modules((importer, specifier) => {
    const path = pathMeant(importer.fileName, specifier, { known: files, aliases })
    return (path !== null && files.get(path)) || null
  }, 'present')

/** The files that imports may mean. */
export interface Reachable {
  readonly known: { has(path: string): boolean }
  readonly aliases: Aliases | undefined
}

/** The first of the known paths that an import may mean. */
export function pathMeant(
  importer: string,
  specifier: string,
  { known, aliases }: Reachable,
): string | null {
  const alias = aliases?.paths.get(specifier)
  if (alias !== undefined) return known.has(alias) ? alias : null
  if (!specifier.startsWith('.')) return null
  const meant = posix.join(posix.dirname(importer), specifier)
  return candidates(meant).find((candidate) => known.has(candidate)) ?? null
}

/** The paths that an import may mean, in the order in which they are tried. */
const candidates = (path: string): string[] => [
  path,
  path.replace(/\.([mc]?)js$/, '.$1ts'),
  ...ENDINGS.map((ending) => path + ending),
]
