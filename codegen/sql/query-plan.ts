// Interprets SQLite's plan for a statement from `EXPLAIN QUERY PLAN`. Pure.
import { foldCase, isSameName } from '../../src/sql/names.js'

/** One line of a plan. */
export interface PlanRow {
  readonly id: number
  readonly parent: number
  readonly detail: string
}

/** The loops in which a line is run repeatedly: outer ones of a join, and those whose rows a subquery is evaluated for. */
export function loopsAround(row: PlanRow, plan: readonly PlanRow[]): readonly PlanRow[] {
  const outer = plan
    .slice(0, plan.indexOf(row))
    .filter(({ parent, detail }) => parent === row.parent && /^(?:SCAN|SEARCH) /.test(detail))
  const above = plan.find(({ id }) => id === row.parent)
  return !above || ONCE.test(above.detail) ? outer : [...outer, ...loopsAround(above, plan)]
}

/** Evaluated once and kept, however often it is used. */
const ONCE = /^(?:LIST SUBQUERY|SCALAR SUBQUERY|MATERIALIZE)\b/

/** The table with this name in a plan: its own name, or an alias in the statement with these words. */
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

/**
 * Whether a statement, of which these are the words, may take away or change rows that others point at, so that SQLite looks for
 * those. It plans to for any INSERT as well, but does so only while a key is broken.
 */
export function looksForChildren(words: readonly string[]): boolean {
  const start = words.findIndex(
    (word, at) => /^(?:delete|drop|insert|replace|update)$/i.test(word) && words[at + 1] !== '(',
  )
  const [verb = '', ...more] = words.slice(start).map(foldCase)
  return (
    start >= 0 &&
    (verb !== 'insert' || (more[0] === 'or' && more[1] === 'replace') || more.includes('conflict'))
  )
}
