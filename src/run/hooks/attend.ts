// Watches the handle while application code uses it beside the steps of a run: a gate, a mirror, a backup function, a listener.
import type { Driver } from '../../database/driver.js'
import { perform, settled, type Mode, type Work } from '../../database/outcome.js'
import { TRANSACTION_CHANGED } from '../../model/told-step.js'
import { mayEndTransaction, mentions } from '../../plan/inspect-sql.js'
import type { Environment } from '../environment/environment.js'
import { orphanWatch } from '../keys/orphan-watch.js'

/** A watch over application code. */
export interface Attendance<H> {
  /** The driver for the code to use, so that its statements are seen as well. */
  readonly driver: Driver<H, Mode>
  /** Ends the watch, once, and returns what is wrong with what the code has left, worded for a message; null if nothing is. */
  end(): Work<string | null>
}

/**
 * A savepoint shows whether the transaction is still the same one: it is created before a text that can end it, or at once if the
 * driver cannot be watched. Row-by-row reads are ended with the code, since nothing could be committed while they are open. Rows
 * without a parent are found if the texts that made them can be seen.
 */
export function* attend<H>(
  env: Environment<H>,
  may: 'touch the ledger' | 'not',
): Work<Attendance<H>> {
  const { driver, sentinel, table } = env
  const open = driver.inTransaction()
  const orphans = orphanWatch(env)
  let [isMarked, isGone] = [false, false]
  let before: string | undefined
  function* mark(): Work<void> {
    yield* settled(driver.query(`SAVEPOINT ${sentinel}`))
    isMarked = true
  }
  const see = (sql: string): void => {
    // An error that the code has caught may have ended the transaction; a savepoint would begin another one.
    isGone ||= open && !driver.inTransaction()
    if (open && !isMarked && !isGone && mayEndTransaction(sql)) perform('sync', mark())
    if (open && may === 'not' && mentions(sql, table)) before ??= perform('sync', contentOf(env))
    orphans.see(sql)
  }
  const release = driver.watch?.(see)
  if (open && !release) yield* mark()
  // Writes by triggers, and statements of a driver that cannot be watched, are not seen.
  if (open && may === 'not' && (!release || env.triggered !== false)) before = yield* contentOf(env)
  return {
    driver: release ? seenBy(driver, see) : driver,
    *end() {
      release?.()
      if (isGone || driver.inTransaction() !== open || (isMarked && !(yield* isStanding(env))))
        return TRANSACTION_CHANGED
      if (before !== undefined && before !== (yield* contentOf(env))) return 'it changed the ledger'
      const orphaned = orphans.found()
      return orphaned === undefined ? null : `it left rows of ${orphaned} without their parent`
    },
  }
}

/** Statements that a driver runs itself are not watched. */
const seenBy = <H>(driver: Driver<H, Mode>, see: (sql: string) => void): Driver<H, Mode> => ({
  ...driver,
  query(sql, parameters) {
    see(sql)
    return driver.query(sql, parameters)
  },
  execute(script) {
    see(script)
    return driver.execute(script)
  },
})

function* isStanding<H>({ driver, sentinel }: Environment<H>): Work<boolean> {
  try {
    yield* settled(driver.query(`RELEASE ${sentinel}`))
    return true
  } catch (error) {
    if (driver.faultOf(error)) throw error
    return false
  }
}

/** The content of the ledger; '' if it cannot be read. */
function* contentOf<H>({ driver, ledger }: Environment<H>): Work<string> {
  try {
    return JSON.stringify(yield* settled(driver.query(`SELECT * FROM ${ledger} ORDER BY version`)))
  } catch {
    return ''
  }
}
