// Checks whether the other histories in the database allow steps to run.
import type { Work } from '../database/outcome.js'
import type { Environment } from './environment/environment.js'
import type { Task } from './environment/task.js'

/** Whether a step may involve other histories. */
export const isLinked = <H>(
  { refuseUndoing }: Environment<H>,
  { direction, entry }: Task<H>,
): boolean => (direction === 'up' ? entry.dependencies : refuseUndoing) !== undefined

/** Throws `NEEDS_UNMET` and `NEEDED_ELSEWHERE`, each listing everything needed across the tasks. */
export function* readied<H>(env: Environment<H>, tasks: readonly Task<H>[]): Work<void> {
  const linked = tasks.filter((task) => isLinked(env, task))
  const [first] = linked
  if (first?.direction === 'down') yield* env.refuseUndoing?.(linked) ?? []
  const { dependencies } = first?.entry ?? {}
  if (first?.direction === 'up')
    yield* (dependencies?.before(env as never, ...(linked as never[])) ?? []) as Work<void>
}
