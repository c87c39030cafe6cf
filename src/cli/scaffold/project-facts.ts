// Detects the kind of project, as far as setting it up depends on that.
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, sep } from 'node:path'
import { packageInvalid, usageInvalid } from '../../errors/command-line.js'
import { LockstepError } from '../../errors/lockstep-error.js'
import { isJavaScript } from '../settings/language-of.js'
import { displayPath } from '../terminal/display-path.js'
import { messageOf } from '../terminal/describe-error.js'

/** The project to set up. */
export interface ProjectFacts {
  readonly root: string
  /** The text of package.json; null if there is none. */
  readonly packageText: string | null
  readonly packageManager: unknown
  /** Whether `.js` files are ES modules. */
  readonly modules: 'esm' | 'commonjs'
  readonly language: 'ts' | 'js'
  readonly compiler: CompilerFacts
  /** Whether a package is installed or listed as a dependency. */
  has(name: string): boolean
}

/** What its tsconfig.json means for new files. */
export interface CompilerFacts {
  /** The folder, absolute, in which migrations and generated files are compiled. */
  readonly sources: string
  /** What happens to a configuration in TypeScript: `refused` if it would be outside `rootDir`. */
  readonly config: 'compiled' | 'unseen' | 'refused'
  readonly isolatedDeclarations: boolean
  /** Whether it rejects ES modules, because the files of this package are compiled to CommonJS. */
  readonly refusesModules: boolean
}

/**
 * Inspects the project's folder. Throws `PACKAGE_INVALID` for an invalid package.json, and `USAGE_INVALID` if its tsconfig.json
 * is broken or its sources belong to another package.
 */
export async function projectFacts(root: string): Promise<ProjectFacts> {
  const file = join(root, 'package.json')
  const packageText = existsSync(file) ? readFileSync(file, 'utf8') : null
  const json = packageText === null ? MINIMAL : parse(packageText, file)
  const asked = { ...(json['dependencies'] as object), ...(json['devDependencies'] as object) }
  const has = (name: string): boolean =>
    Object.hasOwn(asked, name) || existsSync(join(root, 'node_modules', name, 'package.json'))
  return {
    root,
    packageText,
    packageManager: json['packageManager'],
    modules: json['type'] === 'module' ? 'esm' : 'commonjs',
    language: Object.hasOwn(asked, 'typescript') ? 'ts' : languageIn(root, json['type']),
    has,
    compiler: await compilerFacts(root, json['type'] === 'module'),
  }
}

/** A tool may have installed typescript: installed packages do not count. A new npm package says `commonjs`. */
const languageIn = (root: string, type: unknown): 'ts' | 'js' =>
  isJavaScript(root, type === 'commonjs' ? 'js' : 'ts') ? 'js' : 'ts'

async function compilerFacts(root: string, isModule: boolean): Promise<CompilerFacts> {
  const file = join(root, 'tsconfig.json')
  if (!existsSync(file))
    return { sources: root, config: 'compiled', isolatedDeclarations: false, refusesModules: false }
  const { readTsconfig } = await import('../../../codegen/render/registry/read-tsconfig.js')
  const { places, isolatedDeclarations, verbatim, isBroken, failure } = readTsconfig(file, [])
  if (isBroken) {
    const message = `tsconfig.json does not build: ${failure}. Nothing was written.`
    throw new LockstepError(usageInvalid(message, 'Correct it, and run `lockstep init` again.'))
  }
  const refusesModules = verbatim === 'always' || (verbatim === 'by-package' && !isModule)
  const other = packageBetween(places.sources, root)
  if (other !== null) {
    const message = `${other} is a package of its own, and the one whose sources ${displayPath(file, root)} compiles.`
    throw new LockstepError(usageInvalid(message, `Run \`lockstep init\` in ${other}.`))
  }
  const config = places.refusesOwnFolder ? 'refused' : places.seesOwnFolder ? 'compiled' : 'unseen'
  return { sources: places.sources, config, isolatedDeclarations, refusesModules }
}

/** The nearest package below `root`, relative to it, that contains a folder. */
function packageBetween(folder: string, root: string): string | null {
  for (let at = folder; at.startsWith(root + sep); at = dirname(at)) {
    const file = join(at, 'package.json')
    if (existsSync(file) && 'name' in parse(readFileSync(file, 'utf8'), file))
      return displayPath(at, root)
  }
  return null
}

const MINIMAL: Record<string, unknown> = { private: true, type: 'module' }

/** The package.json for a project without one. */
export const minimalPackage = `${JSON.stringify(MINIMAL, null, 2)}\n`

function parse(text: string, file: string): Record<string, unknown> {
  try {
    const json = JSON.parse(text.replace(/^\ufeff/, '')) as unknown
    if (typeof json === 'object' && json !== null && !Array.isArray(json)) {
      return json as Record<string, unknown>
    }
  } catch (cause) {
    throw new LockstepError(packageInvalid(file, messageOf(cause)), { cause })
  }
  throw new LockstepError(packageInvalid(file, 'it is not a JSON object'))
}
