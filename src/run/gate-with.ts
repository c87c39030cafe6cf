// Makes a gate for the option `gates` by wrapping the key watch of a run, so that a run without gates carries no overhead.
import type { Work } from '../database/outcome.js'
import { isLockstepError, LockstepError, problemOf } from '../errors/lockstep-error.js'
import { gateFailed, gateTransaction } from '../errors/schema.js'
import type { Gate, GateHost, GateStep, GateWatch } from '../model/gate.js'
import { TRANSACTION_CHANGED } from '../model/told-step.js'
import type { Environment } from './environment/environment.js'
import { reasonOf } from './environment/faults.js'
import { besideCode } from './environment/in-line.js'
import { attend } from './hooks/attend.js'
import { UNKNOWN } from './execute.js'
import { withDigests } from '../schema/with-digests.js'
import type { KeyWatch } from './keys/key-watch.js'
import type { Task } from './environment/task.js'

/** Makes a gate from a function that is called when a run begins; the watch it returns sees each step of the run. */
export function gateWith(begin: (host: GateHost) => GateWatch): Gate {
  const gate = <H>(env: Environment<H>, watch: KeyWatch<H>): KeyWatch<H> => {
    let { driver } = env
    const database: GateHost['database'] = {
      query: (sql, parameters) => driver.query(sql, parameters),
      execute: (script) => driver.execute(script),
      faultOf: (error) => driver.faultOf(error),
    }
    const { before, see, after } = begun(() => begin(hostOf(env, database)))
    let blind: { readonly cause: unknown } | undefined
    const standing = (task: Task<H>, work: (step: GateStep) => Work<void>) =>
      attended(env, stepOf(task), function* (seen) {
        driver = seen
        yield* besideCode(env, work(stepOf(task)))
      })
    return {
      ...watch,
      *before(task) {
        yield* watch.before(task)
        yield* standing(task, before)
      },
      see(sql) {
        watch.see(sql)
        try {
          see(sql === UNKNOWN ? null : sql)
        } catch (cause) {
          // The statement itself did not fail; the gate did.
          blind ??= { cause }
        }
      },
      *after(task) {
        yield* watch.after(task)
        yield* standing(task, function* (step) {
          if (blind) throw blind.cause
          yield* after(step)
        })
      },
    }
  }
  return gate as Gate
}

function begun(begin: () => GateWatch): GateWatch {
  try {
    return begin()
  } catch (cause) {
    throw isLockstepError(cause)
      ? cause
      : new LockstepError(gateFailed(null, reasonOf(cause), 'threw'), { cause })
  }
}

/** Throws if a gate ended the transaction, which leaves the step or its record outside of one, or wrote, which nobody else checks. */
function* attended<H>(
  env: Environment<H>,
  step: GateStep,
  ask: (driver: Environment<H>['driver']) => Work<void>,
): Work<void> {
  const attendance = yield* attend(env, 'not')
  let thrown: { readonly cause: unknown } | undefined
  try {
    yield* ask(attendance.driver)
  } catch (cause) {
    thrown = { cause }
  }
  const wrong = yield* attendance.end()
  const error = thrown?.cause
  const isFault = thrown && env.driver.faultOf(error)
  if (wrong === TRANSACTION_CHANGED && !isFault)
    throw new LockstepError(gateTransaction(step), thrown)
  if (thrown && (isFault || isLockstepError(error))) throw error
  if (thrown) throw new LockstepError(gateFailed(step, reasonOf(error), 'threw'), thrown)
  if (wrong !== null) throw new LockstepError(gateFailed(step, wrong, 'wrote'))
}

const hostOf = <H>(
  { registry, table, options, emit }: Environment<H>,
  database: GateHost['database'],
): GateHost => ({
  database,
  registry: withDigests(registry, options.digests),
  digests: options.digests,
  table,
  ignoreTables: options.ignoreTables ?? [],
  warn: (problem) => emit({ type: 'warning', problem: problemOf(problem, problem.severity) }),
})

const stepOf = <H>({ event, file, outside }: Task<H>): GateStep => ({ ...event, file, outside })
