// Runs a side many times on the same rows, each time after a different change.
import { runSideWithin } from '../sides/run-side.js'
import { withForeignKeysOf, type ReplayPass } from '../sides/replay-pass.js'
import { undoing, undoingWithin, type Connection } from './fill/connection.js'
import type { StepSide } from './watch/observed-run.js'

/** Runs the side after a change, looks at the result, and rolls both back; null if one of them is refused or fails. */
export type Again = <T>(change: () => void, look: () => T) => T | null

/** What that needs. */
interface Ground {
  readonly connection: Connection
  readonly pass: ReplayPass
}

/** Rolls everything back at the end; undefined if the rows cannot be made. Not for sides outside transactions. */
export function tryAgain<T>(
  { connection, pass }: Ground,
  { entry, direction }: StepSide,
  prepare: () => void,
  work: (again: Again) => T,
): T | undefined {
  const again: Again = (change, look) =>
    undoingWithin(connection, () => {
      if (!isPrepared(connection, change)) return null
      return runSideWithin(pass, entry, direction) ? null : look()
    })
  return withForeignKeysOf(pass, entry, () =>
    undoing(connection, () => (isPrepared(connection, prepare) ? work(again) : undefined)),
  )
}

/** Rows may lose their parents while rows are prepared, whatever the side requires; only a trigger or RESTRICT can still refuse that. */
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
