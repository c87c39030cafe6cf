// What is known of a whole history before its tables are filled.
import type { Database } from '../../../src/database/better-sqlite3/handle.js'
import type { Registry } from '../../../src/model/registry.js'
import { sideOf } from '../../../src/plan/scripts.js'
import { futureKeys, type FutureKeys } from './future-keys.js'
import { jsonColumns } from './json-columns.js'

/** The same for every database that the history is carried on. */
export interface Knowledge {
  /** The tables that cannot be filled, with the reasons: each is told but once. */
  readonly told: Set<string>
  /** The names of columns whose texts must be JSON. */
  readonly json: ReadonlySet<string>
  /** The tables that columns point at, declared or not yet. */
  readonly keys: FutureKeys
}

/** As one text, what is known of the columns that such scripts can make. */
export function stampOf({ json, keys }: Knowledge, scripts: readonly string[]): string {
  const words = new Set(scripts.flatMap((script) => script.toLowerCase().match(WORD) ?? []))
  const isSpokenOf = (name: string): boolean => words.has(name) || name.match(WORD)?.[0] !== name
  return JSON.stringify([
    [...json].filter(isSpokenOf).sort(),
    [...keys].filter(([column]) => isSpokenOf(column)).sort(),
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
  return { told: new Set(), json: jsonColumns(scripts), keys: futureKeys(scripts) }
}
