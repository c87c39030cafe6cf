// Pseudo-random numbers that are the same in every run.

/** Returns numbers in [0, 1), the same sequence for the same seed. */
export type Random = () => number

/** A generator of such numbers (mulberry32). */
export function randomFrom(seed: number): Random {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** One of several things. */
export const pick = <T>(random: Random, things: readonly T[]): T =>
  things[Math.floor(random() * things.length)]!
