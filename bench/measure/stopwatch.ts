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

/** The same for work that is awaited. */
export function awaitingStopwatch(): AwaitingStopwatch {
  const collectGarbage = garbageCollector()
  return async (work) => {
    collectGarbage()
    const start = process.hrtime.bigint()
    await work()
    return millisecondsSince(start)
  }
}

const millisecondsSince = (start: bigint): number => Number(process.hrtime.bigint() - start) / 1e6

/** Node shows its collector on demand; no flag is needed. */
function garbageCollector(): () => void {
  setFlagsFromString('--expose-gc')
  return runInNewContext('gc') as () => void
}
