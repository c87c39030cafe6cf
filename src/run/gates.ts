// Lets the gates of the options look at each step, beside the watch over foreign keys.
import type { GateHost, GateStep } from '../model/gate.js'
import type { Environment } from './environment.js'
import { UNKNOWN } from './execute.js'
import type { KeyWatch } from './key-watch.js'
import type { Task } from './task.js'

/** The watch over foreign keys with the gates behind it; the watch itself when there are none. */
export function withGates<H>(env: Environment<H>, keys: KeyWatch<H>): KeyWatch<H> {
  const { gates } = env.options
  if (!gates) return keys
  const watches = gates.map((gate) => gate(hostOf(env)))
  return {
    ...keys,
    *before(task) {
      yield* keys.before(task)
      for (const watch of watches) yield* watch.before(stepOf(task))
    },
    see(sql) {
      keys.see(sql)
      for (const watch of watches) watch.see(sql === UNKNOWN ? null : sql)
    },
    *after(task) {
      yield* keys.after(task)
      for (const watch of watches) yield* watch.after(stepOf(task))
    },
  }
}

const hostOf = <H>({ driver, registry, table, options, emit }: Environment<H>): GateHost => ({
  database: driver,
  registry,
  table,
  ignoreTables: options.ignoreTables ?? [],
  warn: (problem) => emit({ type: 'warning', problem }),
})

const stepOf = <H>({ event, file, outside }: Task<H>): GateStep => ({ ...event, file, outside })
