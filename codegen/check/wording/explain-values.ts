// Explains lost values that others replace and nothing keeps.
import { listed } from '../../diagnostics/listed.js'
import { mentions } from '../../sql/names-in.js'
import type { FactOf } from '../subject/facts.js'
import { sqlName } from '../../sql/sql-name.js'
import type { ParsedMigration } from '../../model/migration.js'
import { backOf, isDeclared, type DeclaredExpression } from '../subject/declared-place.js'
import { describeValue, inStatement, isRowByRow } from './describe-step.js'
import { expressionName } from './mend-expression.js'

type Change = FactOf<'values-changed'>

/** By how they are lost: what a side does to them, and how to keep them. */
export const KEPT_NOWHERE = {
  levelled: ({ at, table, column, before, after }: Change) => ({
    what: `gives all rows of ${table} one value in ${column}${inStatement(at)}, which has no WHERE: in one row it was ${describeValue(before)} and is now ${describeValue(after)}, and nothing keeps the old value`,
    fix: `Add the condition for the rows that you mean (\`UPDATE ${sqlName(table)} SET … WHERE …\`), or keep the old values in another column`,
  }),
  quotient: ({ at, table, column, before, after, source = '', factor }: Change) => ({
    what: `divides integers${inStatement(at)}, which drops the fraction, although ${column} of ${table} is for numbers that have one: ${source} = ${describeValue(before)} becomes ${describeValue(after)}`,
    fix: `Divide by a REAL number, as in \`${sqlName(source)} / ${factor}.0\``,
  }),
  unarchived: ({ at, table, column, before, source = '' }: Change) => ({
    what: `deletes rows of ${table}${inStatement(at)} that ${source} has a copy of, but without ${column}: in one row it was ${describeValue(before)}`,
    fix: `Name ${sqlName(column)} in the copy as well, on both sides of \`INSERT … SELECT\` or in its JSON document`,
  }),
  unlinked: ({ at, table, column, before, after, source = '', late }: Change) => ({
    what:
      after === null
        ? `deletes duplicates in ${source}${inStatement(at)}, and rows of ${table} that point at them lose their ${column}, although an identical row stays: in one row ${describeValue(before)} has become NULL${late ? ', and the statement that replaces it comes too late' : ''}`
        : `deletes duplicates in ${source}${inStatement(at)}, and rows of ${table} still point at them with ${column}, although an identical row stays: in one row ${describeValue(after)}`,
    fix: `Before the DELETE, point the rows of ${table} at the row of ${source} that stays, as in \`UPDATE ${sqlName(table)} SET ${sqlName(column)} = (SELECT … FROM ${sqlName(source)} WHERE …) WHERE ${sqlName(column)} IN (…)\``,
    wanted: 'go' as const,
  }),
  mistaken: ({ at, table, column, before, after }: Change) => ({
    what: `changes values of ${column} of ${table}${inStatement(at)} that \`up\` left alone: ${describeValue(before)}, the same before and after \`up\`, comes back as ${describeValue(after)}`,
    fix: `Make \`down\` change only what \`up\` set: test for the value that \`up\` sets, or have \`up\` record in another column which rows it set; or declare the migration irreversible`,
  }),
  third: ({ at, table, column, before, after }: Change) => ({
    what: `does not restore what \`up\` set in ${column} of ${table}${inStatement(at)}: ${describeValue(before)} comes back as ${describeValue(after)}`,
    fix: `Set it to ${describeValue(before)} in the rows that \`up\` changed; or, if these cannot be told from others, declare the migration irreversible`,
  }),
  interim: ({ at, table, column, before, after }: Change) => ({
    what: `reads ${column} of other rows of ${table} while it changes them one by one${inStatement(at)}, so the result depends on the order of rows: where the original rows give ${describeValue(before)}, one ends up with ${describeValue(after)}`,
    fix: `Read all rows before the first is changed, with \`UPDATE ${sqlName(table)} SET ${sqlName(column)} = … FROM (SELECT …)\``,
  }),
  moved: ({ at, table, column, before, after, source = '' }: Change) => ({
    what: `puts the values of ${column} of ${table} into ${source}, which is new, and ${after === null ? 'nothing' : describeValue(after)} into ${column} itself${inStatement(at)}: in one row it was ${describeValue(before)}, which code that reads ${column} no longer finds`,
    fix: `${isRowByRow(at) ? 'Pass the values in the order in which the INSERT names their columns' : `Copy ${column} as it is: name the columns in the same order on both sides of \`INSERT … SELECT\``}. If ${source} is meant to have these values, give them to both, or drop ${column}`,
  }),
  unlisted: (fact: Change) => ({
    what: `turns ${whichOf(fact)} into ${fact.after ?? 'NULL'} in ${fact.column} of ${fact.table}${inStatement(fact.at)}${whyUnlisted(fact)}`,
    fix:
      fact.after === null
        ? `List the value, or end the CASE with \`ELSE ${sqlName(fact.column)}\``
        : 'List the value as well, with what it becomes',
  }),
  withheld: ({ at, table, column, before, after }: Change) => ({
    what: `leaves ${after === null ? 'nothing' : `${describeValue(after)} in all rows`} in ${column} of ${table}${inStatement(at)}, although its values were kept: in one row it was ${describeValue(before)}`,
    fix: `Make \`down\` restore ${column} from where its values were put, or declare the migration irreversible`,
  }),
}

/** For a column whose values a declaration changes, by `using` or `back`; null for any other. */
export function byExpression(fact: Change, migration: ParsedMigration) {
  const { at, table, column } = fact
  const back = backOf(migration, at, { table, columns: [column] })
  if (at.direction === 'down' ? !back : !isDeclared(migration, 'up')) return null
  return {
    what: `changes values of ${table} with \`${back ? 'back' : 'using'}\`: in one row, ${column} goes ${fromTo(fact)}`,
    fix: back
      ? giveToFew(back)
      : `Leave out \`using\` of ${sqlName(column)}, or derive the new value from the old one`,
  }
}

const giveToFew = (back: DeclaredExpression): string =>
  `Make ${expressionName(back)} change only rows that need another value, as in \`CASE WHEN … THEN … ELSE ${sqlName(back.column)} END\``

/** What to do about a `back`, by what is to be done about a `down` that is written. */
export const fixInBack = ({ lost }: Change, back: DeclaredExpression, fix: string): string =>
  lost === 'mistaken' ? giveToFew(back) : fix.replace('Make `down`', `Make ${expressionName(back)}`)

/** `from 1 to 2`. */
export const fromTo = ({ before, after }: Change): string =>
  `from ${describeValue(before)} to ${describeValue(after)}`

/** For a column replaced by a new one that an UPDATE fills, but not in all rows. */
export const filledInPart = ({ at, table, column, before, after }: Change) =>
  /^\s*update\b/i.test(at.statement ?? '')
    ? {
        what: `fills the column that replaces ${column} of ${table} ${mentions(at.statement ?? '', column) ? 'only in part' : 'without reading it'}${inStatement(at)}, and drops the old one: in one row ${describeValue(before)} becomes ${describeValue(after)}`,
        fix: `Fill it from ${sqlName(column)} in all rows: without a WHERE, or with an ELSE that keeps ${sqlName(column)}`,
        wanted: 'go' as const,
      }
    : null

const whichOf = ({ before, source: other }: Change): string =>
  other === undefined
    ? describeValue(before)
    : `both ${describeValue(before)} and ${describeValue(other)}`

function whyUnlisted({ after, source: other }: Change): string {
  if (other !== undefined) return ', by ELSE: `down` can restore only one of them'
  return after === null
    ? ': the table allows the value, and a CASE without ELSE gives NULL for every value that it does not list'
    : ': the table allows the value, but the CASE does not list it, and its ELSE gives the same as a listed value, so the two can no longer be told apart'
}

/** A price that has become a cent less: 1.15 * 100 is a little less than 115 in numbers of the type REAL. */
export const isCutOff = ({ before, after }: Change): boolean =>
  isSecondLess(before, after) ||
  (typeof before === 'number' &&
    typeof after === 'number' &&
    before % 1 !== 0 &&
    Math.abs(before - after - 0.01) < 1e-9)

const isSecondLess = (before: Change['before'], after: Change['after']): boolean =>
  [before, after].every((one) => /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d/.test(String(one))) &&
  Date.parse(String(before)) - Date.parse(String(after)) === 1000

/** The words for it. */
export const wordsForCutOff = ({ at, table, column, before, after }: Change) => ({
  what: `does not restore ${column} of ${table}${inStatement(at)}: ${describeValue(before)} comes back as ${describeValue(after)}. ${isSecondLess(before, after) ? 'A number of seconds slightly below a whole one, as from `julianday()`' : `A product slightly below a whole number, as ${describeValue(before)} * 100 is in REAL numbers`}, was cut off instead of rounded`,
  fix: 'Have `up` round it with `round(…)` or `Math.round(…)` before it becomes an integer',
})

/** Rows get what belongs to others that agree with them. */
export const explainMixed = (fact: Change, agreeing: readonly string[]) => {
  const { at, table, column, source } = fact
  const what = `looks up ${column} of ${table} by ${listed(agreeing)}${inStatement(at)}, which several rows may share`
  return source === undefined
    ? {
        what: `${what}: a row then gets the value of another one, in a trial it goes ${fromTo(fact)}`,
        fix: `Look it up by the key of ${table}, or copy it from the row itself`,
      }
    : {
        what: `${what}: in a trial, one of two got the row of ${source} that was made of the other, and nothing leads to its own`,
        fix: `Keep in a column of ${source}, while the step runs, of which row each was made, and look it up by that; or make one row of ${source} for all that agree`,
      }
}
