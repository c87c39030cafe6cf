// Decides whether a registry in JavaScript is an ES module or CommonJS: what the project itself can load.
import { readFileSync } from 'node:fs'
import type { MigrationFile } from '../../model/migration.js'
import type { GenerateSettings } from '../../model/settings.js'
import { nearestFile } from '../../project/repository-root.js'
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
  { out, root }: Pick<GenerateSettings, 'out' | 'root'>,
  files: readonly MigrationFile[],
): PackageModules {
  const { type, consulted } = packageType(out, root)
  const scripts = files.filter(({ path, kind }) => kind === 'script' && path.endsWith('.js'))
  const all = scripts.every(({ commonJs }) => commonJs)
  const isCommon = type === undefined ? all && scripts.length > 0 : type === 'commonjs' && all
  return {
    modules: isCommon ? 'commonjs' : 'esm',
    consulted,
  }
}

/** What the nearest package.json of a folder says about its files, and where that was looked for. */
export function packageType(
  folder: string,
  root: string,
): Pick<PackageModules, 'consulted'> & { readonly type: unknown } {
  const { file, above } = nearestFile('package.json', folder, root)
  if (file === null) return { type: undefined, consulted: above }
  return { type: typeIn(file), consulted: [...above, file] }
}

function typeIn(manifest: string): unknown {
  try {
    return (JSON.parse(readFileSync(manifest, 'utf8').replace(/^\ufeff/, '')) as { type?: unknown })
      .type
  } catch {
    return undefined
  }
}
