// Finds rows without a parent that application code leaves beside the steps: keys are not enforced during a run.
import { perform, type Work } from '../../database/outcome.js'
import { WRITES } from '../../plan/inspect-sql.js'
import type { Environment } from '../environment/environment.js'
import { countIn, type KeyCount } from './key-count.js'
import { newOrphans } from './orphans-of.js'
import { reachedBy, touchedIn } from './touched.js'

/** Watches while such code runs on a driver that can be watched. */
export interface OrphanWatch {
  /** Called with each text before it runs. */
  see(sql: string): void
  /** The first table with rows without a parent that it did not have before. */
  found(): string | undefined
}

/** Only tables whose keys the texts, or triggers they fire, can touch are checked, before each text and when all are done. */
export function orphanWatch<H>(env: Environment<H>): OrphanWatch {
  const before = new Map<string, KeyCount | undefined>()
  let texts = ''
  // If another connection keeps this one from reading, the code cannot write either.
  const unlessBusy = <T>(work: Work<T>): T | undefined => {
    try {
      return perform('sync', work)
    } catch (error) {
      if (env.driver.faultOf(error) !== 'busy') throw error
      return undefined
    }
  }
  const touched = (): readonly string[] => unlessBusy(touchedIn(env, texts)) ?? []
  return {
    see(sql) {
      if (!WRITES.test(sql)) return
      texts += unlessBusy(reachedBy(env, sql)) ?? ''
      for (const table of touched())
        if (!before.has(table)) before.set(table, unlessBusy(countIn(env, [table])))
    },
    found: () =>
      texts === ''
        ? undefined
        : touched().find((table) => {
            const was = before.has(table) ? before.get(table) : NOTHING
            const now = was && unlessBusy(countIn(env, [table]))
            return [...(now ?? [])].some(([key, one]) => newOrphans(was?.get(key), one))
          }),
  }
}

const NOTHING: KeyCount = new Map()
