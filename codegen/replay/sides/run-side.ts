// Runs one side of a migration with the runtime's own code, and reports exactly what failed and where.
import type { Entry } from './step-side.js'
import { perform } from '../../../src/database/outcome.js'
import { sideOf, whereOf } from '../../../src/plan/scripts.js'
import { commit, rollBack, takeLock } from '../../../src/run/ledger/lock.js'
import { runOutside } from '../../../src/run/run-outside.js'
import { runStep } from '../../../src/run/run-step.js'
import { taskOf } from '../../../src/run/environment/task.js'
import type { Direction } from '../../model/evidence.js'
import { describeFailure, type SideFailure } from './describe-failure.js'
import { partsOf } from './joined-versions.js'
import { withForeignKeysOf, type ReplayPass } from './replay-pass.js'
import { traceStatements } from './trace-statements.js'

export type { SideFailure } from './describe-failure.js'

/**
 * Runs `up` or `down` in its own transaction, or outside one if the migration says so, and records it in the ledger. Returns null on
 * success. Broken foreign keys are no failure here.
 */
export function runSide(pass: ReplayPass, entry: Entry, direction: Direction): SideFailure | null {
  const failure = withForeignKeysOf(pass, entry, () =>
    attempt(pass, entry, direction, () => {
      const parts = partsOf(entry, direction)
      if (parts.length === 1 || entry.transaction !== false) return runAll(pass, parts, direction)
      for (const one of parts) withForeignKeysOf(pass, one, () => runAll(pass, [one], direction))
    }),
  )
  pass.connection[failure ? 'reset' : 'keep']({ entry, direction })
  return failure
}

/** Runs all parts in one transaction, if they need any. */
function runAll({ env, keys }: ReplayPass, parts: readonly Entry[], direction: Direction): void {
  const steps = parts.length > 1 ? withinAnother(env) : env
  perform('sync', takeLock(env))
  try {
    for (const one of parts) {
      const task = taskOf(one, direction)
      if (task.outside) return void perform('sync', runOutside(env, task, keys))
      perform('sync', runStep(steps, task, keys))
    }
    perform('sync', commit(env))
  } catch (error) {
    perform('sync', rollBack(env))
    throw error
  }
}

/** To find what failed, the runtime may restart its own transaction; this one belongs to the caller. */
const withinAnother = (env: ReplayPass['env']): ReplayPass['env'] => ({
  ...env,
  options: { ...env.options, transaction: 'all' },
})

/**
 * The same inside a transaction of the caller, with foreign keys as the migration wants them; the caller ends it, right away after a
 * failure. Connection settings are restored. Not for migrations that run outside transactions.
 */
export function runSideWithin(
  pass: ReplayPass,
  entry: Entry,
  direction: Direction,
): SideFailure | null {
  const { env, keys } = pass
  const within = withinAnother(env)
  const failure = attempt(pass, entry, direction, () => {
    for (const one of partsOf(entry, direction))
      perform('sync', runStep(within, taskOf(one, direction), keys))
  })
  pass.connection[failure ? 'reset' : 'undo']({ entry, direction })
  return failure
}

function attempt(
  pass: ReplayPass,
  entry: Entry,
  direction: Direction,
  work: () => void,
): SideFailure | null {
  pass.reportRun?.()
  pass.wall?.release()
  pass.texts.length = 0
  pass.handed.clear()
  pass.late?.begin(whereOf(entry, direction))
  const side = sideOf(entry, direction)
  // For scripts, the runtime itself reports which statement failed.
  const trace = side && 'scripts' in side ? null : traceStatements(pass.handle, pass.around)
  const { stackTraceLimit } = Error
  // Calls of helpers and of the runtime may lie between the code and its handle.
  if (trace) Error.stackTraceLimit = DEEP
  const onTrial = <T>(act: () => T): T => (pass.wall ? pass.wall.trial.run(act) : act())
  try {
    onTrial(work)
    return null
  } catch (error) {
    pass.late?.fail()
    const refused = trace?.refused(error) ?? null
    return onTrial(() => describeFailure(pass, { entry, direction, error, refused }))
  } finally {
    Error.stackTraceLimit = stackTraceLimit
    trace?.end()
    pass.late?.guard()
    pass.wall?.release()
    pass.reportEnd?.()
  }
}

const DEEP = 60
