// Takes the CommonJS files of the folder for the ES modules that they could be, so that every reader knows one kind. Pure.
import { posix } from 'node:path'
import type { Discovery, MigrationFile } from '../model/migration.js'
import { asModule, isModule, moduleBy } from './common-js.js'

/**
 * The same discovery where no migration is CommonJS; those that only look like it are marked as the ES modules that they are.
 * Helpers that an ES module imports are read as its bundler takes them.
 */
export function asModules(discovery: Discovery): Discovery {
  const type = discovery.package?.type
  const below = new Map<string, readonly number[]>()
  const written = (path: string, text: string): string => {
    const made = asModule(path, text, type)
    below.set(path, made.below)
    return made.text
  }
  const files = discovery.files.map((file) => scriptAsModule(file, type, written))
  if (!files.some(({ commonJs }) => commonJs)) return { ...discovery, files }
  const kept = importedByModules(discovery)
  const helpers = [...discovery.helpers].map(
    ([path, text]) => [path, kept.has(stemOf(path)) ? text : written(path, text)] as const,
  )
  return { ...discovery, files, helpers: new Map(helpers), below }
}

function scriptAsModule(
  file: MigrationFile,
  type: unknown,
  written: (path: string, text: string) => string,
): MigrationFile {
  if (file.kind !== 'script') return file
  const by = moduleBy(file.path, type)
  if (by) return { ...file, moduleBy: by }
  const text = written(file.path, file.text)
  return text === file.text ? file : { ...file, text, commonJs: true }
}

function importedByModules({ files, helpers, package: own }: Discovery): ReadonlySet<string> {
  const all = [...files.map(({ path, text }) => [path, text] as const), ...helpers]
  const modules = all.filter(([path, text]) => isModule(path, text, own?.type))
  return new Set(
    modules.flatMap(([, text]) => [...text.matchAll(NAMED)].map(([, name]) => stemOf(name!))),
  )
}

const NAMED = /\b(?:from|import)\s*['"](\.[^'"\n]+)['"]/g

const stemOf = (path: string): string => posix.basename(path).replace(/\.[cm]?[jt]sx?$/, '')
