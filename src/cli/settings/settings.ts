// The settings of one run, put together from flags, environment and configuration. Types only.
import type { GenerateSettings } from '../../../codegen/model/settings.js'
import type { DatabaseConfig } from '../../model/config.js'
import type { ManagerOptions } from '../../model/options.js'
import type { Invocation } from '../command/command.js'

/** What settings are made from. */
export type Sources = Pick<Invocation, 'flags' | 'cwd' | 'environment'> &
  Pick<GenerateSettings, 'memory'>

/** Everything that a command needs to know about the project and one of its databases. Paths are absolute. */
export interface Settings extends GenerateSettings {
  /** The configuration file; null when there is none. */
  readonly configFile: string | null
  /** The database's name among several; null when the configuration has one. */
  readonly name: string | null
  /** The names of the others, where no `--name` says which is meant. */
  readonly others?: readonly string[]
  /** Null when nothing says where it is; see `databaseOf`. */
  readonly database: string | null
  readonly open: DatabaseConfig['open']
  /** The folder of the rows for development; it need not exist. */
  readonly seedsFolder: string
  /** Whether what is for development only leaves the file alone, under whichever entry; see `refuseProtected`. */
  readonly protected: boolean
  /** The options for the manager. */
  readonly manager: Pick<ManagerOptions, (keyof ManagerOptions & keyof DatabaseConfig) | 'digests'>
}
