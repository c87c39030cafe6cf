// The UNIQUE indexes that a side makes over a table that it deletes rows from. Pure.
import type { Database } from '../../../../src/database/better-sqlite3/handle.js'
import { plainName } from '../../../../src/sql/names.js'
import type { RegistryEntry } from '../../../../src/model/registry.js'
import { scriptEffects } from './observed-run.js'
import type { Effect } from './statement-effect.js'

/** What a version makes UNIQUE, as far as SQL says so: whoever deletes duplicates in the version before does it for this. */
export const uniqueNext = (next: RegistryEntry<Database> | undefined): readonly Effect[] =>
  next
    ? scriptEffects({ entry: next, direction: 'up' }).filter(
        ({ shape }) => shape.kind === 'create-index' && shape.unique,
      )
    : []

/** The columns of each, in lower case; none of those over expressions but for texts in other letters, nor of several columns where a condition says which rows are meant. */
export function uniqueMade(effects: readonly Effect[], name: string): (readonly string[])[] {
  if (!effects.some(({ verb, table }) => verb === 'delete' && table === name)) return []
  return effects.flatMap(({ shape }) => {
    if (shape.kind !== 'create-index' || !shape.unique || plainName(shape.table.key) !== name)
      return []
    const columns = shape.terms.map(columnOf)
    const isPart = shape.terms.length > 1 && shape.where.length > 0
    return columns.includes(null) || isPart ? [] : [columns.map(String)]
  })
}

/** `lower(trim(name))` is about the name. */
function columnOf(term: readonly string[]): string | null {
  const [first = '', open] = term
  if (open !== '(') return term.includes('(') ? null : plainName(first)
  return LETTERS.has(plainName(first)) ? columnOf(term.slice(2).filter((one) => one !== ')')) : null
}

const LETTERS: ReadonlySet<string> = new Set(['lower', 'upper', 'trim'])
