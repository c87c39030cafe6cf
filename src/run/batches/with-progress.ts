// Adds the progress of a step that was begun to a status. Never writes.
import type { Work } from '../../database/outcome.js'
import type { BatchedSource } from '../../model/registry.js'
import type { Status } from '../../model/report.js'
import type { Environment } from '../environment/environment.js'
import { progressOf } from './progress.js'

/** The same status, with the progress of the partly done step. */
export function* withProgress<H>(env: Environment<H>, status: Status): Work<Status> {
  const half = status.problems.find(({ code }) => code === 'HISTORY_HALF_DONE')
  if (!half) return status
  const version = half.facts?.['version'] as number
  const progress = (yield* progressOf(env, version)).map(({ done, total }) => ({ done, total }))
  const { batches } = Object(env.registry[version - 1]?.source) as Partial<BatchedSource<H>>
  const pending = status.pending.map((one) =>
    one.version === version ? { ...one, progress, ...(batches && { walks: batches.length }) } : one,
  )
  return { ...status, pending }
}
