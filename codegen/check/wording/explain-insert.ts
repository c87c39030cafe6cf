// Explains why an INSERT adds a row with a key that another row has.
import { canonicalName, canonicalTokens, insideOf } from '../../../src/sql/canonical-tokens.js'
import { constantOf, itemsFor } from '../../sql/read-select.js'
import type { Insert } from '../../sql/statement.js'
import type { StepFailed } from '../../model/evidence.js'
import type { ReplayedStep } from '../subject/rule.js'
import { isSameName, plainName } from '../../../src/sql/names.js'
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

/** An INSERT that SQLite stopped. */
interface Stopped {
  readonly fact: StepFailed
  readonly step: ReplayedStep
  readonly sql: string | null
  readonly target: string
  readonly columns: readonly string[]
}

/** Whether another statement of the step has already inserted rows into the table that may have the same key. */
export function isFilledBefore(
  { fact, step, sql, target, columns }: Stopped,
  insert: Insert,
): boolean {
  const own = step.statements.filter(({ direction }) => direction === fact.at.direction)
  const at = own.findIndex(({ text }) => text === sql)
  return own
    .slice(0, Math.max(0, at))
    .some(
      ({ shape }) =>
        shape.kind === 'insert' &&
        isSameName(plainName(shape.table.key), target) &&
        !areApart(shape, insert, columns),
    )
}

/** Whether two statements write different constants into one of these columns, so that no row of one meets one of the other. */
const areApart = (one: Insert, other: Insert, columns: readonly string[]): boolean =>
  columns.some((column) => {
    const [own = [], theirs = []] = [one, other].map((insert) => itemsFor(column, insert))
    const [mine, others] = [own, theirs].map((items) => items.map(constantOf))
    const isKnown = own.length > 0 && theirs.length > 0 && ![...mine!, ...others!].includes(null)
    return isKnown && !mine!.some((value) => others!.includes(value))
  })

/** The condition by which an INSERT asks which rows of a table are there, as tokens; undefined if there is none. */
export const guardOn = (table: string, sql: string): readonly string[] | undefined =>
  [...sql.matchAll(/\bnot\s+(?:exists|in)\b/gi)]
    .map(({ index }) => canonicalTokens(sql.slice(index)))
    .find((tokens) => insideOf(tokens, tokens.indexOf('(')).inside.includes(canonicalName(table)))

/** An INSERT that asks which rows are there: of those that it inserts itself, it sees none. */
export function explainGuarded(
  columns: readonly string[],
  guard: readonly string[],
  { same, brought, there }: MeetingRows & { readonly same: string },
): Words {
  return columns.length > 0 && asksFor(columns, guard)
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
