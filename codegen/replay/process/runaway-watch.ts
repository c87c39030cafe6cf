// Ends a pass if a side does not come to its end with rows, though it did without: an extreme value in a column that a loop counts to makes
// it run away. Only ending the process stops a statement.
import type { Standing } from './replay-problems.js'
import type { PassProcess } from './run-pass.js'
import { sideKey, type Runaways } from '../sides/runaways.js'

/** Watches a pass with rows while the same history runs without. */
export interface RunawayWatch {
  /** Ends the pass if it runs away before it is over. `end` must be called afterwards, and returns where it ran away. */
  over(pass: PassProcess, known: Runaways): { end(): Standing | null }
  /** To be called when the history without rows has ended. */
  controlEnded(): void
  close(): void
}

/** How often to look, and how many times longer than without rows one run of a side may take. */
const LOOK_MS = 100
const LONGER = 20
/** After this, nothing more can be done for a side; the overall time limit ends it. */
const MOST = 2

/** A fraction of the overall time limit: 5 seconds of 120. */
const patienceOf = (timeoutMs: number): number => Math.max(2000, timeoutMs / 24)

/**
 * Counts looks, not time: a machine that was asleep has done nothing meanwhile. A side counts as running away only when the history without
 * rows has passed its version.
 */
export function runawayWatch(control: PassProcess, timeoutMs: number): RunawayWatch {
  const took = new Map<number, number>()
  let passed = 0
  let watched: (() => void) | null = null
  const timer = setInterval(() => {
    const at = control.standing()
    if (at) took.set(at.version, (took.get(at.version) ?? 0) + LOOK_MS)
    if (at) passed = Math.max(passed, at.version - 1)
    watched?.()
  }, LOOK_MS)
  return {
    over(pass, known) {
      let stands = { run: '', forMs: 0 }
      let ended: Standing | null = null
      watched = () => {
        const at = pass.standing()
        const side = at ? sideKey(at.version, at.direction) : ''
        // What takes long after the end of a side is the proof.
        const run = at?.judged ? '' : `${side} ${at?.runs ?? 0}`
        stands = { run, forMs: run === stands.run ? stands.forMs + LOOK_MS : 0 }
        if (!at || at.judged || at.version > passed || (known[side]?.times ?? 0) >= MOST) return
        if (stands.forMs < patienceOf(timeoutMs) + LONGER * (took.get(at.version) ?? 0)) return
        ended = at
        watched = null
        pass.kill()
      }
      return {
        end() {
          watched = null
          return ended
        },
      }
    },
    controlEnded: () => (passed = Infinity),
    close: () => clearInterval(timer),
  }
}
