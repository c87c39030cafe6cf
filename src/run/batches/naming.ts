// Says which of the statements declared for batches has failed.
import type { Work } from '../../database/outcome.js'
import type { Environment } from '../environment/environment.js'
import { failure } from '../environment/faults.js'
import type { Task } from '../environment/task.js'

/** Runs work on behalf of a statement; an error from SQLite becomes a failure of the migration in that statement. */
export function* naming<H, T>(
  env: Environment<H>,
  task: Task<H>,
  statement: string,
  work: Work<T>,
): Work<T> {
  try {
    return yield* work
  } catch (error) {
    throw failure(env, task, error, { place: task.file, statement })
  }
}
