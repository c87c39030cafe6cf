// Runs contestants in turn in rounds, so that any other load of the machine affects all of them alike.
import { median } from './median.js'

/** A contestant; `run` does the whole work once and returns the time of the measured part, in milliseconds. */
export interface Contestant<T = number> {
  readonly name: string
  readonly run: () => T
}

/** The times of each contestant by its name, one for each round, in milliseconds. */
export type Times = ReadonlyMap<string, readonly number[]>

/**
 * Runs every contestant once per round, starting each round with another one. An additional first round is not counted: it warms
 * up caches and the compiler.
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

/** The median of the ratios within each round, which cancels out load that lasts longer than a round. */
export function medianRatio(times: Times, name: string, base: string): number {
  const bases = timesOf(times, base)
  return median(timesOf(times, name).map((time, round) => time / bases[round]!))
}

/** The median of the time that a contestant took longer than `base` in each round. */
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
