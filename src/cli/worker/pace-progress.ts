// Throttles progress events: a migration may report after every row, which nobody can read.
import type { MigrationEvent } from '../../model/events.js'

const PAUSE_MS = 50

/** Passes every event on, but progress of one step only at intervals, and always its end. */
export function paceProgress(
  pass: (event: MigrationEvent) => void,
  now: () => number = () => performance.now(),
): (event: MigrationEvent) => void {
  let last = -Infinity
  return (event) => {
    if (event.type === 'progress' && event.done !== event.total) {
      if (now() - last < PAUSE_MS) return
      last = now()
    }
    pass(event)
  }
}
