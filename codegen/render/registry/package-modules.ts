// Decides whether a registry in JavaScript is an ES module or CommonJS: what the project itself can load.
import type { MigrationFile } from '../../model/migration.js'
import type { GenerateSettings } from '../../model/settings.js'
import { packageType } from '../../project/package-type.js'
import type { Modules } from './render-registry.js'

/** The kind, and the package.json files, absolute, that it depends on. */
export interface PackageModules {
  readonly modules: Modules
  readonly consulted: readonly string[]
}

/**
 * CommonJS where the nearest package.json says so, or says nothing and the migrations are; never where a `.js` migration is an
 * ES module: a bundler puts such a project together, which takes in both.
 */
export function packageModules(
  { out }: Pick<GenerateSettings, 'out'>,
  files: readonly MigrationFile[],
): PackageModules {
  const { type, consulted } = packageType(out)
  const scripts = files.filter(({ path, kind }) => kind === 'script' && path.endsWith('.js'))
  const all = scripts.every(({ commonJs }) => commonJs)
  const isCommon = type === undefined ? all && scripts.length > 0 : type === 'commonjs' && all
  return { modules: isCommon ? 'commonjs' : 'esm', consulted }
}
