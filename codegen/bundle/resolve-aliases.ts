// Asks the bundler where imports lead that are neither a path nor a package, so that what is read is what runs.
import { existsSync, realpathSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { join, parse, posix, relative } from 'node:path'
import type { PluginBuild } from 'esbuild'
import type { Aliases, Discovery } from '../model/migration.js'
import { forwardSlashes } from '../project/project-path.js'
import { foldersUpTo, isInside, repositoryRoot } from '../project/repository-root.js'
import { readTsconfig } from '../render/registry/read-tsconfig.js'
import { ownPath } from './resolve-packages.js'

/**
 * The discovery with the aliases that its files import by. If the files are not in `migrations`, because they are from another
 * commit, an alias into that folder leads to their own folder. Without such imports esbuild is not loaded.
 */
export async function withAliases(discovery: Discovery, migrations: string): Promise<Discovery> {
  const names = namesIn(discovery)
  const [first] = discovery.files
  if (!first || names.length === 0) return discovery
  const own = posix.dirname(first.path)
  const found = await resolveAll(names, migrations)
  const paths = found.flatMap(([name, path]): [string, string][] => {
    if (isInside(path, migrations))
      return [[name, posix.join(own, forwardSlashes(relative(migrations, path)))]]
    return leadsIntoProject(name, path, migrations) ? [[name, forwardSlashes(path)]] : []
  })
  return { ...discovery, aliases: { paths: new Map(paths), consulted: consultedFor(migrations) } }
}

const NAMED = /\b(?:from|import|require)[\s(]*['"]([^'"\n./][^'"\n]*)['"]/g

/** The specifiers that scripts and helpers import, without those that are certainly not a file of the project. */
function namesIn({ files, helpers }: Discovery): string[] {
  const texts = [
    ...files.flatMap(({ kind, text }) => (kind === 'script' ? [text] : [])),
    ...helpers.values(),
  ]
  const names = texts.flatMap((text) => [...text.matchAll(NAMED)].map(([, name]) => name!))
  return [...new Set(names)].filter((name) => !/^lockstep(\/|$)/.test(name) && !isBuiltin(name))
}

/** Those that resolve to files outside installed packages. */
async function resolveAll(
  names: readonly string[],
  migrations: string,
): Promise<[name: string, path: string][]> {
  const { build } = await import('esbuild')
  const found: [string, string][] = []
  const ask = async (bundler: PluginBuild): Promise<void> => {
    const from = { kind: 'import-statement', resolveDir: migrations } as const
    for (const name of names) {
      const path = await ownPath(bundler, name, { ...from, importer: join(migrations, '_.ts') })
      if (path !== null) found.push([name, path])
    }
  }
  const plugin = { name: 'lockstep-aliases', setup: (b: PluginBuild) => b.onStart(() => ask(b)) }
  await build({
    stdin: { contents: '' },
    write: false,
    logLevel: 'silent',
    platform: 'node',
    plugins: [plugin],
  })
  return found
}

/** Whether a specifier that resolves to a file outside installed packages is more than a package linked from elsewhere. */
export const leadsIntoProject = (name: string, path: string, migrations: string): boolean =>
  !isElsewhere(path, migrations) || !isLinked(name, migrations)

const isElsewhere = (path: string, migrations: string): boolean =>
  !isInside(path, repositoryRoot(realpathSync(migrations)))

/** Whether a package of that name is installed as a link to its sources: from another repository, it is still a package. */
function isLinked(name: string, migrations: string): boolean {
  const [packageName] = /^(?:@[^/]*\/)?[^/]*/.exec(name)!
  return foldersUpTo(migrations, parse(migrations).root).some((folder) =>
    existsSync(join(folder, 'node_modules', packageName)),
  )
}

/** The files that decide where such names resolve. */
function consultedFor(migrations: string): Aliases['consulted'] {
  const folders = foldersUpTo(migrations, parse(migrations).root)
  const configs = folders.map((folder) => join(folder, 'tsconfig.json'))
  const nearest = configs.findIndex((path) => existsSync(path))
  const read = nearest < 0 ? [] : readTsconfig(configs[nearest]!, [migrations]).consulted
  const manifests = folders.map((folder) => join(folder, 'package.json'))
  return [
    ...configs.slice(0, nearest < 0 ? undefined : nearest),
    ...read,
    ...manifests.slice(0, manifests.findIndex((path) => existsSync(path)) + 1),
  ]
}
