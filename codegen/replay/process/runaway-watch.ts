// Ends a pass that does not come to the end of a side with rows, though the same history did without: an extreme in a column
// that it counts with runs away. Only ending the process stops a statement.
import type { Standing } from './replay-problems.js'
import type { PassProcess } from './run-pass.js'
import { sideKey, type Runaways } from '../sides/runaways.js'

/** Looks after a pass with rows while the same history runs without. */
export interface RunawayWatch {
  /** Ends the pass where it runs away, unless that is over first: then `end` is to be called, which answers where it did. */
  over(pass: PassProcess, known: Runaways): { end(): Standing | null }
  /** Told that the history without rows has come to its end. */
  controlEnded(): void
  close(): void
}

/** How often is looked, and how much longer than without rows one run of a side may take. */
const LOOK_MS = 100
const LONGER = 20
/** After this nothing more can be done for a side: the time limit of the whole is left to end it. */
const MOST = 2

/** A part of the time limit for the whole: 5 seconds of 120. */
const patienceOf = (timeoutMs: number): number => Math.max(2000, timeoutMs / 24)

/**
 * Counts looks, not time: a machine that slept has done nothing meanwhile. A side counts as one that runs away only when the
 * history without rows has left its version behind.
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
        const run = `${side} ${at?.runs ?? 0}`
        stands = { run, forMs: run === stands.run ? stands.forMs + LOOK_MS : 0 }
        if (!at || at.version > passed || (known[side]?.times ?? 0) >= MOST) return
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
