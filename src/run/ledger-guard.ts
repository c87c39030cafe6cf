// Notices a step that rewrites what the ledger says about other versions.
import { isPromise, settled, type Work } from '../database/outcome.js'
import { LockstepError } from '../errors/lockstep-error.js'
import { ledgerLost } from '../errors/run.js'
import { versionId } from '../model/version.js'
import { foldCase } from '../sql/names.js'
import type { Environment } from './environment.js'
import { UNKNOWN } from './execute.js'
import { whereOf, type Task } from './task.js'

/** Looks on while one step runs. */
export interface LedgerGuard {
  /** Called with each text before it runs. */
  see(sql: string): void
  /** Throws `LEDGER_LOST` when the rows of other versions are not what they were. */
  check(): Work<void>
}

/** Whether a text can be about the ledger of this name. */
export const mentions = (text: string, table: string): boolean =>
  foldCase(text).includes(foldCase(table))

/** Reads the ledger before the first text that can be about it; a step without one costs nothing. */
export function guardLedger<H>(env: Environment<H>, task: Task<H>): LedgerGuard {
  const read = () =>
    env.driver.query(
      `SELECT version, name, checksum, down_checksum, lineage, started_by FROM ${env.ledger} WHERE version <> ? ORDER BY version`,
      [versionId(task.version)],
    )
  let before: ReturnType<typeof read> | undefined
  return {
    see(sql) {
      if (before || !(sql === UNKNOWN || mentions(sql, env.table))) return
      before = read()
      // Where the step itself fails, nobody asks for the answer.
      if (isPromise(before)) before.then(undefined, () => {})
    },
    *check() {
      if (!before) return
      const [was, is] = [yield* settled(before), yield* settled(read())]
      if (JSON.stringify(was) !== JSON.stringify(is))
        throw new LockstepError(ledgerLost(whereOf(task), env.table))
    },
  }
}
