// What kind of project this is, as far as setting up depends on it.
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
  /** The text of package.json; null when there is none. */
  readonly packageText: string | null
  readonly packageManager: unknown
  /** Whether `.js` files are ES modules. */
  readonly modules: 'esm' | 'commonjs'
  readonly language: 'ts' | 'js'
  readonly compiler: CompilerFacts
  /** Packages that are installed or asked for. */
  has(name: string): boolean
}

/** What its tsconfig.json says about new files. */
export interface CompilerFacts {
  /** The folder, absolute, in which migrations and generated files are compiled. */
  readonly sources: string
  /** What becomes of a configuration in TypeScript: `refused` where it would stand outside of `rootDir`. */
  readonly config: 'compiled' | 'unseen' | 'refused'
  readonly isolatedDeclarations: boolean
  /** Whether it refuses ES modules, because the files of this package are compiled to CommonJS. */
  readonly refusesModules: boolean
}

/**
 * Looks at the project's folder. Throws `PACKAGE_INVALID` for a package.json that is none, and `USAGE_INVALID` where its
 * tsconfig.json is broken, or its sources are those of another package.
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

/** A tool may have brought typescript along: what is installed does not tell. A new package of npm says `commonjs`. */
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

/** The folder of the package, relative to `root`, in which a folder below lies. */
function packageBetween(folder: string, root: string): string | null {
  for (let at = folder; at.startsWith(root + sep); at = dirname(at)) {
    const file = join(at, 'package.json')
    if (existsSync(file) && 'name' in parse(readFileSync(file, 'utf8'), file))
      return displayPath(at, root)
  }
  return null
}

const MINIMAL: Record<string, unknown> = { private: true, type: 'module' }

/** The package.json of a project that has none. */
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
  throw new LockstepError(packageInvalid(file, 'it is no JSON object'))
}
