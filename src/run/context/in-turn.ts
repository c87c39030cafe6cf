// The calls of `ctx` on an asynchronous driver, one after the other; and what would make two of them wait for each other.
import { perform, type Mode, type Outcome, type Work } from '../../database/outcome.js'
import { migrationNotAwaited } from '../../errors/run.js'
import type { Call, Caller } from '../environment/calls.js'
import type { Environment } from '../environment/environment.js'
import { waitUntil } from '../environment/wait-until.js'

interface Host extends Caller {
  readonly env: Environment<unknown>
}

/** Does the work of a call when the calls before it are done: two transactions cannot be open on one connection. */
export function inTurn<T>(host: Host, work: Work<T>): Outcome<Mode, T> {
  const { env, calls } = host
  if (env.driver.mode === 'sync') return perform('sync', work)
  const { open } = calls
  const before = open.at(-1)?.ended
  let end = (): void => {}
  const call: Call = { ended: new Promise((resolve) => (end = resolve)) }
  open.push(call)
  const waiting = function* (): Work<T> {
    yield before
    try {
      return yield* work
    } finally {
      open.splice(open.indexOf(call), 1)
      end()
    }
  }
  const answer = perform('async', waiting())
  call.answer = answer
  return outOfCircle(answer, () => !open.includes(call), host)
}

/**
 * A promise that refuses to be awaited in the work on a batch that must end before it can: made by what hears of each await,
 * where a promise says that another constructor has made it. Who awaits it before that work, or has time, waits for its turn.
 */
function outOfCircle<T>(answer: Promise<T>, isDone: () => boolean, host: Host): Promise<T> {
  const { env, task, calls } = host
  const { open } = calls
  const plainly = answer.then.bind(answer)
  const inWork = (): unknown => calls.open !== open && calls.open
  const refusal = () => migrationNotAwaited(task, 'waits, in work that must end first, for')
  const patiently = function* (): Work<T> {
    yield* waitUntil(env, isDone, inWork, refusal)
    return (yield plainly()) as T
  }
  const hear = (...handlers: Parameters<typeof plainly>) =>
    !isDone() && inWork()
      ? Promise.race([plainly(), perform('async', patiently())]).then(...handlers)
      : plainly(...handlers)
  Reflect.set(answer, 'constructor', undefined)
  Reflect.set(answer, 'then', hear)
  return answer
}
