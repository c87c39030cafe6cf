// Measures how long something takes, after the garbage of what ran before has been taken away.
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** Answers how many milliseconds a piece of work takes. */
export type Stopwatch = (work: () => void) => number

/** A stopwatch that collects garbage before it starts. Node shows its collector on demand; no flag is needed. */
export function stopwatch(): Stopwatch {
  setFlagsFromString('--expose-gc')
  const collectGarbage = runInNewContext('gc') as () => void
  return (work) => {
    collectGarbage()
    const start = process.hrtime.bigint()
    work()
    return Number(process.hrtime.bigint() - start) / 1e6
  }
}
