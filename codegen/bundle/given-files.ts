// Bundles files of another commit from texts in memory, which can import each other and installed packages, but no other file on
// disk.
import type { Plugin, PluginBuild } from 'esbuild'
import { dirname, join, normalize, posix } from 'node:path'
import { pathMeant } from '../loading/helper-files.js'
import type { Discovery } from '../model/migration.js'
import { isOwnFile } from '../project/lockstep-package.js'
import { forwardSlashes } from '../project/project-path.js'
import { leadsIntoProject } from './resolve-aliases.js'
import { isAsked, ownPath } from './resolve-packages.js'

/** Texts that stand in for files, and the plugin that loads them. */
export interface GivenFiles {
  /** By their absolute paths, with `/`. */
  readonly texts: ReadonlyMap<string, string>
  readonly plugin: Plugin
}

/**
 * The files of a discovery, as if they were in `migrations`, wherever they were read. Imports resolve as for the checksums; any
 * other import into a project is an error instead of being taken from this project: it may be something else there.
 */
export function givenFiles({ files, helpers, aliases }: Discovery, migrations: string): GivenFiles {
  const own = posix.dirname(files[0]?.path ?? '')
  const placed = (path: string): string =>
    posix.join(forwardSlashes(migrations), posix.relative(own, path))
  const all = [...files.map(({ path, text }) => [path, text] as const), ...helpers]
  const texts = new Map(all.map(([path, text]) => [placed(path), text]))
  const named = [...(aliases?.paths ?? [])].filter(([, path]) => helpers.has(path))
  const reachable = {
    known: texts,
    aliases: { paths: new Map(named.map(([name, path]) => [name, placed(path)])), consulted: [] },
  }
  const meant = (folder: string, specifier: string): string | null =>
    pathMeant(posix.join(forwardSlashes(folder), '_'), specifier, reachable)
  const isAlias = (name: string): boolean => aliases?.paths.has(name) === true
  return { texts, plugin: pluginFor({ texts, meant, isAlias, migrations }) }
}

interface Closed {
  readonly texts: ReadonlyMap<string, string>
  readonly migrations: string
  /** The path that a specifier resolves to in a file of this folder. */
  meant(folder: string, specifier: string): string | null
  /** Whether this project uses that name as an alias of a file. */
  isAlias(name: string): boolean
}

const pluginFor = ({ texts, meant, isAlias, migrations }: Closed): Plugin => ({
  name: 'lockstep-given-files',
  setup(build) {
    build.onResolve({ filter: /./ }, async (args) => {
      const { path, kind, importer, resolveDir } = args
      if (kind === 'entry-point' || isAsked(args) || isOwnFile(importer)) return null
      if (/^lockstep(\/|$)/.test(path)) return null
      const found = meant(resolveDir, path)
      if (found !== null) return { path: normalize(found) }
      if (!isAlias(path) && (await isPackage(build, path, migrations)))
        return { path, external: true }
      return {
        errors: [{ text: `"${path}" is neither a helper of the migrations nor a package.` }],
      }
    })
    build.onLoad({ filter: /./, namespace: 'file' }, ({ path }) => {
      const contents = texts.get(forwardSlashes(path))
      return contents === undefined
        ? null
        : { contents, loader: 'default', resolveDir: dirname(path) }
    })
  },
})

/**
 * Without names that package.json or a workspace link maps to the project's own files. A package that is not installed fails
 * later.
 */
async function isPackage(build: PluginBuild, name: string, migrations: string): Promise<boolean> {
  if (/^(?:[./\\#]|file:|[a-z]:[\\/])/i.test(name)) return false
  const from = { kind: 'import-statement', resolveDir: migrations } as const
  const own = await ownPath(build, name, { ...from, importer: join(migrations, '_.ts') })
  return own === null || !leadsIntoProject(name, own, migrations)
}
