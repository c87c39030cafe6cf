// A mirror in a settings table: the version and the time of the last run, under the keys that programs look for.
import { isLockstepError, LockstepError } from '../../errors/lockstep-error.js'
import { mirrorFailed } from '../../errors/recovery.js'
import type { Mirror, MirrorDatabase, SettingsMirrorOptions } from '../../model/mirror.js'
import { reasonOf } from '../environment/faults.js'
import { isSameName, quoteIdentifier } from '../../sql/names.js'

/** The two keys. */
export const SETTINGS_KEYS = {
  version: 'db_migration_version',
  lastRun: 'db_migration_last_run',
} as const

/**
 * Keeps two rows in a settings table: `db_migration_version` with the highest applied version, and `db_migration_last_run` with
 * the time in ISO 8601. While the table does not exist, nothing is written, as a later migration may create it. Throws
 * `MIRROR_FAILED` if the table does not fit.
 */
export const mirrorSettings = ({
  table = 'settings',
  keyColumn = 'key',
  valueColumn = 'value',
}: SettingsMirrorOptions = {}): Mirror =>
  function* (database, version) {
    const [name, key, value] = [table, keyColumn, valueColumn].map(quoteIdentifier)
    const change = `UPDATE main.${name} SET ${value} = coalesce(?, ${NOW}) WHERE ${key} = ? RETURNING 1`
    const insert = `INSERT INTO main.${name} (${value}, ${key}) VALUES (coalesce(?, ${NOW}), ?)`
    try {
      if (!(yield* exists(database, table))) return
      for (const row of [
        [String(version), SETTINGS_KEYS.version],
        [null, SETTINGS_KEYS.lastRun],
      ]) {
        const changed = (yield database.query(change, row)) as readonly unknown[]
        if (changed.length === 0) yield database.query(insert, row)
      }
    } catch (error) {
      if (isLockstepError(error) || database.faultOf(error)) throw error
      const demanded = yield* alsoDemanded(database, table, [keyColumn, valueColumn])
      const more = demanded.length > 0 ? `; its rows need ${demanded.join(', ')} as well` : ''
      const facts = { table, demanded }
      const failed = mirrorFailed(`the table ${table}`, `${reasonOf(error)}${more}`, facts)
      throw new LockstepError({ ...failed, fix: FIX }, { cause: error })
    }
  }

const FIX =
  'Give mirrorSettings the names of the table and of its two columns, and every other column that is NOT NULL a DEFAULT.'

const NOW = "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')"

/** The columns that require a value, have no default, and are not known here. */
function* alsoDemanded(
  database: MirrorDatabase,
  table: string,
  known: readonly string[],
): Generator<unknown, string[], unknown> {
  const columns = (yield database.query(
    `PRAGMA main.table_info(${quoteIdentifier(table)})`,
  )) as readonly Column[]
  return columns
    .filter(({ notnull, dflt_value, pk }) => notnull && dflt_value === null && !pk)
    .map(({ name }) => name)
    .filter((name) => !known.some((one) => isSameName(one, name)))
}

interface Column {
  readonly name: string
  readonly notnull: unknown
  readonly dflt_value: string | null
  readonly pk: unknown
}

function* exists(database: MirrorDatabase, table: string): Generator<unknown, boolean, unknown> {
  const found = yield database.query(
    "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ? COLLATE NOCASE",
    [table],
  )
  return (found as readonly unknown[]).length > 0
}
