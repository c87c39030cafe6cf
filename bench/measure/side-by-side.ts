// Runs contestants side by side in rounds, so that whatever else the machine does meets all of them alike.
import { median } from './median.js'

/** Who is measured; `run` does the whole job once and answers how long the part that counts took, in milliseconds. */
export interface Contestant {
  readonly name: string
  readonly run: () => number
}

/** The times of one contestant, one for each round. */
export type Times = ReadonlyMap<string, readonly number[]>

/**
 * Runs every contestant once a round, each round beginning with another one. One more round goes first and is not
 * counted: it warms caches and lets the code be compiled.
 */
export function sideBySide(contestants: readonly Contestant[], rounds: number): Times {
  const times = new Map(contestants.map(({ name }) => [name, [] as number[]]))
  for (let round = -1; round < rounds; round++) {
    for (let place = 0; place < contestants.length; place++) {
      const { name, run } = contestants[(round + 1 + place) % contestants.length]!
      const time = run()
      if (round >= 0) times.get(name)!.push(time)
    }
  }
  return times
}

/** The median of the ratios within each round: load that lasts longer than a round divides out. */
export function medianRatio(times: Times, name: string, base: string): number {
  const bases = timesOf(times, base)
  return median(timesOf(times, name).map((time, round) => time / bases[round]!))
}

/** The median of how much longer than the other one a contestant took in each round. */
export function medianAbove(times: Times, name: string, base: string): number {
  const bases = timesOf(times, base)
  return median(timesOf(times, name).map((time, round) => time - bases[round]!))
}

/** The median time of a contestant. */
export const medianTime = (times: Times, name: string): number => median(timesOf(times, name))

function timesOf(times: Times, name: string): readonly number[] {
  const found = times.get(name)
  if (!found) throw new RangeError(`Nobody called "${name}" was measured.`)
  return found
}
