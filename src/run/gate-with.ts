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
    const { before, see, after } = begin(hostOf(env))
    return {
      ...watch,
      *before(task) {
        yield* watch.before(task)
        yield* standing(env, task, before(stepOf(task)))
      },
      see(sql) {
        watch.see(sql)
        see(sql === UNKNOWN ? null : sql)
      },
      *after(task) {
        yield* watch.after(task)
        yield* standing(env, task, after(stepOf(task)))
      },
    }
  }
  return gate as Gate
}

/** A gate that ends the transaction leaves the step, or its record, in none; what it writes is checked by nobody else. */
function* standing<H>(env: Environment<H>, task: Task<H>, work: Work<void>): Work<void> {
  const end = yield* attend(env, 'not')
  let thrown: { readonly cause: unknown } | undefined
  try {
    yield* besideCode(env, work)
  } catch (cause) {
    thrown = { cause }
  }
  const wrong = yield* end()
  if (wrong === TRANSACTION_CHANGED && !(thrown && env.driver.faultOf(thrown.cause)))
    throw new LockstepError(gateTransaction(stepOf(task)), thrown)
  if (thrown) throw thrown.cause
  if (wrong !== null) throw new LockstepError(gateFailed(stepOf(task), wrong))
}

const hostOf = <H>({ driver, registry, table, options, emit }: Environment<H>): GateHost => ({
  database: driver,
  registry,
  table,
  ignoreTables: options.ignoreTables ?? [],
  warn: (problem) => emit({ type: 'warning', problem: problemOf(problem, problem.severity) }),
})

const stepOf = <H>({ event, file, outside }: Task<H>): GateStep => ({ ...event, file, outside })
