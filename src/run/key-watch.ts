// Watches foreign keys over a run: counts once before the first step that can make a violation, and after each such step.
import { settled, type Work } from '../database/outcome.js'
import type { Environment } from './environment.js'
import { countViolations, refuseIncrease, type KeyCount } from './foreign-keys.js'
import { whereOf, type Task } from './task.js'

/** Brackets each step; both calls stand inside the step's transaction. */
export interface KeyWatch<H> {
  before(task: Task<H>): Work<void>
  /** Throws when the step has left more violations of a constraint than there were. */
  after(task: Task<H>): Work<void>
}

/** Begins watching. What other connections commit between steps is counted again, and never blamed on a step. */
export function keyWatch<H>(env: Environment<H>): KeyWatch<H> {
  let counted: KeyCount | undefined
  let seen: unknown
  const proven = (task: Task<H>): boolean =>
    task.direction === 'up' && task.entry.keepsForeignKeys === true
  return {
    *before(task) {
      if (proven(task)) return
      const version = yield* dataVersion(env)
      if (!counted || version !== seen) counted = yield* countViolations(env)
      seen = version
    },
    *after(task) {
      if (proven(task) || !counted) return
      const now = yield* countViolations(env)
      yield* refuseIncrease(env, whereOf(task), counted, now)
      counted = now
    },
  }
}

/** A number that changes when another connection has committed. */
function* dataVersion<H>({ driver }: Environment<H>): Work<unknown> {
  const [row] = yield* settled(driver.query('PRAGMA data_version'))
  return row?.['data_version']
}
