// Runs the batches that a step declares. Each is a transaction that begins by reading the progress of the step and ends by
// recording it, so that every row is processed once, whichever process is killed meanwhile.
import { settled, type Work } from '../../database/outcome.js'
import type { BegunWalk } from '../../model/ledger.js'
import type { Batches } from '../../model/migration.js'
import type { BatchedSource, Resumable } from '../../model/registry.js'
import type { ToolkitHost } from '../context/context.js'
import { inTransaction } from '../context/own-transaction.js'
import { timeOf } from '../environment/clock.js'
import type { Environment } from '../environment/environment.js'
import type { Task } from '../environment/task.js'
import { doBatch, type Walk } from './do-batch.js'
import { naming } from './naming.js'
import { pacer } from './pace.js'
import { forgetProgress, readProgress, readyProgress, textOf, workedBefore } from './progress.js'
import { provenRows } from './proven-rows.js'

/** What the registry attaches to migrations that declare batches, and to no others. */
export const resumable: Resumable = { comparedWith, begin, run, end: forgetProgress }

const declared = <H>({ entry }: Pick<Task<H>, 'entry'>): readonly Batches<H>[] =>
  (entry.source as BatchedSource<H>).batches

function comparedWith<H>(
  entry: Task<H>['entry'],
  begun: readonly BegunWalk[],
): ReturnType<Resumable['comparedWith']> {
  const now = declared({ entry }).map(textOf)
  if (!begun.every(({ over }, index) => now[index] === over)) return 'other rows'
  const { walks } = entry
  return !walks || begun.every((one, index) => isOrMayBe(one, index, walks))
    ? 'changed'
    : 'other batches'
}

/** Whether a walk is unchanged, or a corrected form of one that is not finished, with no walks moved. */
function isOrMayBe({ work, isDone }: BegunWalk, index: number, walks: readonly string[]): boolean {
  if (work === null) return true
  const known = work.split(' ')
  if (known[index] === walks[index]) return true
  const others = (all: readonly string[]): string => String(all.filter((_, at) => at !== index))
  return !isDone && others(known) === others(walks)
}

/** Refuses rows that cannot be walked before anything has begun. Returns how many milliseconds the previous runs took. */
function* begin<H>(env: Environment<H>, task: Task<H>): Work<number> {
  yield* readyProgress(env, task)
  for (const [index, walk] of declared(task).entries()) {
    yield* naming(env, task, walk.query, provenRows(env, walk))
    yield* readProgress(env, { ...task, index, walk })
  }
  return yield* workedBefore(env, task.version)
}

/** Resumes where the step has stopped. */
function* run<H>(host: ToolkitHost<H>): Work<'done' | 'stopped'> {
  const { env, task } = host
  const begun = { at: yield* timeOf(env), workedMs: yield* workedBefore(env, task.version) }
  for (const [index, batches] of declared(task).entries()) {
    host.inspect(batches.query)
    if (batches.update !== undefined) host.inspect(batches.update)
    const rows = yield* naming(env, task, batches.query, provenRows(env, batches))
    if ((yield* walkOn(host, { batches, rows, index, begun })) === 'stopped') return 'stopped'
  }
  return 'done'
}

function* walkOn<H>(host: ToolkitHost<H>, walk: Walk<H>): Work<'done' | 'stopped'> {
  const { env, task } = host
  const walks = declared(task).length
  const which = walks > 1 ? { walk: walk.index + 1, walks } : {}
  const pace = pacer(env, walk.batches)
  const by = walk.batches.each ? 'code' : 'statement'
  for (;;) {
    yield* pace.begin()
    const batch = yield* inTransaction(host, doBatch(host, walk, pace.size), by)
    if (!batch) return 'done'
    if (task.kept) task.kept.batches++
    const { rows, ...progress } = batch
    yield* pace.note(rows, progress.total)
    env.emit({ type: 'progress', ...task.event, ...progress, ...which, ...pace.outlook(progress) })
    if (env.options.signal?.aborted) return 'stopped'
    const rest = pace.rest()
    if (rest > 0) yield* settled(env.driver.pause(rest))
  }
}
