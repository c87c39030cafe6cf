// The settings of one run, combined from flags, environment and configuration. Types only.
import type { GenerateSettings } from '../../../codegen/model/settings.js'
import type { DatabaseConfig } from '../../model/config.js'
import type { ManagerOptions } from '../../model/options.js'
import type { Invocation } from '../command/command.js'

/** The sources of settings. */
export type Sources = Pick<Invocation, 'flags' | 'cwd' | 'environment'> &
  Pick<GenerateSettings, 'memory'>

/** Everything that a command needs to know about the project and one of its databases. Paths are absolute. */
export interface Settings extends GenerateSettings {
  /** The configuration file; null if there is none. */
  readonly configFile: string | null
  /** The database's name among several; null if the configuration has only one. */
  readonly name: string | null
  /** The names of the others, if no `--name` selects one. */
  readonly others?: readonly string[]
  /** Null if nothing says where it is; see `databaseOf`. */
  readonly database: string | null
  readonly open: DatabaseConfig['open']
  /** The folder of the seeds; it need not exist. */
  readonly seedsFolder: string
  /** Whether development commands must leave the file alone, under whichever entry; see `refuseProtected`. */
  readonly protected: boolean
  /** The options for the manager. */
  readonly manager: Pick<ManagerOptions, (keyof ManagerOptions & keyof DatabaseConfig) | 'digests'>
}
