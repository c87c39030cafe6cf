// Manages foreign key enforcement for the runner: off while steps run, and restored on every path.
import { settled, type Work } from '../../database/outcome.js'
import { LockstepError } from '../../errors/lockstep-error.js'
import { foreignKeysSwitched, foreignKeysUnswitchable } from '../../errors/run.js'
import type { Environment } from '../environment/environment.js'
import { unlessClosed } from '../environment/faults.js'
import type { Task } from '../environment/task.js'

/**
 * Switches enforcement off around work, and restores it on every path. SQLite ignores the switch inside a transaction, so this
 * encloses all of them.
 */
export function* withForeignKeysOff<H, T>(env: Environment<H>, work: Work<T>): Work<T> {
  const enforced = yield* isEnforced(env)
  try {
    if (enforced) yield* switchOff(env)
    return yield* work
  } finally {
    yield* unlessClosed(env, () => restore(env, enforced))
  }
}

/** If the switch has no effect, a rebuild would delete the rows of other tables, so nothing is run at all. */
function* switchOff<H>(env: Environment<H>): Work<void> {
  yield* enforce(env, 'OFF')
  if (yield* isEnforced(env)) throw new LockstepError(foreignKeysUnswitchable())
}

/** Switches enforcement on around one step that asks for it. */
export function* withForeignKeysOn<H, T>(env: Environment<H>, work: Work<T>): Work<T> {
  yield* enforce(env, 'ON')
  try {
    return yield* work
  } finally {
    yield* enforce(env, 'OFF')
  }
}

/** Whether foreign keys are enforced on this connection. */
export function* isEnforced<H>({ driver }: Environment<H>): Work<boolean> {
  const [row] = yield* settled(driver.query('PRAGMA foreign_keys'))
  return row?.['foreign_keys'] === 1
}

function* enforce<H>({ driver }: Environment<H>, value: 'ON' | 'OFF'): Work<void> {
  yield* settled(driver.execute(`PRAGMA foreign_keys = ${value}`))
}

/**
 * Detects that code outside a transaction has switched enforcement in a way that could not be seen before. Later steps would
 * delete rows with it, so it is switched back.
 */
export function* refuseSwitched<H>(env: Environment<H>, task: Task<H>): Work<void> {
  const wanted = task.entry.foreignKeys === 'enforce'
  if ((yield* isEnforced(env)) === wanted) return
  yield* restore(env, wanted)
  throw new LockstepError(foreignKeysSwitched(task))
}

function* restore<H>(env: Environment<H>, enforced: boolean): Work<void> {
  if (enforced || (yield* isEnforced(env))) yield* enforce(env, enforced ? 'ON' : 'OFF')
}
