// Finds the configuration file and loads it, whatever language it is written in.
import { lilconfig } from 'lilconfig'
import { existsSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { repositoryRoot } from '../../../codegen/project/repository-root.js'
import { configInvalid, configMissing, configUnloadable } from '../../errors/command-line.js'
import { isLockstepError, LockstepError } from '../../errors/lockstep-error.js'
import { messageOf } from '../terminal/describe-error.js'
import { displayPath } from '../terminal/display-path.js'
import { projectRoot } from './project-root.js'

/** A configuration as found; not validated yet. */
export interface FoundConfig {
  /** Absolute; a package.json if its `lockstep` key is the configuration. */
  readonly file: string
  readonly value: unknown
}

/**
 * Loads the named file, or searches from `cwd` upwards, no higher than the repository, or the project if there is no repository.
 * Null if there is none. Throws `CONFIG_MISSING`, `CONFIG_UNLOADABLE`.
 */
export async function findConfig(
  cwd: string,
  named: string | undefined,
  memory?: string,
): Promise<FoundConfig | null> {
  const searcher = lilconfig('lockstep', {
    searchPlaces: SEARCH_PLACES,
    stopDir: searchBorder(cwd),
    loaders: loaders(cwd, memory),
    cache: false,
    ignoreEmptySearchPlaces: false,
  })
  const file = named === undefined ? undefined : resolve(cwd, named)
  if (file && !existsSync(file)) throw new LockstepError(configMissing(displayPath(file, cwd)))
  const found = await (file ? searcher.load(file) : searcher.search(cwd))
  if (!found) return null
  if (found.isEmpty)
    throw new LockstepError(configInvalid(displayPath(found.filepath, cwd), ['it is empty']))
  return { file: found.filepath, value: found.config }
}

/** The names of configuration files. */
export const SEARCH_PLACES = [
  ...['ts', 'mts', 'js', 'mjs', 'cjs', 'json'].map((extension) => `lockstep.config.${extension}`),
  'package.json',
]

/** The last folder, from `cwd` upwards, that is searched for a configuration. */
export function searchBorder(cwd: string): string {
  const repository = repositoryRoot(cwd)
  return existsSync(resolve(repository, '.git')) ? repository : projectRoot(cwd)
}

type Load = (file: string, text: string) => Promise<unknown>

function loaders(cwd: string, memory: string | undefined): Record<string, Load> {
  const guarded =
    (load: Load): Load =>
    async (file, text) => {
      try {
        return await load(file, text)
      } catch (cause) {
        const shown = displayPath(file, cwd)
        throw new LockstepError(configUnloadable(shown, reasonIn(cause)), { cause })
      }
    }
  const json = guarded(async (_file, text) => JSON.parse(withoutMark(text)) as unknown)
  const script = guarded((file) => loadScript(file, memory))
  const scripts = ['.ts', '.mts', '.js', '.mjs', '.cjs'].map((extension) => [extension, script])
  return { '.json': json, ...(Object.fromEntries(scripts) as Record<string, Load>) }
}

/** The build errors by line, or else a message. */
const reasonIn = (cause: unknown): string | readonly string[] =>
  isLockstepError(cause, 'MODULE_BROKEN')
    ? (cause.facts['failures'] as readonly string[])
    : messageOf(cause)

const withoutMark = (text: string): string => text.replace(/^\ufeff/, '')

/** The default export; a CommonJS file exports the configuration itself. */
async function loadScript(file: string, memory: string | undefined): Promise<unknown> {
  const { loadModule } = await import('../../../codegen/bundle/load-module.js')
  const exports = await loadModule(file, projectRoot(dirname(file)), memory)
  return 'default' in exports ? exports['default'] : exports
}
