// Discards input typed before a question was on the screen.
import { setTimeout as sleep } from 'node:timers/promises'
import { interrupted } from '../../errors/command-line.js'
import { LockstepError } from '../../errors/lockstep-error.js'

/** The part of a terminal's input that is used here. */
export interface TypedInput {
  readonly isTTY?: boolean
  setRawMode?(mode: boolean): unknown
  on(event: 'data', hear: (typed: Buffer | string) => void): unknown
  off(event: 'data', hear: (typed: Buffer | string) => void): unknown
  pause(): unknown
  resume(): unknown
}

/** How long nobody may have typed when a question is asked. */
const QUIET_MS = 150
/** A key that is held down must not block forever. */
const LIMIT_MS = 3000

/**
 * Discards what was typed so far, and waits until nothing more comes; without a terminal nothing is read. Ends early if the
 * question becomes outdated. Throws `INTERRUPTED` on Ctrl+C.
 */
export async function dropTyped(input: TypedInput, outdated?: AbortSignal): Promise<void> {
  if (input.isTTY !== true || !input.setRawMode) return
  const began = performance.now()
  let last = began
  let isLeft = false
  const hear = (typed: Buffer | string): void => {
    last = performance.now()
    isLeft ||= typed.includes('\u0003')
  }
  // Only raw mode delivers a line that has not ended.
  input.setRawMode(true)
  input.on('data', hear)
  // The previous question has paused it.
  input.resume()
  try {
    const isBusy = (now: number): boolean =>
      !isLeft && !outdated?.aborted && now - last < QUIET_MS && now - began < LIMIT_MS
    while (isBusy(performance.now())) await sleep(QUIET_MS / 5)
  } finally {
    input.off('data', hear)
    input.pause()
    input.setRawMode(false)
  }
  if (isLeft) throw new LockstepError(interrupted())
}
