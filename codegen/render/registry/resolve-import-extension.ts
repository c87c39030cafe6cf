// Decides which extension the registry's imports have, from the project's effective tsconfig.
import { existsSync } from 'node:fs'
import { posix } from 'node:path'
import { fileStart } from '../../diagnostics/problem.js'
import { projectPath } from '../../project/project-path.js'
import type { Diagnostic } from '../../model/diagnostic.js'
import type { GenerateSettings } from '../../model/settings.js'
import { nearestFile } from '../../project/repository-root.js'
import type { MigrationFile } from '../../model/migration.js'
import type { SpecifierExtension } from './import-specifier.js'
import type { Modules } from './render-registry.js'
import { readTsconfig } from './read-tsconfig.js'
import { tsconfigUnreadable } from './registry-problems.js'
import { packageType } from '../../project/package-type.js'

/** How the registry imports the migrations. */
export interface Imports {
  readonly extension: SpecifierExtension
  readonly modules: Modules
}

/** The decision, and the files it was based on. */
export interface ImportExtensionDecision extends Imports {
  /** Absolute paths of the files that were read, or looked for in vain. */
  readonly consulted: readonly string[]
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * A stated extension is kept. `auto` means the extension that all migrations use to import a file next to them; else `ts` if the
 * nearest tsconfig of the generated folder (followed through `extends`, and through the `references` of a tsconfig without files
 * of its own) sets allowImportingTsExtensions or rewriteRelativeImportExtensions, or if there is no tsconfig; else `js`. Without a
 * file to import, if the files are known, the tsconfig is not read: that takes the compiler.
 * JavaScript projects always import files by their own name.
 */
export function resolveImportExtension(
  settings: GenerateSettings,
  known: readonly MigrationFile[] | null = null,
): ImportExtensionDecision {
  const { language, importExtension } = settings
  const files = known ?? []
  const stated = importExtension === 'auto' ? null : decided(importExtension)
  if (language === 'js') return { ...(stated ?? decided('js')), ...packageModules(settings, files) }
  if (stated) return stated
  if (known && !known.some(isScript)) return decided('ts')
  const own = ownImports(files)
  if (own !== null) return decided(own)
  const { file, above } = nearestFile('tsconfig.json', settings.out, settings.root)
  // Without a compiler that could reject it, Node and every bundler resolve the name of the file itself.
  if (file === null) return { ...decided('ts'), consulted: above }
  const { importsSources, consulted, failure } = readTsconfig(file, [
    settings.out,
    settings.migrations,
  ])
  const at = fileStart(projectPath(settings.root, file))
  return {
    extension: importsSources ? 'ts' : 'js',
    modules: 'esm',
    consulted: [...above, ...consulted],
    diagnostics: failure === null ? [] : [tsconfigUnreadable(at, failure)],
  }
}

const decided = (extension: SpecifierExtension): ImportExtensionDecision => ({
  extension,
  modules: 'esm',
  consulted: [],
  diagnostics: [],
})

const isScript = ({ kind }: MigrationFile): boolean => kind === 'script'

/** The extension with which all of them import TypeScript files next to them; null if they do not, or use several. */
function ownImports(files: readonly MigrationFile[]): SpecifierExtension | null {
  const ways = new Set(
    files
      .filter(isScript)
      .flatMap(({ path, text }) =>
        [...text.matchAll(RELATIVE)].flatMap(([, specifier]) => wayOf(specifier!, path) ?? []),
      ),
  )
  return ways.size === 1 ? [...ways][0]! : null
}

const RELATIVE = /\bfrom\s*['"](\.{1,2}\/[^'"\n]+)['"]/g

function wayOf(specifier: string, importer: string): SpecifierExtension | null {
  if (/\.[cm]?ts$/.test(specifier)) return 'ts'
  const path = posix.join(posix.dirname(importer), specifier)
  // A file that exists under this very name is not a TypeScript file.
  if (/\.[cm]?js$/.test(specifier)) return existsSync(path) ? null : 'js'
  return existsSync(`${path}.ts`) ? 'none' : null
}

/** The kind, and the package.json files, absolute, that it depends on. */
interface PackageModules {
  readonly modules: Modules
  readonly consulted: readonly string[]
}

/**
 * CommonJS if the nearest package.json says so, or says nothing and the migrations are CommonJS; never if a `.js` migration is an
 * ES module: such a project is built by a bundler, which accepts both.
 */
function packageModules(
  { out }: Pick<GenerateSettings, 'out'>,
  files: readonly MigrationFile[],
): PackageModules {
  const { type, consulted } = packageType(out)
  const scripts = files.filter((file) => isScript(file) && file.path.endsWith('.js'))
  const all = scripts.every(({ commonJs }) => commonJs)
  const isCommon = type === undefined ? all && scripts.length > 0 : type === 'commonjs' && all
  return { modules: isCommon ? 'commonjs' : 'esm', consulted }
}
