// The constraints of a table in one way of writing, whether they stand at a column or for themselves.
import { cutAtCommas, insideOf, joinTokens } from '../sql/canonical-tokens.js'

/** What a constraint begins with. */
export type ConstraintKind = 'primary' | 'unique' | 'check' | 'references' | 'foreign'

/** Writes a constraint, without its name; `column` is the one that it stands at. */
export function constraintText(
  kind: ConstraintKind,
  clause: readonly string[],
  column?: string,
): string {
  if (kind === 'check') return `check (${joinTokens(insideOf(clause, clause.indexOf('(')).inside)})`
  if (kind === 'references' || kind === 'foreign') return foreignKeyText(clause, column)
  return keyText(kind, clause, column)
}

/**
 * PRIMARY KEY and UNIQUE. A column's own `PRIMARY KEY DESC` is kept apart: other than `PRIMARY KEY (column DESC)` it
 * does not make an INTEGER column the rowid.
 */
function keyText(
  kind: 'primary' | 'unique',
  clause: readonly string[],
  column: string | undefined,
): string {
  const open = clause.indexOf('(')
  const { inside, after } =
    column === undefined ? insideOf(clause, open) : { inside: [column], after: clause.slice(1) }
  const columns = cutAtCommas(inside.filter((token) => token !== 'autoincrement')).map(
    orderedColumn,
  )
  const text = `${kind === 'primary' ? 'primary key' : 'unique'} (${columns.join(', ')})`
  const backwards = column !== undefined && after.includes('desc') ? ' desc' : ''
  const counting = clause.includes('autoincrement') ? ' autoincrement' : ''
  return text + backwards + conflictIn(after) + counting
}

/** A column of a key or an index; ascending order goes without saying. */
export const orderedColumn = (tokens: readonly string[]): string =>
  joinTokens(tokens.length > 1 && tokens.at(-1) === 'asc' ? tokens.slice(0, -1) : tokens)

function conflictIn(tokens: readonly string[]): string {
  const resolution = tokens[tokens.indexOf('conflict') + 1] ?? ''
  return tokens.includes('conflict') && resolution !== 'abort' ? ` on conflict ${resolution}` : ''
}

function foreignKeyText(clause: readonly string[], column: string | undefined): string {
  const at = clause.indexOf('references')
  const columns = column === undefined ? insideOf(clause, clause.indexOf('(')).inside : [column]
  const [parent = '', ...rest] = clause.slice(at + 1)
  const { inside, after } = rest[0] === '(' ? insideOf(rest, 0) : { inside: [], after: rest }
  const target = inside.length > 0 ? `${parent} (${joinTokens(inside)})` : parent
  return `foreign key (${joinTokens(columns)}) references ${target}${actions(joinTokens(after))}`
}

/** What is the default anyway (NO ACTION, immediate) and what SQLite ignores (MATCH) is left out. */
function actions(text: string): string {
  const on = (event: string): string => {
    const [, action] = new RegExp(`on ${event} (set null|set default|\\w+)`).exec(text) ?? []
    return action && action !== 'no' ? ` on ${event} ${action}` : ''
  }
  const deferred = /(?<!not )deferrable initially deferred/.test(text) ? ' deferred' : ''
  return on('delete') + on('update') + deferred
}
