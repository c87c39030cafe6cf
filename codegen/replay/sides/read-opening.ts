// Reads from the configuration file how the project opens a database, its example rows and its `env`. Runs in the replaying process, since
// functions cannot be passed between processes.
import { readFileSync } from 'node:fs'
import { basename, extname } from 'node:path'
import type { DatabaseConfig, LockstepConfig } from '../../../src/model/config.js'
import { loadModule } from '../../bundle/load-module.js'
import type { GenerateSettings } from '../../model/settings.js'
import type { Seeds } from './history-run.js'

/** What replay takes from the configuration. */
export interface ProjectOpening {
  readonly open: DatabaseConfig['open']
  readonly seeds: Seeds
  readonly env: DatabaseConfig['env']
}

/**
 * The values of the selected database, otherwise those shared by all. The command line has validated the file. Throws whatever loading a
 * module throws.
 */
export async function readOpening({
  root,
  config,
  memory,
}: Pick<GenerateSettings, 'root' | 'config' | 'memory'>): Promise<ProjectOpening> {
  if (config === null) return { open: undefined, seeds: {}, env: undefined }
  const { databases, ...shared } = await readConfig(config.file, root, memory)
  const own = config.database === null ? {} : (databases?.[config.database] ?? {})
  const { open, seeds = {}, env } = { ...shared, ...own }
  return { open, seeds, env }
}

async function readConfig(
  file: string,
  root: string,
  memory: string | undefined,
): Promise<LockstepConfig> {
  if (extname(file) === '.json') return readJsonConfig(file)
  const exports = await loadModule(file, root, memory)
  return ('default' in exports ? exports['default'] : exports) as LockstepConfig
}

/** The configuration in a JSON file; for package.json, its `lockstep` key. */
export function readJsonConfig(file: string): LockstepConfig {
  const text = readFileSync(file, 'utf8').replace(/^\ufeff/, '')
  const value = JSON.parse(text) as LockstepConfig & { lockstep?: LockstepConfig }
  return basename(file) === 'package.json' ? (value.lockstep ?? {}) : value
}
