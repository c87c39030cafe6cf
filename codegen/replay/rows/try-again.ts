// Runs a side many times on the same rows, each time with something changed before.
import { runSideWithin } from '../sides/run-side.js'
import { withForeignKeysOf, type ReplayPass } from '../sides/replay-pass.js'
import { undoing, type Connection } from './fill/connection.js'
import type { StepSide } from './watch/observed-run.js'

/** Runs the side behind a change, looks at what is left, and takes both back; null where one of them is refused or fails. */
export type Again = <T>(change: () => void, look: () => T) => T | null

/** What that needs. */
interface Ground {
  readonly connection: Connection
  readonly pass: ReplayPass
}

/** Takes everything back in the end; undefined where the rows cannot be made. Not for sides outside transactions. */
export function tryAgain<T>(
  { connection, pass }: Ground,
  { entry, direction }: StepSide,
  prepare: () => void,
  work: (again: Again) => T,
): T | undefined {
  const again: Again = (change, look) => {
    connection.run(`SAVEPOINT ${POINT}`)
    try {
      if (!isPrepared(connection, change)) return null
      return runSideWithin(pass, entry, direction) ? null : look()
    } finally {
      connection.run(`ROLLBACK TO ${POINT}`)
      connection.run(`RELEASE ${POINT}`)
    }
  }
  return withForeignKeysOf(pass, entry, () =>
    undoing(connection, () => (isPrepared(connection, prepare) ? work(again) : undefined)),
  )
}

const POINT = 'lockstep_again'

/** Rows may lose their parents on the way, whatever the side wants; what refuses that nevertheless is a trigger, or RESTRICT. */
export function isPrepared({ run }: Connection, prepare: () => void): boolean {
  run('PRAGMA defer_foreign_keys = ON')
  try {
    prepare()
    return true
  } catch {
    return false
  } finally {
    run('PRAGMA defer_foreign_keys = OFF')
  }
}
