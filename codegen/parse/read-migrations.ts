// The second step of the build: reads the migrations out of the discovered files without executing any of them.
import { compareVersions, type VersionOfFile } from '../discover/compare-versions.js'
import type { Discovery, MigrationFile, ParsedMigration, Reading } from '../model/migration.js'
import { changesElsewhere } from './changes-elsewhere.js'
import { openSources, type Sources } from './open-sources.js'
import { blankFile, firstLine } from './read-migration.js'
import { readScript } from './read-script.js'
import { readSql } from './read-sql.js'
import { tooDeep } from './reading-problems.js'
import { posix } from 'node:path'
import { asModule, isModule, moduleBy } from './common-js.js'

/**
 * Reads every file of the folder, in any form. All problems are collected in one run; a migration that has any is marked
 * `unreadable`. Never throws because of the content of a file. In an SQL pair the `.down.sql` file is read with the `.up.sql`
 * file; one without its `.up.sql` has been reported by discovery and is not read.
 */
export function readMigrations(found: Discovery): Reading {
  const discovery = asModules(found)
  const sources = openSources(discovery)
  const migrations = discovery.files.flatMap((file) => readFile(file, discovery, sources))
  migrations.sort((a, b) => compareVersions(placeOf(a), placeOf(b)))
  for (const problem of changesElsewhere(migrations, discovery, sources))
    sources.reader.report(problem)
  // Problems in values that several migrations use are reported for each of them.
  const diagnostics = [...new Set([...discovery.diagnostics, ...sources.reader.problems])]
  return { discovery, migrations, diagnostics }
}

const placeOf = ({ version, file }: ParsedMigration): VersionOfFile => ({
  version,
  file: file.file,
})

function readFile(file: MigrationFile, { files }: Discovery, sources: Sources): ParsedMigration[] {
  if (file.kind === 'script') return readParsed(file, sources)
  if (file.kind === 'sql-down') return []
  const downFile = file.kind === 'sql-up' ? downFileOf(file, files) : undefined
  return [readSql(file, downFile, sources.reader)]
}

function readParsed(file: MigrationFile, { parsed, reader }: Sources): ParsedMigration[] {
  const source = parsed.get(file.path)
  if (!source) return [blankFile(file)]
  try {
    return readScript(file, source, reader)
  } catch (error) {
    // Expressions are descended into by recursion, as deep as they are nested.
    if (!(error instanceof RangeError)) throw error
    reader.report(tooDeep(firstLine(file)))
    return [blankFile(file)]
  }
}

/** The `.down.sql` file of the same name, or else the one of the same version that has no other partner. */
function downFileOf(up: MigrationFile, files: readonly MigrationFile[]): MigrationFile | undefined {
  const same = files.filter(({ from }) => from === up.from)
  const downs = same.filter(({ kind }) => kind === 'sql-down')
  const taken = new Set(same.filter(({ kind }) => kind === 'sql-up').map(({ name }) => name))
  return downs.find(({ name }) => name === up.name) ?? downs.find(({ name }) => !taken.has(name))
}

/**
 * The same discovery without CommonJS migrations; those that only look like CommonJS are marked as ES modules. Helpers that an ES
 * module imports are read as its bundler does.
 */
function asModules(discovery: Discovery): Discovery {
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
