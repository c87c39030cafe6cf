// The same history without generated rows, brought along only where a side fails with them: is it the rows?
import type { HistoryRun } from '../sides/history-run.js'
import { prover, type Prover } from './prover.js'
import type { Knowledge } from './fill/knowledge.js'

/** The history without generated rows, which goes on from where it stood. */
export interface EmptyControl {
  /**
   * Brings it to a version. Null when it fails on the way. `unknown` where a step of the history touches the outside world
   * and must not be run once more, and when the history has been run again often enough.
   */
  reach(version: number): Promise<Prover | 'unknown' | null>
  /** Gives the database that was reached away; the next one is made anew. */
  handOver(): void
  /** How often a database was given away. */
  given(): number
  close(): void
}

/** So many times the history is run from the beginning: a history full of faults shall not take for ever. */
const MOST = 10

/** Opens nothing until it is needed. `before` is how often a database was given away before. */
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
