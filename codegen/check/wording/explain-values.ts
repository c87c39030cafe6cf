// Explains lost values that others replace and nothing keeps.
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
    what: `gives all rows of ${table} one value in ${column}${inStatement(at)}, which has no WHERE: in one row it was ${describeValue(before)} and is ${describeValue(after)}, and nothing keeps what was there`,
    fix: `Add the condition that says which rows are meant (\`UPDATE ${sqlName(table)} SET … WHERE …\`), or keep the old values in a column beside it`,
  }),
  quotient: ({ at, table, column, before, after, source = '', factor }: Change) => ({
    what: `divides integers${inStatement(at)}, which leaves no fraction, though ${column} of ${table} is for numbers that have one: of ${source} = ${describeValue(before)} it makes ${describeValue(after)}`,
    fix: `Divide by a number of the type REAL, as in \`${sqlName(source)} / ${factor}.0\``,
  }),
  unarchived: ({ at, table, column, before, source = '' }: Change) => ({
    what: `deletes rows of ${table}${inStatement(at)} of which ${source} has a copy, but nothing of ${column}: in one row that was ${describeValue(before)}`,
    fix: `Name ${sqlName(column)} in the copy as well, on both sides of \`INSERT … SELECT\` or in its document`,
  }),
  unlinked: ({ at, table, column, before, after, source = '', late }: Change) => ({
    what:
      after === null
        ? `deletes duplicates in ${source}${inStatement(at)}, and rows of ${table} that point at them lose their ${column}, though a row stays that is the same: in one row ${describeValue(before)} has become NULL${late ? ', and what gives it another one comes too late' : ''}`
        : `deletes duplicates in ${source}${inStatement(at)}, and rows of ${table} have one of those in ${column}, though a row stays that is the same: in one row ${describeValue(after)}`,
    fix: `Point the rows of ${table} at the row of ${source} that stays before the DELETE, as in \`UPDATE ${sqlName(table)} SET ${sqlName(column)} = (SELECT … FROM ${sqlName(source)} WHERE …) WHERE ${sqlName(column)} IN (…)\``,
    wanted: 'go' as const,
  }),
  mistaken: ({ at, table, column, before, after }: Change) => ({
    what: `changes values of ${column} of ${table}${inStatement(at)} that \`up\` has left alone: where it was ${describeValue(before)} before \`up\` and behind it, it is ${describeValue(after)} afterwards`,
    fix: `Let \`down\` change what \`up\` has set and nothing else: ask for the value that \`up\` gives, or let \`up\` keep in a column beside it which rows it has set; or say that the migration is irreversible`,
  }),
  third: ({ at, table, column, before, after }: Change) => ({
    what: `does not bring back what \`up\` has set in ${column} of ${table}${inStatement(at)}: where it was ${describeValue(before)}, it is ${describeValue(after)} afterwards`,
    fix: `Set it to ${describeValue(before)} in the rows that \`up\` has changed; or, if these can't be told from others, say that the migration is irreversible`,
  }),
  interim: ({ at, table, column, before, after }: Change) => ({
    what: `reads ${column} of other rows of ${table} while it changes them one after the other${inStatement(at)}, so that the order of rows decides: where the rows as they were give ${describeValue(before)}, one has ${describeValue(after)} afterwards`,
    fix: `Read all rows before the first is changed, by \`UPDATE ${sqlName(table)} SET ${sqlName(column)} = … FROM (SELECT …)\``,
  }),
  moved: ({ at, table, column, before, after, source = '' }: Change) => ({
    what: `puts the values of ${column} of ${table} into ${source}, which is new, and ${after === null ? 'nothing' : describeValue(after)} into ${column} itself${inStatement(at)}: in one row it was ${describeValue(before)}, which code that reads ${column} does not find any more`,
    fix: `${isRowByRow(at) ? 'Hand the values over in the order in which the INSERT names their columns' : `Copy ${column} as it is: name the columns in the same order on both sides of \`INSERT … SELECT\``}. If ${source} is to have these values, let both have them, or drop ${column}`,
  }),
  unlisted: (fact: Change) => ({
    what: `makes ${fact.after ?? 'NULL'} of ${whichOf(fact)} in ${fact.column} of ${fact.table}${inStatement(fact.at)}${whyUnlisted(fact)}`,
    fix:
      fact.after === null
        ? `List the value, or end the CASE in \`ELSE ${sqlName(fact.column)}\``
        : 'List the value as well, with what it is to become',
  }),
  withheld: ({ at, table, column, before, after }: Change) => ({
    what: `leaves ${after === null ? 'nothing' : `${describeValue(after)} in all rows`} in ${column} of ${table}${inStatement(at)}, though its values were kept: in one row it was ${describeValue(before)}`,
    fix: `Let \`down\` bring ${column} back from where its values were put, or say that the migration is irreversible`,
  }),
}

/** For a column whose values a declaration changes, by `using` or `back`; null for any other. */
export function byExpression(fact: Change, migration: ParsedMigration) {
  const { at, table, column } = fact
  const back = backOf(migration, at, { table, columns: [column] })
  if (at.direction === 'down' ? !back : !isDeclared(migration, 'up')) return null
  return {
    what: `gives rows of ${table} other values by \`${back ? 'back' : 'using'}\`: in one row ${column} goes ${fromTo(fact)}`,
    fix: back
      ? giveToFew(back)
      : `Leave \`using\` of ${sqlName(column)} out, or let it make the new value of the old one`,
  }
}

const giveToFew = (back: DeclaredExpression): string =>
  `Let ${expressionName(back)} give another value only to rows that need one, as in \`CASE WHEN … THEN … ELSE ${sqlName(back.column)} END\``

/** What to do about a `back`, by what is to be done about a `down` that is written. */
export const fixInBack = ({ lost }: Change, back: DeclaredExpression, fix: string): string =>
  lost === 'mistaken' ? giveToFew(back) : fix.replace('Let `down`', `Let ${expressionName(back)}`)

/** `from 1 to 2`. */
export const fromTo = ({ before, after }: Change): string =>
  `from ${describeValue(before)} to ${describeValue(after)}`

/** For a column replaced by a new one that an UPDATE fills, but not in all rows. */
export const filledInPart = ({ at, table, column, before, after }: Change) =>
  /^\s*update\b/i.test(at.statement ?? '')
    ? {
        what: `fills the column that takes the place of ${column} of ${table} ${mentions(at.statement ?? '', column) ? 'only in part' : 'with nothing of it'}${inStatement(at)}, and drops the old one: in one row ${describeValue(before)} becomes ${describeValue(after)}`,
        fix: `Fill it from ${sqlName(column)} in all rows: without a WHERE, or with an ELSE that keeps ${sqlName(column)}`,
        wanted: 'go' as const,
      }
    : null

const whichOf = ({ before, source: other }: Change): string =>
  other === undefined
    ? describeValue(before)
    : `both ${describeValue(before)} and ${describeValue(other)}`

function whyUnlisted({ after, source: other }: Change): string {
  if (other !== undefined) return ', by ELSE: `down` can give back only one of them'
  return after === null
    ? ': the table allows the value, and a CASE without ELSE gives NULL for all that it does not list'
    : ': the table allows the value, and a CASE that does not list it gives by ELSE what it gives for a value that it lists, so that nothing tells the two apart'
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
  what: `does not give back what ${column} of ${table} was before \`up\`${inStatement(at)}: where it was ${describeValue(before)}, it is ${describeValue(after)} afterwards. ${isSecondLess(before, after) ? 'A number of seconds that is a little less than a whole one, as by `julianday()`' : `A product that is a little less than a whole number, as ${describeValue(before)} * 100 in numbers of the type REAL`}, was cut off and not rounded`,
  fix: 'Let `up` round it, with `round(…)` or `Math.round(…)`, before it becomes an integer',
})
