// Measures how long something takes, after the garbage of what ran before has been taken away.
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** Answers how many milliseconds a piece of work takes. */
export type Stopwatch = (work: () => void) => number

/** Answers how many milliseconds a piece of work takes that may have to be awaited. */
export type AwaitingStopwatch = (work: () => unknown) => Promise<number>

/** A stopwatch that collects garbage before it starts. */
export function stopwatch(): Stopwatch {
  const collectGarbage = garbageCollector()
  return (work) => {
    collectGarbage()
    const start = process.hrtime.bigint()
    work()
    return millisecondsSince(start)
  }
}

/**
 * The same for work that is awaited. It collects what is young: with all tools loaded, the rest takes longer than what is
 * measured.
 */
export function awaitingStopwatch(): AwaitingStopwatch {
  const collectGarbage = garbageCollector()
  return async (work) => {
    collectGarbage({ type: 'minor' })
    const start = process.hrtime.bigint()
    await work()
    return millisecondsSince(start)
  }
}

const millisecondsSince = (start: bigint): number => Number(process.hrtime.bigint() - start) / 1e6

/** Node shows its collector on demand; no flag is needed. */
function garbageCollector(): (options?: { readonly type: 'minor' }) => void {
  setFlagsFromString('--expose-gc')
  return runInNewContext('gc') as ReturnType<typeof garbageCollector>
}
