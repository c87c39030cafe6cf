// What is known of a whole history before its tables are filled.
import type { Database } from '../../../../src/database/better-sqlite3/handle.js'
import type { Registry } from '../../../../src/model/registry.js'
import { sideOf } from '../../../../src/plan/scripts.js'
import { futureKeys, type FutureKeys } from './future-keys.js'
import { jsonColumns } from './json-columns.js'
import { foldCase } from '../../../../src/sql/names.js'

/** What the SQL of a whole history tells about columns. */
export interface ColumnKnowledge {
  /** The names of columns whose texts must be JSON. */
  readonly json: ReadonlySet<string>
  /** The tables that columns point at, declared or not yet. */
  readonly keys: FutureKeys
}

/** The same for every database that the history is carried on. */
export interface Knowledge extends ColumnKnowledge {
  /** The tables that cannot be filled, with the reasons: each is told but once. */
  readonly told: Set<string>
}

/** Reads all SQL of a history. */
export const columnKnowledge = (scripts: readonly string[]): ColumnKnowledge => ({
  json: jsonColumns(scripts),
  keys: futureKeys(scripts),
})

/**
 * As one text, what is known of the columns that such scripts can make; of those with odd names, which no word in a script
 * tells, always.
 */
export function stampOf({ json, keys }: ColumnKnowledge, scripts: readonly string[]): string {
  const words = scripts.flatMap((script) => foldCase(script).match(WORD) ?? [])
  const odd = [...json, ...keys.keys()].filter((name) => name.match(WORD)?.[0] !== name)
  const names = [...new Set([...words, ...odd])].sort()
  return JSON.stringify([
    names.filter((name) => json.has(name)),
    names.flatMap((name) => (keys.has(name) ? [[name, keys.get(name)]] : [])),
  ])
}

const WORD = /[\w$\x80-\uffff]+/g

/** Reads the SQL of a history, as far as it is no code. */
export function knowledgeOf(registry: Registry<Database>): Knowledge {
  const scripts = registry.flatMap((entry) =>
    (['up', 'down'] as const).flatMap((direction) => {
      const side = sideOf(entry, direction)
      return side && 'scripts' in side ? side.scripts : []
    }),
  )
  return { told: new Set(), ...columnKnowledge(scripts) }
}
