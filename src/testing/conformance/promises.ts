// The one list of all promises, by who makes them.
import { begin } from './port/begin.js'
import { dataVersion } from './port/data-version.js'
import { execute } from './port/execute.js'
import { faultOf } from './port/fault-of.js'
import { handle } from './port/handle.js'
import { inTransaction } from './port/in-transaction.js'
import { mode } from './port/mode.js'
import { now } from './port/now.js'
import { pause } from './port/pause.js'
import { query } from './port/query.js'
import { readonly } from './port/readonly.js'
import { runsScripts } from './port/runs-scripts.js'
import { setBusyTimeout } from './port/set-busy-timeout.js'
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
