// Finds the `_*` files that a migration imports, in the compiler's project or among the files that discovery read.
import { posix } from 'node:path'
import { ScriptKind, type Project, type SourceFile, type ts } from 'ts-morph'
import { isCode } from '../project/file-name.js'
import type { Aliases, Discovery } from '../model/migration.js'
import { Modules, type FindHelper } from './resolve-name.js'

/** The endings that an import may omit. Bundlers try JSX first. */
const ENDINGS = [
  '.tsx',
  '.ts',
  '.mts',
  '.jsx',
  '.js',
  '.mjs',
  '.cjs',
  '.json',
  '/index.ts',
  '/index.js',
]

/**
 * Finds helpers among the files of `discovery`. One that the project has not loaded is added to it, so that many migrations share
 * one syntax tree.
 */
export const helperFinder =
  (project: Project, { helpers, aliases }: Pick<Discovery, 'helpers' | 'aliases'>): FindHelper =>
  (importer, specifier) => {
    const path = pathMeant(importer.fileName, specifier, { known: helpers, aliases })
    if (path === null) return null
    const text = helpers.get(path) ?? ''
    const isRead = /\?/.test(specifier) || !(isCode(path) || path.endsWith('.json'))
    return (isRead ? textFile(project, path, text) : codeFile(project, path, text)).compilerNode
  }

const codeFile = (project: Project, path: string, text: string): SourceFile =>
  project.getSourceFile(path) ?? project.createSourceFile(path, text)

/** A file bundled as text equals that text in JSON. Checkouts may change line endings. */
function textFile(project: Project, path: string, text: string): SourceFile {
  const name = `${path}?`
  const value = JSON.stringify(text.replaceAll('\r\n', '\n'))
  const options = { scriptKind: ScriptKind.JSON }
  return project.getSourceFile(name) ?? project.createSourceFile(name, value, options)
}

/** Finds helpers as earlier builds did, which knew neither JSX, nor texts, nor JSON without its ending. */
export const formerFinder =
  (find: FindHelper): FindHelper =>
  (importer, specifier) => {
    const found = find(importer, specifier)
    const wasKnown = /\.[cm]?[jt]s$/.test(found?.fileName ?? '') || specifier.endsWith('.json')
    return wasKnown ? found : null
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
  const alias = aliases?.paths.get(specifier.replace(/\?.*$/, ''))
  if (alias !== undefined) return known.has(alias) ? alias : null
  if (!specifier.startsWith('.')) return null
  const meant = posix.join(posix.dirname(importer), specifier)
  return candidates(meant).find((candidate) => known.has(candidate)) ?? null
}

/** The paths that an import may mean, in the order in which they are tried. */
const candidates = (path: string): string[] => [
  path,
  path.replace(/\.([mc]?)js$/, '.$1ts'),
  path.replace(/\.jsx?$/, '.tsx'),
  path.replace(/\.jsx$/, '.ts'),
  ...ENDINGS.map((ending) => path + ending),
  // `./_rows.txt?raw`
  path.replace(/\?.*$/, ''),
]
