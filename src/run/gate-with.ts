// Makes a gate for the option `gates`. It lays itself over a run's own watch, so that a run without gates carries nothing.
import type { Work } from '../database/outcome.js'
import { LockstepError, problemOf } from '../errors/lockstep-error.js'
import { gateFailed, gateTransaction } from '../errors/schema.js'
import type { Gate, GateHost, GateStep, GateWatch } from '../model/gate.js'
import { TRANSACTION_CHANGED } from '../model/told-step.js'
import type { Environment } from './environment/environment.js'
import { besideCode } from './environment/in-line.js'
import { attend } from './hooks/attend.js'
import { UNKNOWN } from './execute.js'
import type { KeyWatch } from './keys/key-watch.js'
import type { Task } from './environment/task.js'

/** Makes a gate of a function that is called when a run begins; what it answers looks at each step of the run. */
export function gateWith(begin: (host: GateHost) => GateWatch): Gate {
  const gate = <H>(env: Environment<H>, watch: KeyWatch<H>): KeyWatch<H> => {
    let { driver } = env
    const database: GateHost['database'] = {
      query: (sql, parameters) => driver.query(sql, parameters),
      execute: (script) => driver.execute(script),
      faultOf: (error) => driver.faultOf(error),
    }
    const { before, see, after } = begin(hostOf(env, database))
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
        see(sql === UNKNOWN ? null : sql)
      },
      *after(task) {
        yield* watch.after(task)
        yield* standing(task, after)
      },
    }
  }
  return gate as Gate
}

/** A gate that ends the transaction leaves the step, or its record, in none; what it writes is checked by nobody else. */
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
  if (wrong === TRANSACTION_CHANGED && !(thrown && env.driver.faultOf(thrown.cause)))
    throw new LockstepError(gateTransaction(step), thrown)
  if (thrown) throw thrown.cause
  if (wrong !== null) throw new LockstepError(gateFailed(step, wrong))
}

const hostOf = <H>(
  { registry, table, options, emit }: Environment<H>,
  database: GateHost['database'],
): GateHost => ({
  database,
  registry,
  table,
  ignoreTables: options.ignoreTables ?? [],
  warn: (problem) => emit({ type: 'warning', problem: problemOf(problem, problem.severity) }),
})

const stepOf = <H>({ event, file, outside }: Task<H>): GateStep => ({ ...event, file, outside })
