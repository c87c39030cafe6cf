// Runs contestants side by side in rounds, so that whatever else the machine does meets all of them alike.
import { median } from './median.js'

/** Who is measured; `run` does the whole job once and answers how long the part that counts took, in milliseconds. */
export interface Contestant<T = number> {
  readonly name: string
  readonly run: () => T
}

/** The times of one contestant, one for each round. */
export type Times = ReadonlyMap<string, readonly number[]>

/**
 * Runs every contestant once a round, each round beginning with another one. One more round goes first and is not
 * counted: it warms caches and lets the code be compiled.
 */
export function sideBySide(contestants: readonly Contestant[], rounds: number): Times {
  const times = noTimes(contestants)
  for (const { name, run, counts } of turns(contestants, rounds)) {
    const time = run()
    if (counts) times.get(name)!.push(time)
  }
  return times
}

/** The same for contestants whose work is awaited. */
export async function sideBySideAwaited(
  contestants: readonly Contestant<Promise<number>>[],
  rounds: number,
): Promise<Times> {
  const times = noTimes(contestants)
  for (const { name, run, counts } of turns(contestants, rounds)) {
    const time = await run()
    if (counts) times.get(name)!.push(time)
  }
  return times
}

const noTimes = (contestants: readonly Contestant<unknown>[]): Map<string, number[]> =>
  new Map(contestants.map(({ name }) => [name, []]))

function* turns<T>(
  contestants: readonly Contestant<T>[],
  rounds: number,
): Generator<Contestant<T> & { readonly counts: boolean }> {
  for (let round = -1; round < rounds; round++) {
    for (let place = 0; place < contestants.length; place++) {
      yield { ...contestants[(round + 1 + place) % contestants.length]!, counts: round >= 0 }
    }
  }
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
