// What SQLite plans for a statement, as `EXPLAIN QUERY PLAN` tells it. Pure.
import { isSameName } from '../../src/sql/names.js'

/** One line of a plan. */
export interface PlanRow {
  readonly id: number
  readonly parent: number
  readonly detail: string
}

/** The loops that a line is run in again and again: outer ones of a join, and those of rows that a subquery is asked for. */
export function loopsAround(row: PlanRow, plan: readonly PlanRow[]): readonly PlanRow[] {
  const outer = plan
    .slice(0, plan.indexOf(row))
    .filter(({ parent, detail }) => parent === row.parent && /^(?:SCAN|SEARCH) /.test(detail))
  const above = plan.find(({ id }) => id === row.parent)
  return !above || ONCE.test(above.detail) ? outer : [...outer, ...loopsAround(above, plan)]
}

/** What is asked once and kept, however often it is looked into. */
const ONCE = /^(?:LIST SUBQUERY|SCALAR SUBQUERY|MATERIALIZE)\b/

/** The table that a plan calls so: by its name, or by another one that the statement, of which these are the words, gives it. */
export function tableBehind(
  name: string,
  words: readonly string[],
  isTable: (name: string) => boolean,
): string | null {
  if (isTable(name)) return name
  const named = words.flatMap((word, at) => {
    if (!isSameName(word, name)) return []
    const before = words[at - 1] ?? ''
    return isSameName(before, 'as') ? [words[at - 2] ?? ''] : [before]
  })
  return named.find(isTable) ?? null
}
