// Detects the language for the generated registry and new migrations if the configuration does not set it.
import { existsSync, readdirSync, type Dirent } from 'node:fs'
import { join } from 'node:path'

/** Where to look for a project's language. */
export interface LanguageSigns {
  readonly root: string
  readonly configFile: string | null
  /** The folder of the migrations; it need not exist. */
  readonly migrations: string
  /** The folder of the generated files; it need not exist. */
  readonly out: string
}

/**
 * TypeScript if the configuration is, if there is a tsconfig.json, or if a migration is, which a registry in JavaScript could not
 * import; also if a registry in TypeScript has been generated. JavaScript if nothing but that is found. TypeScript if nothing is
 * found.
 */
export function languageOf(signs: LanguageSigns): 'ts' | 'js' {
  const { root, configFile, migrations, out } = signs
  const config = configFile ?? ''
  if (/\.m?ts$/.test(config) || existsSync(join(root, 'tsconfig.json'))) return 'ts'
  const names = filesBelow(migrations, 0)
  if (names.some((name) => /^(?:migration_)?\d.*\.[cm]?ts$/.test(name))) return 'ts'
  if (existsSync(join(out, 'registry.ts'))) return 'ts'
  return [config, ...names].some((name) => JAVASCRIPT.test(name)) || isJavaScript(root)
    ? 'js'
    : 'ts'
}

/**
 * No tsconfig.json, and no TypeScript in the root or in src/; and JavaScript there, or more of it in the folders below.
 * `otherwise` is the result for a folder without either.
 */
export function isJavaScript(root: string, otherwise: 'ts' | 'js' = 'ts'): boolean {
  if (existsSync(join(root, 'tsconfig.json'))) return false
  const near = [...filesBelow(root, 0), ...filesBelow(join(root, 'src'), 0)]
  if (near.some((name) => TYPESCRIPT.test(name))) return false
  const all = filesBelow(root, DEPTH)
  const typed = all.filter((name) => TYPESCRIPT.test(name)).length
  const plain = all.filter((name) => JAVASCRIPT.test(name)).length
  return plain > typed || (plain + typed === 0 && otherwise === 'js')
}

const JAVASCRIPT = /\.[cm]?jsx?$/
const TYPESCRIPT = /(?<!\.d)\.[cm]?tsx?$/

/** How many levels of folders to search: deeper sources always have others above them. */
const DEPTH = 3

/** The names of the files in a folder and in those below it that may hold sources. Empty for an unreadable folder. */
function filesBelow(folder: string, depth: number): string[] {
  let entries: Dirent[]
  try {
    entries = readdirSync(folder, { withFileTypes: true })
  } catch {
    return []
  }
  return entries.flatMap((entry) => {
    if (!entry.isDirectory()) return [entry.name]
    return depth === 0 || NO_SOURCES.test(entry.name)
      ? []
      : filesBelow(join(folder, entry.name), depth - 1)
  })
}

const NO_SOURCES = /^(?:\..*|node_modules|build|coverage|dist|out|vendor)$/
