// The foreign keys that the SQL of a history speaks of, wherever: columns may hold keys before they are declared to. Pure.
import { splitStatements } from '../../../../src/sql/split-statements.js'
import { readStatement } from '../../../sql/read-statement.js'
import { referencesIn } from '../../../sql/references-in.js'

/** What a column points at: a table, and a column of it unless it is the primary key. Names are in lower case. */
export interface FutureKey {
  readonly parent: string
  readonly column: string | null
}

/** By the name of a column, what such columns point at; names are in lower case. */
export type FutureKeys = ReadonlyMap<string, FutureKey>

/** Reads REFERENCES clauses. A column that points at different tables in different places tells nothing. */
export function futureKeys(scripts: readonly string[]): FutureKeys {
  const keys = new Map<string, FutureKey>()
  const doubtful = new Set<string>()
  for (const [column, key] of scripts.flatMap(keysIn)) {
    const known = keys.get(column)
    if (known && known.parent !== key.parent) doubtful.add(column)
    keys.set(column, { ...key, column: key.column ?? known?.column ?? null })
  }
  return new Map([...keys].filter(([column]) => !doubtful.has(column)))
}

function keysIn(script: string): (readonly [string, FutureKey])[] {
  if (!/\breferences\b/i.test(script)) return []
  return splitStatements(script)
    .flatMap(({ text }) => referencesIn(readStatement(text)))
    .flatMap(({ columns: [column, more], parent, parentColumns: [to = null] }) =>
      column === undefined || more !== undefined ? [] : [[column, { parent, column: to }] as const],
    )
}
