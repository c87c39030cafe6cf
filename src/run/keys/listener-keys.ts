// Rows without their parent that a listener leaves: while a run is under way, foreign keys do not act.
import { perform, type Work } from '../../database/outcome.js'
import { LockstepError } from '../../errors/lockstep-error.js'
import { eventHandlerFailed } from '../../errors/usage.js'
import { COMMITTED } from '../../model/told-step.js'
import { foldCase } from '../../sql/names.js'
import type { Environment } from '../environment/environment.js'
import { referencesOf } from '../environment/inspect.js'
import { countIn } from './key-count.js'
import { WRITES } from './key-watch.js'

/**
 * Tells of events, and throws `EVENT_HANDLER_FAILED` where the listener has left more such rows than there were. Only tables
 * whose keys its own texts can touch are counted, before each runs and when it is done; what a trigger does is not seen, nor
 * what is run through a driver that cannot be watched.
 */
export function countingEmit<H>(env: Environment<H>): Environment<H>['emit'] {
  const { driver, emit, options } = env
  if (!options.onEvent || driver.mode === 'async') return emit
  // Where another connection keeps this one from reading, the listener cannot write either.
  const unlessBusy = <T>(work: Work<T>, otherwise: T): T => {
    try {
      return perform('sync', work)
    } catch (error) {
      if (driver.faultOf(error) !== 'busy') throw error
      return otherwise
    }
  }
  return (event) => {
    const before = new Map<string, number>()
    const see = (sql: string): void => {
      if (!WRITES.test(sql)) return
      const text = foldCase(sql)
      for (const [table = '', parent = ''] of unlessBusy(referencesOf(env), []))
        if (!before.has(table) && (text.includes(table) || text.includes(parent)))
          before.set(table, unlessBusy(orphansIn(env, table), Infinity))
    }
    const release = driver.watch?.(see)
    try {
      emit(event)
    } finally {
      release?.()
    }
    for (const [table, rows] of before)
      if (unlessBusy(orphansIn(env, table), 0) > rows) {
        const reason = `it left rows of ${table} without their parent`
        const left = driver.inTransaction() ? undefined : COMMITTED
        throw new LockstepError(eventHandlerFailed(event.type, reason, left))
      }
  }
}

function* orphansIn<H>(env: Environment<H>, table: string): Work<number> {
  const counts = [...(yield* countIn(env, [table])).values()]
  return counts.reduce((sum, { rows }) => sum + rows, 0)
}
