// Rows without their parent that code of the application leaves beside the steps: while a run is under way, keys do not act.
import { perform, settled, type Work } from '../../database/outcome.js'
import { WRITES } from '../../plan/inspect-sql.js'
import { foldCase } from '../../sql/names.js'
import type { Environment } from '../environment/environment.js'
import { referencesOf } from '../environment/inspect.js'
import { countIn, type KeyCount } from './key-count.js'
import { newOrphans } from './orphans-of.js'

/** Looks on while such code runs on a driver that can be watched. */
export interface OrphanWatch {
  /** Called with each text before it runs. */
  see(sql: string): void
  /** The first table that has such rows which it did not have before. */
  found(): string | undefined
}

/**
 * Only tables whose keys the texts can touch, or the triggers that these set off, are looked at, before each runs and when all
 * are done.
 */
export function orphanWatch<H>(env: Environment<H>): OrphanWatch {
  const before = new Map<string, KeyCount | undefined>()
  let texts = ''
  // Where another connection keeps this one from reading, the code cannot write either.
  const unlessBusy = <T>(work: Work<T>): T | undefined => {
    try {
      return perform('sync', work)
    } catch (error) {
      if (env.driver.faultOf(error) !== 'busy') throw error
      return undefined
    }
  }
  const touched = (): readonly string[] =>
    (unlessBusy(referencesOf(env)) ?? []).flatMap(([table = '', parent = '']) =>
      texts.includes(table) || texts.includes(parent) ? [table] : [],
    )
  return {
    see(sql) {
      if (!WRITES.test(sql)) return
      texts += unlessBusy(reachedBy(env, foldCase(sql))) ?? ''
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

/** A folded text with those of the views that it names, the triggers on what it names, and so on. */
export function* reachedBy<H>({ driver }: Environment<H>, text: string): Work<string> {
  const rows = yield* settled(
    driver.query(
      "SELECT tbl_name AS a, sql AS b FROM main.sqlite_master WHERE type IN ('trigger', 'view') UNION ALL SELECT tbl_name, sql FROM sqlite_temp_master WHERE type IN ('trigger', 'view')",
    ),
  )
  let left = rows.map((row) => [foldCase(String(row['a'])), foldCase(String(row['b']))] as const)
  let all = text
  for (;;) {
    const fired = left.filter(([table]) => all.includes(table))
    if (fired.length === 0) return all
    left = left.filter((one) => !fired.includes(one))
    all += fired.map(([, sql]) => sql).join('')
  }
}
