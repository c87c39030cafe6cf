// Whether the other histories in the database let a step be done.
import type { Work } from '../database/outcome.js'
import type { Environment } from './environment/environment.js'
import type { Task } from './environment/task.js'

/** Whether other histories may have anything to do with a step. */
export const isLinked = <H>(
  { refuseUndoing }: Environment<H>,
  { direction, entry }: Task<H>,
): boolean => (direction === 'up' ? entry.dependencies : refuseUndoing) !== undefined

/** Throws `NEEDS_UNMET` and `NEEDED_ELSEWHERE`. */
export function* readied<H>(env: Environment<H>, task: Task<H>): Work<void> {
  const { direction, entry } = task
  if (direction === 'down') yield* env.refuseUndoing?.([task]) ?? []
  else yield* (entry.dependencies?.before(env as never, task as never) ?? []) as Work<void>
}
