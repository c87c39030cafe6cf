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
          message: `${name} gives all rows of a batch one value in ${fact.shared} of ${fact.table}, by chance another one in each batch: which rows have the same depends on how many rows a batch has, and that on the machine.`,
          fix: FIX_SHARED,
        }
      else
        yield {
          at,
          message: `${name} ${comesTo(fact, fact.size)} when all rows are one batch${beside(fact)}. How many rows a batch has depends on the machine.`,
          fix: fixOf(fact.stray),
        }
    }
  },
}

const FIX_SHARED =
  'Make a value for each row: in `update` by a function that stands in no SELECT of its own, such as `SET token = hex(randomblob(8))`, in `each` within the loop over its rows. If all are to have the same, let an earlier migration write it down.'

function comesTo({ table, message }: BatchesDiffer, size: number | 'all'): string {
  if (size === 'all')
    return `does not fail when it runs in batches of one row, but does (${message})`
  const cut = `in batches of ${rowCount(size)} with interruptions`
  if (table === null) return `fails when it runs ${cut} (${message}), but not`
  return `leaves other rows in ${table} when it runs ${cut} than`
}

const beside = ({ stray }: BatchesDiffer): string =>
  stray
    ? `, where ${stray.table}.${stray.column} has a value between two keys of ${stray.parent} that is none of them`
    : ''

const fixOf = (stray: BatchesDiffer['stray']): string =>
  stray
    ? `Compare with keys of rows instead of all that is between two: \`${stray.column} IN (SELECT ${stray.key} FROM ${stray.parent} WHERE ${stray.key} BETWEEN :from AND :to)\`, or in \`each\` with those of the rows that it is given. Or let an earlier migration declare a foreign key, which keeps such rows out.`
    : 'Let the work on a batch change what belongs to its own rows: in `update` by a condition such as `id BETWEEN :from AND :to`, in `each` by the rows that it is given, without keeping anything between two calls.'
