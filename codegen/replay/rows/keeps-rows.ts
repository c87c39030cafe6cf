// Tells from the statements of a half alone that it can do nothing to rows, so that nothing has to be looked at. Pure.
import type { Situation } from './situation.js'
import type { Effect } from './statement-effect.js'

/**
 * Whether a statement leaves all rows and their values as they are; it may still fail. A new column is no change to the
 * others, and one that is dropped is meant to go.
 */
export function keepsRows({ verb, tokens }: Effect): boolean {
  if (verb === 'create') return !tokens.includes('SELECT') && !tokens.includes('VALUES')
  if (verb === 'rename-column') return true
  return verb === 'other' && DEFINES.has(tokens[0] ?? '')
}

/** Statements about indexes, views and triggers, and about columns of tables. */
const DEFINES = new Set(['CREATE', 'DROP', 'ALTER'])

/**
 * Whether a half has nothing to do with rows but to drop tables for good that no other table points at. With foreign keys
 * off this cannot fail because of rows. False for code.
 */
export function onlyTakesAway(effects: readonly Effect[], { children }: Situation): boolean {
  const dropped = new Set(effects.flatMap(({ verb, table }) => (verb === 'drop' ? [table] : [])))
  const alone = [...dropped].every((table) =>
    (children.get(table) ?? []).every((child) => dropped.has(child)),
  )
  const made = effects.some(({ verb, table }) => verb === 'create' && dropped.has(table))
  return effects.length > 0 && alone && !made && effects.every((effect) => isDrop(effect))
}

/** Other definitions depend on rows: a unique index, a column that is added. */
const isDrop = ({ verb, tokens }: Effect): boolean =>
  verb === 'drop' ||
  (verb === 'other' && (tokens[0] === 'DROP' || (tokens[0] === 'ALTER' && !tokens.includes('ADD'))))
