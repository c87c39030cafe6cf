// Flags that many commands take.
import type { FlagName } from './flags.js'

/** The flags that every command takes. */
export const COMMON: readonly FlagName[] = ['config', 'name', 'json', 'quiet', 'verbose', 'noColor']
/** The flags for the folders of migrations and generated files. */
export const FOLDERS: readonly FlagName[] = ['migrations', 'out']
/** The database and both folders. */
export const DATABASE: readonly FlagName[] = ['db', ...FOLDERS]
/** The flags of commands that report progress. */
export const WATCHED: readonly FlagName[] = ['events', ...COMMON]
