// The list of all promises, by member.
import { begin, inTransaction } from './port/transactions.js'
import { dataVersion } from './port/data-version.js'
import { execute } from './port/execute.js'
import { faultOf } from './port/fault-of.js'
import { handle, mode, readonly, runsScripts } from './port/properties.js'
import { now, pause, setBusyTimeout } from './port/time.js'
import { query } from './port/query.js'
import { watching } from './port/watch.js'
import type { Member, Promised } from './stage/promised.js'
import { atomic } from './runs/atomic.js'
import { foreignKeys } from './runs/foreign-keys.js'
import { locks } from './runs/locks.js'
import { misuse } from './runs/misuse.js'
import { reading } from './runs/reading.js'
import { scripts } from './runs/scripts.js'

/** Every promise; a member of the port without an entry does not compile. */
export const promises: Readonly<Record<Member, readonly Promised[]>> = {
  mode,
  handle,
  runsScripts,
  readonly,
  execute,
  query,
  inTransaction,
  begin,
  setBusyTimeout,
  dataVersion,
  now,
  pause,
  faultOf,
  watch: watching,
  run: [...atomic, ...locks, ...foreignKeys, ...misuse, ...scripts, ...reading],
}
