// Flags that many commands take.
import type { FlagName } from './flags.js'

/** What every command takes. */
export const COMMON: readonly FlagName[] = ['config', 'name', 'json', 'quiet', 'verbose', 'noColor']
/** Where migrations and generated files are. */
export const FOLDERS: readonly FlagName[] = ['migrations', 'out']
/** The database and both folders. */
export const DATABASE: readonly FlagName[] = ['db', ...FOLDERS]
/** What commands take that tell how far they are. */
export const WATCHED: readonly FlagName[] = ['events', ...COMMON]
