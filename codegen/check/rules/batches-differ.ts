// Declared batches have a different result if they are split, or stopped and resumed.
import { rowCount, sentence, versionName } from '../wording/describe-step.js'
import { factsOf } from '../subject/facts.js'
import type { BatchesDiffer } from '../../model/version-facts.js'
import type { Rule } from '../subject/rule.js'

/**
 * Reported once per step: it is run as one batch, and in batches of one row and of two that are stopped before and after each
 * COMMIT. What differs in every run, such as the time of day, does not count; but which rows share the same value does.
 */
export const batchesDiffer: Rule = {
  code: 'BATCHES_DIFFER',
  severity: 'error',
  stage: 'replay',
  *check(subject) {
    for (const { step, fact, at } of factsOf(subject, 'batches-differ')) {
      const name = sentence(versionName(step, at))
      if (fact.size === null)
        yield {
          at,
          message: `${name} cannot be done in batches. ${fact.message}`,
          fix: fact.fix ?? '',
        }
      else if (fact.shared !== undefined)
        yield {
          at,
          message: `${name} gives all rows of a batch the same random value in ${fact.shared} of ${fact.table}: which rows share one depends on the size of a batch, and that on the machine.`,
          fix: FIX_SHARED,
        }
      else
        yield {
          at,
          message: `${name} ${comesTo(fact, fact.size)} when all rows are one batch${beside(fact)}. The size of a batch depends on the machine.`,
          fix: fixOf(fact.stray),
        }
    }
  },
}

const FIX_SHARED =
  'Make a value for each row: in `update` with a function that is not inside a SELECT, such as `SET token = hex(randomblob(8))`, in `each` within the loop over its rows. If all rows are to have the same value, store it in an earlier migration.'

function comesTo({ table, message }: BatchesDiffer, size: number | 'all'): string {
  if (size === 'all') return `works when it runs in batches of one row, but fails (${message})`
  const cut = `in batches of ${rowCount(size)} with interruptions`
  if (table === null) return `fails when it runs ${cut} (${message}), but not`
  return `leaves different rows in ${table} when it runs ${cut} than`
}

const beside = ({ stray }: BatchesDiffer): string =>
  stray
    ? `, if ${stray.table}.${stray.column} has a value between two keys of ${stray.parent} that is not a key itself`
    : ''

const fixOf = (stray: BatchesDiffer['stray']): string =>
  stray
    ? `Compare with the keys of rows instead of a range: \`${stray.column} IN (SELECT ${stray.key} FROM ${stray.parent} WHERE ${stray.key} BETWEEN :from AND :to)\`, or in \`each\` with those of the rows that it is given. Or declare a foreign key in an earlier migration, which keeps such rows out.`
    : 'Make the work on a batch change only what belongs to its own rows: in `update` with a condition such as `id BETWEEN :from AND :to`, in `each` with the rows that it is given, keeping nothing between two calls.'
