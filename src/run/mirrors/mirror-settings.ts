// A mirror in a table of settings: the version and the time of the last run, under the keys of Gromozeka's migrations.
import { isLockstepError, LockstepError } from '../../errors/lockstep-error.js'
import { mirrorFailed } from '../../errors/recovery.js'
import type { Mirror, MirrorDatabase, SettingsMirrorOptions } from '../../model/mirror.js'
import { quoteIdentifier } from '../../model/sql.js'
import { reasonOf } from '../faults.js'

/** The two keys. */
export const SETTINGS_KEYS = {
  version: 'db_migration_version',
  lastRun: 'db_migration_last_run',
} as const

/**
 * Keeps two rows in a table of settings: `db_migration_version` with the highest applied version, and
 * `db_migration_last_run` with the time in ISO 8601. While there is no such table, nothing is written: it may be made by
 * a later migration. Throws `MIRROR_FAILED` where the table does not fit.
 */
export const mirrorSettings = ({
  table = 'settings',
  keyColumn = 'key',
  valueColumn = 'value',
}: SettingsMirrorOptions = {}): Mirror =>
  function* (database, version) {
    const [name, key, value] = [table, keyColumn, valueColumn].map(quoteIdentifier)
    const put = function* (setting: string, text: string): Generator<unknown, void, unknown> {
      const change = `UPDATE ${name} SET ${value} = ${text} WHERE ${key} = ? RETURNING 1`
      const changed = (yield database.query(change, [setting])) as readonly unknown[]
      const insert = `INSERT INTO ${name} (${key}, ${value}) VALUES (?, ${text})`
      if (changed.length === 0) yield database.query(insert, [setting])
    }
    try {
      if (!(yield* exists(database, table))) return
      yield* put(SETTINGS_KEYS.version, `'${version}'`)
      yield* put(SETTINGS_KEYS.lastRun, "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')")
    } catch (error) {
      if (isLockstepError(error) || database.faultOf(error)) throw error
      throw new LockstepError(mirrorFailed(table, reasonOf(error)), { cause: error })
    }
  }

function* exists(database: MirrorDatabase, table: string): Generator<unknown, boolean, unknown> {
  const found = yield database.query(
    "SELECT 1 FROM sqlite_master WHERE type = 'table' AND lower(name) = lower(?)",
    [table],
  )
  return (found as readonly unknown[]).length > 0
}
