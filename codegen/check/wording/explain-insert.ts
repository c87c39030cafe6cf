// Explains why an INSERT adds a row with a key that another row has.
import { canonicalName, canonicalTokens, insideOf } from '../../../src/sql/canonical-tokens.js'
import type { Words } from './explain-join.js'

/** Which row the statement inserts, and which one is in its way. */
export interface MeetingRows {
  readonly brought: string
  readonly there: string
}

/** If more is not known. */
export const ANY_ROWS: MeetingRows = { brought: 'a row', there: 'another one' }

/** For an INSERT without a condition on what is there. */
export const explainInsert = (same: string, { brought, there } = ANY_ROWS): Words => ({
  why: `The statement itself inserts ${brought} with the same ${same} as ${there}, which is UNIQUE when it runs.`,
  fix: 'Insert each of them once, and skip those that already exist (`WHERE NOT EXISTS (SELECT …)`)',
})

/** A condition on what is there. */
export const GUARD = /\bnot\s+(?:exists|in)\b/i

/** An INSERT that asks which rows are there: of those that it inserts itself, it sees none. */
export function explainGuarded(
  columns: readonly string[],
  sql: string,
  { same, brought, there }: MeetingRows & { readonly same: string },
): Words {
  const isAsked =
    columns.length > 0 && asksFor(columns, canonicalTokens(sql.slice(sql.search(GUARD))))
  return isAsked
    ? {
        why: `The statement itself inserts two rows with the same ${same}, which is UNIQUE: its condition only sees the rows that were there before.`,
        fix: `Take one row for each ${same}, for example with GROUP BY, and decide what becomes of the values of the others`,
      }
    : {
        why: `The statement itself inserts ${brought} with the same ${same} as ${there}, or as another that it inserts, which is UNIQUE when it runs.`,
        fix: `Check the ${same} as well, so that no existing one is inserted again: the condition checks something else. If the SELECT may return two rows with the same ${same}, take one of them`,
      }
}

/** Whether the subquery of a condition looks for these columns, and nothing else. */
function asksFor(columns: readonly string[], tokens: readonly string[]): boolean {
  const { inside } = insideOf(tokens, tokens.indexOf('('))
  const count = (word: string): number => inside.filter((one) => one === word).length
  const isPlain = tokens[1] === 'in' ? count('where') === 0 : count('and') < columns.length
  return isPlain && count('or') === 0 && columns.every((name) => count(canonicalName(name)) > 0)
}
