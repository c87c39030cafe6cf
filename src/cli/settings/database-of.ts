// The database's path, for commands that require one.
import { databasePathInvalid, databaseUnset } from '../../errors/command-line.js'
import { LockstepError } from '../../errors/lockstep-error.js'
import { displayPath } from '../terminal/display-path.js'
import { searchBorder } from './find-config.js'
import type { Settings } from './settings.js'
import { isSpecialPath } from './special-path.js'

/** The absolute path of the database file. Throws `DATABASE_UNSET`, and `DATABASE_PATH_INVALID` for anything but a file. */
export function databaseOf(settings: Settings, cwd: string): string {
  const { database, configFile } = settings
  if (database === null) {
    const file = configFile && displayPath(configFile, cwd)
    throw new LockstepError(databaseUnset(file, { from: cwd, to: searchBorder(cwd) }))
  }
  if (!isSpecialPath(database)) return database
  const reason = REASONS[database] ?? 'it is a URL, and the client opens files'
  throw new LockstepError(databasePathInvalid(database, reason))
}

const REASONS: Readonly<Record<string, string | undefined>> = {
  '': 'it is empty',
  ':memory:': 'a database in memory ends with the process that opens it',
}
