// Runs the same history without generated rows when a side fails with them, to find out whether the rows are to blame.
import type { HistoryRun } from '../sides/history-run.js'
import { prover, type Prover } from './prover.js'
import type { Knowledge } from './fill/knowledge.js'

/** The history without generated rows, which continues from where it stopped. */
export interface EmptyControl {
  /**
   * Brings it to a version. Null if it fails on the way. `unknown` if a step affects the outside world and must not run again, or if the
   * history has been restarted often enough.
   */
  reach(version: number): Promise<Prover | 'unknown' | null>
  /** Hands over the database that was reached; the next one starts from scratch. */
  handOver(): void
  /** How often a database was handed over. */
  given(): number
  close(): void
}

/** How often the history restarts, so that a history full of faults does not take forever. */
const MOST = 10

/** Opens nothing until it is needed. `before` is how often a database was handed over before. */
export function emptyControl(run: HistoryRun, knowledge: Knowledge, before = 0): EmptyControl {
  let current: Prover | null = null
  let at = 0
  let given = before
  const close = (): void => {
    current?.close()
    current = null
    at = 0
  }
  return {
    async reach(version) {
      if (given === MOST) return 'unknown'
      if (run.registry.some((one) => one.version <= version && one.effects !== undefined))
        return 'unknown'
      current ??= prover(await run.open(), run, knowledge)
      for (const entry of run.registry) {
        if (entry.version <= at || entry.version > version) continue
        if (current.run({ entry, direction: 'up' }, 'carry').failure) {
          close()
          return null
        }
        at = entry.version
      }
      return current
    },
    handOver() {
      current = null
      given++
      at = 0
    },
    given: () => given,
    close,
  }
}
