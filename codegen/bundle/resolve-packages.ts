// Decides what becomes part of a bundle: the project's own files and this copy of Lockstep, but no installed package.
import type { OnResolveArgs, OnResolveResult, Plugin, PluginBuild } from 'esbuild'
import { ownFile, packageFile } from '../project/lockstep-package.js'
import { isLent } from './lent-doors.js'
import { readFileSync } from 'node:fs'
import { sep } from 'node:path'

/**
 * A plugin that leaves installed packages (including native ones) to be loaded at run time, bundles workspace packages from their
 * sources, and resolves `lockstep` and `lockstep/*` to the running copy, which can be `lent` to the bundle when it runs.
 */
export function resolvePackages(doors?: 'lent'): Plugin {
  return {
    name: 'lockstep-packages',
    setup(build) {
      build.onResolve({ filter: /^lockstep(\/|$)/ }, ({ path }) =>
        doors === 'lent' && isLent(path) ? { path, external: true } : ownDoor(path),
      )
      build.onResolve({ filter: /^[^./]/ }, (args) => packageOf(build, args))
    },
  }
}

/** The file of an entry point, as the package's exports name it: `lockstep/better-sqlite3` → `src/drivers/better-sqlite3`. */
function ownDoor(specifier: string): OnResolveResult {
  const { exports } = JSON.parse(readFileSync(packageFile(), 'utf8')) as Manifest
  const door = exports[`.${specifier.slice('lockstep'.length)}`]
  const [, stem] = /^\.\/dist\/(.*)\.js$/.exec(Object(door).module ?? '') ?? []
  if (stem) return { path: ownFile(stem), sideEffects: false }
  return { errors: [{ text: `Lockstep has no door "${specifier}".` }] }
}

/** The part of Lockstep's own package.json that is read. */
interface Manifest {
  readonly exports: Readonly<Record<string, string | { readonly module: string }>>
}

async function packageOf(build: PluginBuild, args: OnResolveArgs): Promise<OnResolveResult | null> {
  const { path, kind, importer, resolveDir } = args
  if (kind === 'entry-point' || isAsked(args)) return null
  if (path.startsWith('node:')) return { path, external: true }
  const own = await ownPath(build, path, { kind, importer, resolveDir })
  return own === null ? { path, external: true } : { path: own }
}

/** The file outside of installed packages that an import leads to, through tsconfig and package.json; null without one. */
export async function ownPath(
  build: PluginBuild,
  path: string,
  from: Pick<OnResolveArgs, 'kind' | 'importer' | 'resolveDir'>,
): Promise<string | null> {
  const found = await build.resolve(path, { ...from, pluginData: RESOLVING })
  const installed = found.errors.length > 0 || found.path.includes(`${sep}node_modules${sep}`)
  return installed || found.external ? null : found.path
}

/** Whether `ownPath` asks, in which case plugins leave the answer to esbuild. */
export const isAsked = ({ pluginData }: OnResolveArgs): boolean => pluginData === RESOLVING

const RESOLVING = Symbol('resolving')
