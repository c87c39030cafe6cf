// Watches foreign keys over a run: counts once before the first step that can make a violation, and after each such step.
import { settled, type Work } from '../../database/outcome.js'
import type { Environment } from '../environment/environment.js'
import { countIn, countViolations, KEYED_TABLES, type KeyCount } from './key-count.js'
import { refuseIncrease } from './key-increase.js'
import type { Task } from '../environment/task.js'

/** Brackets each step; `before` and `after` stand inside the step's transaction. */
export interface KeyWatch<H> {
  before(task: Task<H>): Work<void>
  /** Takes note of text that a step is about to run: a schema without keys gets one only through REFERENCES. */
  see(sql: string): void
  /** Throws when the step has left more violations of a constraint than there were. */
  after(task: Task<H>): Work<void>
  /** Another connection has committed: what it left must be looked at again, and not be blamed on a step. */
  forget(): void
}

const NOTHING: KeyCount = new Map()

/** Begins watching. Nothing is counted for steps that the build has proven harmless, nor while there are no keys at all. */
export function keyWatch<H>(env: Environment<H>): KeyWatch<H> {
  let counted: KeyCount | undefined
  let keyed = false
  const proven = ({ direction, entry }: Task<H>): true | readonly string[] | undefined =>
    direction === 'up' ? entry.keepsForeignKeys : undefined
  return {
    *before(task) {
      if (proven(task) || counted) return
      keyed ||= yield* hasKeys(env)
      counted = keyed ? yield* countViolations(env) : NOTHING
    },
    see(sql) {
      keyed ||= /references/i.test(sql)
    },
    *after(task) {
      const only = proven(task)
      if (only === true || (!only && (!counted || !keyed))) return
      const now = yield* only ? countIn(env, only) : countViolations(env)
      // A table that the step has just created had no violations before.
      yield* refuseIncrease(env, task, only || !counted ? NOTHING : counted, now)
      if (!only) counted = now
    },
    forget() {
      counted = undefined
    },
  }
}

function* hasKeys<H>({ driver }: Environment<H>): Work<boolean> {
  const found = yield* settled(driver.query(`${KEYED_TABLES} LIMIT 1`))
  return found.length > 0
}
