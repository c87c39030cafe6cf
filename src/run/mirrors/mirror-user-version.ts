// A mirror in `PRAGMA user_version`, where many programs keep the version of their schema.
import type { Mirror } from '../../model/mirror.js'

/** Keeps `PRAGMA user_version` equal to the highest applied version; it takes part in transactions like any row. */
export const mirrorUserVersion: Mirror = function* (database, version) {
  yield database.execute(`PRAGMA user_version = ${version}`)
}
