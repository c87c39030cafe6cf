// Rows without their parent that code of the application leaves beside the steps: while a run is under way, keys do not act.
import { perform, type Work } from '../../database/outcome.js'
import { WRITES } from '../../plan/inspect-sql.js'
import { foldCase } from '../../sql/names.js'
import type { Environment } from '../environment/environment.js'
import { referencesOf } from '../environment/inspect.js'
import { countIn } from './key-count.js'

/** Counts while such code runs on a driver that can be watched. */
export interface OrphanWatch {
  /** Called with each text before it runs. */
  see(sql: string): void
  /** The first table that has more such rows than before. */
  found(): string | undefined
}

/**
 * Only tables whose keys the texts can touch are counted, before each runs and when all are done; what a trigger does is not
 * seen.
 */
export function orphanWatch<H>(env: Environment<H>): OrphanWatch {
  const before = new Map<string, number>()
  // Where another connection keeps this one from reading, the code cannot write either.
  const unlessBusy = <T>(work: Work<T>, otherwise: T): T => {
    try {
      return perform('sync', work)
    } catch (error) {
      if (env.driver.faultOf(error) !== 'busy') throw error
      return otherwise
    }
  }
  return {
    see(sql) {
      if (!WRITES.test(sql)) return
      const text = foldCase(sql)
      for (const [table = '', parent = ''] of unlessBusy(referencesOf(env), []))
        if (!before.has(table) && (text.includes(table) || text.includes(parent)))
          before.set(table, unlessBusy(orphansIn(env, table), Infinity))
    },
    found: () =>
      [...before].find(([table, rows]) => unlessBusy(orphansIn(env, table), 0) > rows)?.[0],
  }
}

function* orphansIn<H>(env: Environment<H>, table: string): Work<number> {
  const counts = [...(yield* countIn(env, [table])).values()]
  return counts.reduce((sum, { rows }) => sum + rows, 0)
}
