// The foreign keys that the SQL of a history speaks of, wherever: columns may hold keys before they are declared to. Pure.
import { splitStatements } from '../../../../src/schema/split-statements.js'
import { readStatement } from '../../../sql/read-statement.js'
import { referencesIn } from '../../../sql/references-in.js'

/** By the name of a column, the table that such columns point at; names are in lower case. */
export type FutureKeys = ReadonlyMap<string, string>

/** Reads REFERENCES clauses. A column that points at different tables in different places tells nothing. */
export function futureKeys(scripts: readonly string[]): FutureKeys {
  const keys = new Map<string, string>()
  const doubtful = new Set<string>()
  for (const [column, parent] of scripts.flatMap(keysIn)) {
    if ((keys.get(column) ?? parent) !== parent) doubtful.add(column)
    keys.set(column, parent)
  }
  return new Map([...keys].filter(([column]) => !doubtful.has(column)))
}

function keysIn(script: string): (readonly [string, string])[] {
  if (!/\breferences\b/i.test(script)) return []
  return splitStatements(script)
    .flatMap(({ text }) => referencesIn(readStatement(text)))
    .flatMap(({ columns: [column, more], parent }) =>
      column === undefined || more !== undefined ? [] : [[column, parent] as const],
    )
}
