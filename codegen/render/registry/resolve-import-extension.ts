// Decides how the registry writes the ends of its imports, by asking the project's effective tsconfig.
import { existsSync } from 'node:fs'
import { join, posix } from 'node:path'
import { fileStart } from '../../diagnostics/problem.js'
import { projectPath } from '../../project/project-path.js'
import type { Diagnostic } from '../../model/diagnostic.js'
import type { GenerateSettings } from '../../model/settings.js'
import { foldersUpTo, repositoryRoot } from '../../project/repository-root.js'
import type { MigrationFile } from '../../model/migration.js'
import type { SpecifierExtension } from './import-specifier.js'
import { readTsconfig } from './read-tsconfig.js'
import { tsconfigUnreadable } from './registry-problems.js'

/** The decision, and what it was based on. */
export interface ImportExtensionDecision {
  readonly extension: SpecifierExtension
  /** Absolute paths of the files that were read, or looked for in vain. */
  readonly consulted: readonly string[]
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * A stated extension stays as it is. `auto` is what all migrations write that import a file beside them; else `ts` when the
 * nearest tsconfig of the generated folder (followed through `extends`, and through the `references` of a tsconfig that has no
 * files of its own) sets allowImportingTsExtensions or rewriteRelativeImportExtensions, else `js`. JavaScript projects always
 * import files under their own name.
 */
export function resolveImportExtension(
  settings: GenerateSettings,
  files: readonly MigrationFile[] = [],
): ImportExtensionDecision {
  if (settings.importExtension !== 'auto') return decided(settings.importExtension)
  if (settings.language === 'js') return decided('js')
  const own = ownImports(files)
  if (own !== null) return decided(own)
  const candidates = foldersUpTo(settings.out, repositoryRoot(settings.root)).map((folder) =>
    join(folder, 'tsconfig.json'),
  )
  const nearest = candidates.findIndex((path) => existsSync(path))
  if (nearest < 0) return { ...decided('js'), consulted: candidates }
  const { importsSources, consulted, failure } = readTsconfig(candidates[nearest]!, [
    settings.out,
    settings.migrations,
  ])
  const at = fileStart(projectPath(settings.root, candidates[nearest]!))
  return {
    extension: importsSources ? 'ts' : 'js',
    consulted: [...candidates.slice(0, nearest), ...consulted],
    diagnostics: failure === null ? [] : [tsconfigUnreadable(at, failure)],
  }
}

const decided = (extension: SpecifierExtension): ImportExtensionDecision => ({
  extension,
  consulted: [],
  diagnostics: [],
})

/** The way in which all of them import TypeScript files beside them; null where they do not, or in several ways. */
function ownImports(files: readonly MigrationFile[]): SpecifierExtension | null {
  const ways = new Set(
    files
      .filter(({ kind }) => kind === 'script')
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
  // What is there by this very name is no TypeScript file.
  if (/\.[cm]?js$/.test(specifier)) return existsSync(path) ? null : 'js'
  return existsSync(`${path}.ts`) ? 'none' : null
}
