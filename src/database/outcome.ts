// One executor for synchronous and asynchronous drivers: work is written as generators and run either way.

/** Whether a driver returns values at once or promises. */
export type Mode = 'sync' | 'async'

/** `T` on a synchronous driver, a promise of it on an asynchronous one. */
export type Outcome<M extends Mode, T> = M extends 'sync' ? T : Promise<T>

/** Work written once: yields values or promises, and receives each one settled. */
export type Work<T> = Generator<unknown, T, unknown>

/** Waits for a value inside work: `const rows = yield* settled(driver.query(…))`. A value that is no promise costs no turn. */
export function* settled<T>(value: T | PromiseLike<T>): Work<T> {
  return isPromise(value) ? ((yield value) as T) : value
}

/** Whether a value is a promise of any kind. */
export const isPromise = <T>(value: T | PromiseLike<T>): value is PromiseLike<T> =>
  typeof (value as PromiseLike<T> | null | undefined)?.then === 'function'

/** Runs work in one tick for a synchronous driver, or awaits each step for an asynchronous one. */
export function perform<M extends Mode, T>(mode: M, work: Work<T>): Outcome<M, T> {
  return (mode === 'sync' ? performNow(work) : performAwaiting(work)) as Outcome<M, T>
}

function performNow<T>(work: Work<T>): T {
  let turn = work.next()
  while (!turn.done) turn = work.next(turn.value)
  return turn.value
}

async function performAwaiting<T>(work: Work<T>): Promise<T> {
  let turn = work.next()
  while (!turn.done) {
    let value: unknown
    try {
      value = await turn.value
    } catch (error) {
      turn = work.throw(error)
      continue
    }
    turn = work.next(value)
  }
  return turn.value
}
