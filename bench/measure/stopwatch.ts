// Measures how long something takes, after collecting the garbage of earlier work.
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** Returns how many milliseconds a piece of work takes. */
export type Stopwatch = (work: () => void) => number

/** Resolves to how many milliseconds a piece of work takes, which may be asynchronous. */
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
 * The same for asynchronous work. Collects only young objects: with all tools loaded, a full collection takes longer than the
 * measured work.
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

/** The garbage collector, which V8 exposes at run time, so that Node needs no flag. */
function garbageCollector(): (options?: { readonly type: 'minor' }) => void {
  setFlagsFromString('--expose-gc')
  return runInNewContext('gc') as ReturnType<typeof garbageCollector>
}
