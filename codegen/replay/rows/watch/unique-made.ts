// Finds the UNIQUE indexes that a side creates on a table from which it deletes rows. Pure.
import type { Entry } from '../../sides/step-side.js'
import { plainName } from '../../../../src/sql/names.js'
import { scriptEffects } from './observed-run.js'
import type { Effect } from './statement-effect.js'

/** The UNIQUE indexes that the next version creates in SQL: deleting duplicates one version earlier prepares for them. */
export const uniqueNext = (next: Entry | undefined): readonly Effect[] =>
  next
    ? scriptEffects({ entry: next, direction: 'up' }).filter(
        ({ shape }) => shape.kind === 'create-index' && shape.unique,
      )
    : []

/**
 * The columns of each, in lower case. Left out are indexes over expressions other than lower, upper and trim, and partial indexes over
 * several columns.
 */
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

/** `lower(trim(name))` counts as `name`. */
function columnOf(term: readonly string[]): string | null {
  const [first = '', open] = term
  if (open !== '(') return term.includes('(') ? null : plainName(first)
  return LETTERS.has(plainName(first)) ? columnOf(term.slice(2).filter((one) => one !== ')')) : null
}

const LETTERS: ReadonlySet<string> = new Set(['lower', 'upper', 'trim'])
