// A migration changes values of a table that it does not update by name.
import { changedValues, gravityOf } from '../changes/changed-values.js'
import { isExchangeHeard } from '../changes/exchanged-by-down.js'
import { computedAs } from '../changes/generated-columns.js'
import type { FactOf } from '../subject/facts.js'
import { columnSubject } from '../subject/finding-subject.js'
import {
  describeValue,
  sideName,
  ignoreComment,
  inStatement,
  isRowByRow,
} from '../wording/describe-step.js'
import {
  byExpression,
  explainMixed,
  fixInBack,
  isCutOff,
  fromTo,
  wordsForCutOff,
  filledInPart,
  KEPT_NOWHERE,
} from '../wording/explain-values.js'
import { FIX_MERGED, whyMerged } from '../wording/explain-merge.js'
import { cutAsWritten } from '../../sql/cut-products.js'
import { mentions } from '../../sql/names-in.js'
import { sqlName } from '../../sql/sql-name.js'
import type { Finding, ReplayedStep, Rule, Subject } from '../subject/rule.js'
import { isDividedAway } from '../changes/integer-quotients.js'
import { isMeantForAll } from '../changes/levelled-columns.js'
import { backOf, isDeclared, withoutDeclared } from '../subject/declared-place.js'
import { stepPosition } from '../subject/place.js'
import { foldCase } from '../../../src/sql/names.js'
import { tableIn, columnOf } from '../../model/in-catalog.js'

/**
 * One finding per column: an error if the values of a column were left behind, a warning if they were replaced by others. Silent
 * for columns that hold the values of others (`VALUES_SWAPPED`), and for those whose values are converted because their type
 * changed (`COLUMN_TYPE_CHANGED`).
 */
export const valuesLost: Rule = {
  code: 'VALUES_LOST',
  severity: 'error',
  override: 'acknowledged',
  stage: 'replay',
  *check(subject) {
    for (const step of subject.replay?.steps ?? []) {
      // Beside columns that are mixed up, a changed value may be a consequence.
      const changed = changedValues(step).flatMap(({ facts, swapped }) =>
        facts.filter(({ from, lost }) => from === null && (!swapped || lost !== undefined)),
      )
      for (const fact of changed) {
        if (isMeantForAll(fact, step, subject) || isDividedAway(fact, step)) continue
        if (fact.lost === 'moved' && isGivenBack(fact, step)) continue
        // A derived `down` restores what the declaration says.
        if (fact.lost === 'withheld' && isDeclared(step.migration, 'up')) continue
        const isExchanged =
          fact.lost === 'unreturned' &&
          isExchangeHeard(step, subject, `table ${foldCase(fact.table)}`)
        if (!isExchanged) yield judge(fact, step, subject)
      }
    }
  },
}

/** Whether `down` takes the values out of the new column, which shows that they are meant to be there. */
const isGivenBack = ({ source = '' }: Change, { statements }: ReplayedStep): boolean =>
  statements.some(
    ({ direction, shape, text }) =>
      direction === 'down' && /^(?:insert|update)$/.test(shape.kind) && mentions(text, source),
  )

function judge(told: Change, step: ReplayedStep, { settings }: Pick<Subject, 'settings'>): Finding {
  const place = withoutDeclared(told.at, step.migration)
  const fact = { ...told, at: place }
  const { table, column } = fact
  const at = stepPosition(place, step.migration, settings.root)
  const subject = columnSubject(table, column)
  const back = backOf(step.migration, place, { table, columns: [column] })
  const {
    what,
    fix,
    wanted = 'change',
  } = wordsForComputed(fact, step) ?? wordsFor(fact, byExpression(fact, step.migration))
  return {
    at: back?.position ?? at,
    subject,
    message: `${sideName(step.version, place.direction, at)} ${what}.`,
    fix: `${back ? fixInBack(fact, back, fix) : fix}. If the values are meant to ${wanted}, say why: ${ignoreComment('VALUES_LOST', step.migration, subject)}.`,
    severity: gravityOf(fact),
  }
}

/** What a side does to values, and how to keep them; losing or changing them may be intended. */
interface Words {
  readonly what: string
  readonly fix: string
  readonly wanted?: 'go'
}

type Change = FactOf<'values-changed'>

function wordsFor(fact: Change, declared: Words | null): Words {
  const { table, column, lost, merged } = fact
  const own = lost && WORDS[lost]
  if (own) return own(fact)
  if (declared) return declared
  if (merged !== undefined)
    return {
      what: `overwrites rows of ${table} with those of ${merged}${inStatement(fact.at)}, in one row ${column} goes ${fromTo(fact)}: ${whyMerged(table, merged)}`,
      fix: FIX_MERGED,
      wanted: 'go',
    }
  if (fact.agreeing !== undefined) return explainMixed(fact, fact.agreeing)
  if (fact.trigger !== undefined && DELETES.test(fact.at.statement ?? ''))
    return {
      what: `deletes rows of ${fact.source}${inStatement(fact.at)} that are put back later, and the trigger ${fact.trigger} takes them off what it counts or marks: in one row of ${table}, ${column} goes ${fromTo(fact)}`,
      fix: `Drop the trigger first: it is dropped with the table anyway, and recreated with it. Or set ${column} back with an UPDATE`,
    }
  if (fact.trigger !== undefined)
    return {
      what: `inserts existing rows into ${fact.source}${inStatement(fact.at)}, and the trigger ${fact.trigger} counts or marks them again: in one row of ${table}, ${column} goes ${fromTo(fact)}`,
      fix: `Drop the trigger first, and recreate it afterwards; or set ${column} back with an UPDATE`,
    }
  return {
    what: `changes values of ${table}${inStatement(fact.at)}, although no UPDATE sets them: in one row, ${column} goes ${fromTo(fact)}`,
    fix: copyIt(fact),
  }
}

/** For a generated column: `CONSTRAINT_LOST` then need not report it as well. */
function wordsForComputed(fact: Change, { before }: ReplayedStep): Words | null {
  const { at, table, column, lost } = fact
  const old = tableIn(before, table)
  if (lost !== 'left-out' || at.direction === 'down' || !old) return null
  if (!columnOf(old, column)?.generated) return null
  const clause = computedAs(column, old)
  return {
    what: `rebuilds ${table} without ${clause} of ${column}, so nothing computes it any more, and leaves it out${inStatement(at)}: in one row it goes ${fromTo(fact)}`,
    fix: `Give the new table \`${clause}\` for ${sqlName(column)} as well; or, to make it an ordinary column, copy it: name it on both sides of \`INSERT … SELECT\``,
  }
}

const WORDS: { readonly [L in NonNullable<Change['lost']>]?: (fact: Change) => Words } = {
  ...KEPT_NOWHERE,
  replaced: (fact) =>
    filledInPart(fact) ?? {
      what: `drops ${fact.column} of ${fact.table} and adds it again, so its default replaces all values: in one row it goes ${fromTo(fact)}`,
      fix: keepReplaced(fact.column),
      wanted: 'go',
    },
  rounded: (fact) => ({ what: whatIsRounded(fact), fix: READ_EXACTLY }),
  cast: wordsForCast,
  shared: wordsForShared,
  unreturned: (fact) => (isCutOff(fact) ? wordsForCutOff(fact) : wordsForUnreturned(fact)),
  unpartnered: ({ at, table, column, before }) => ({
    what: `turns ${describeValue(before)} into NULL in ${column} of ${table}${inStatement(at)}: a lookup returns NULL for a row without a match`,
    fix: UPSERT.test(at.statement ?? '')
      ? `Keep the value of such rows with \`SET ${sqlName(column)} = coalesce(excluded.${sqlName(column)}, ${sqlName(column)})\``
      : `Keep the value of such rows with \`coalesce(…, ${sqlName(column)})\` around the whole value, or a WHERE EXISTS`,
    wanted: 'go',
  }),
  compared: ({ at, table, column, source: text = '' }) => ({
    what: `turns every text but ${describeValue(text)} into 0 in ${column} of ${table}${inStatement(at)}, whatever it says: in another case, with spaces, or another word`,
    fix: `Check which texts there are with \`SELECT DISTINCT ${sqlName(column)} FROM ${sqlName(table)}\`, and list all that mean the same, as in \`lower(trim(${sqlName(column)})) IN (${describeValue(text)}, …)\``,
  }),
  touched: ({ at, table, column, before, trigger }) => ({
    what: `fires the trigger ${trigger}${inStatement(at)}, which writes the time of the migration into ${column} of ${table}: in one row it was ${describeValue(before)}, as the application had set it`,
    fix: `If the application shows these times or sorts by them, drop the trigger first, and recreate it afterwards; or skip rows that need no change with a WHERE`,
  }),
  seeded: ({ at, table, column, before, after, source = '' }) => ({
    what: `overwrites the row ${source} of ${table}${inStatement(at)}, which an earlier version inserted: ${column} was ${describeValue(before)} and is now ${describeValue(after)}, whatever the application has set since`,
    fix: `Change it only where it still has its original value, as in \`UPDATE ${sqlName(table)} SET ${sqlName(column)} = ${describeValue(after)} WHERE ${sqlName(column)} = ${describeValue(before)} AND …\``,
  }),
  unexchanged: ({ at, table, column, source = '' }) => ({
    what: `sets ${column} of ${table} to ${source}${inStatement(at)}, and then ${source} to ${column}, which by then is ${source} itself: what was in ${column} is lost`,
    fix: `Swap them in one statement, which reads both before it writes: \`UPDATE ${sqlName(table)} SET ${sqlName(column)} = ${sqlName(source)}, ${sqlName(source)} = ${sqlName(column)}\``,
    wanted: 'go',
  }),
  falsy: ({ at, table, column, before, after }) => ({
    what: `treats ${describeValue(before)} in ${column} of ${table} as a missing value${inStatement(at)}, and turns it into ${describeValue(after)}: ${isOfCode(at) ? '`||`, `?:` and `if` test whether a value is true' : 'a condition that is only a column tests whether its value is true'}, and this one is not`,
    fix: isOfCode(at)
      ? 'Use `??`, which replaces only NULL, or compare with null'
      : `Use \`coalesce(${sqlName(column)}, …)\`, which replaces only NULL`,
  }),
  reworded: ({ at, table, column, before, after, source }) => ({
    what: source
      ? `does not restore ${typeof before === 'string' ? 'texts of ' : ''}${column} of ${table}${inStatement(at)}: ${describeValue(before)} comes back as ${describeValue(after)}, because \`up\` turned both into ${typeof before === 'string' ? describeValue(source) : source}, which does not show the original`
      : `does not restore ${column} of ${table}${inStatement(at)}: ${describeValue(before)} stays ${describeValue(after)}, as \`up\` left it, which does not show the original`,
    fix: `Have \`up\` keep the old ${typeof before === 'string' ? 'texts' : 'values'} in another column, and \`down\` put them back; or declare the migration irreversible`,
  }),
  forsaken: ({ at, table, column, before, after, source = '' }) => ({
    what: `drops ${source}, to which \`up\` moved the values of ${column} of ${table}, without moving them back to their rows${inStatement(at)}: in one row ${describeValue(before)} has become ${describeValue(after)}`,
    fix: `Move each back to its row first, as in \`UPDATE ${sqlName(table)} SET ${sqlName(column)} = (SELECT … FROM ${sqlName(source)} WHERE …)\``,
    wanted: 'go',
  }),
  untied: ({ at, table, column, before, after, source }) => ({
    what: `gives rows of ${table} the same value in ${column}${inStatement(at)}, although each had its own: in one row ${describeValue(before)} has become ${describeValue(after)}. ${source ? `\`${source}\` compares a column with itself` : `No condition names a column of ${table}`}`,
    fix: `Tie what is read to the row that gets it, with a condition on a column of ${table}: \`… = ${sqlName(table)}.…\``,
  }),
  parted: ({ at, table, column, before, after }) => ({
    what: `splits the text that \`up\` joined, but at the wrong space${inStatement(at)}: ${column} of ${table} was ${describeValue(before)}, and is ${describeValue(after)} afterwards`,
    fix: `Have \`up\` keep ${column} beside the joined text until nobody rolls back any more, or declare the migration irreversible`,
  }),
  divided: ({ at, table, column, before, after, factor }) => ({
    what: `does not restore ${column} of ${table}${inStatement(at)}: in one row ${describeValue(before)} has become ${describeValue(after)}. Dividing integers gives an integer, and a CAST or round() drops the fraction`,
    fix: `Calculate with REAL numbers, as in \`/ ${factor}.0\``,
  }),
}

const wordsForUnreturned = ({ at, table, column, before, after }: Change): Words => ({
  what: `does not restore ${column} of ${table}${inStatement(at)}: ${describeValue(before)} comes back as ${describeValue(after)}, although what \`up\` made of it shows the original`,
  fix: `Make \`down\` compute each value from what \`up\` made of it`,
})

/** Whether code does the query, and the statement takes its values. */
const isOfCode = (at: Change['at']): boolean =>
  isRowByRow(at) || (at.script === null && /\?|[:@$]\w/.test(at.statement ?? ''))

function whatIsRounded(fact: Change): string {
  const { table, at, column, supposed } = fact
  const where = `${table}${inStatement(at)}`
  return supposed
    ? `would round integers beyond 2^53 in ${supposed.join(', ')} of ${where}, if there are any: in a row made to test this, ${column} goes ${fromTo(fact)}. Read as JavaScript numbers, which hold 53 bits, they are written back changed`
    : `rounds integers of ${where}: in one row, ${column} goes ${fromTo(fact)}. Read as JavaScript numbers, which hold 53 bits, they were written back changed`
}

function wordsForCast(fact: Change): Words {
  const { at, table, column, before, after, factor, type } = fact
  const [from, name] = [sqlName(table), sqlName(column)]
  const where = `${inStatement(at)}: in one row of ${table} it goes ${fromTo(fact)}`
  const product =
    factor && (cutAsWritten(at.statement ?? '', column, factor) ?? `${name} * ${factor}`)
  if (factor !== undefined && type !== undefined)
    return {
      what: `cuts off the fractions of ${column} * ${factor}${where}, although the new column has the type ${type}, which keeps them`,
      fix: `Leave out the CAST: \`${product}\``,
    }
  if (factor !== undefined)
    return {
      what: `cuts ${column} * ${factor} down to one less than intended${where}, because ${before} * ${factor} is slightly less than ${Number(after) + 1} as a REAL number`,
      fix: `Round first: \`CAST(round(${product}) AS INTEGER)\``,
    }
  return {
    what: `loses part of some values in the CAST of ${column}${where}. CAST reads as much of a text as looks like a number, and turns any other into 0; to INTEGER, it cuts off fractions`,
    fix: `Check for such values with \`SELECT ${name} FROM ${from} WHERE CAST(${name} AS ${type ?? '…'}) <> ${name}\`, and handle them in a CASE`,
  }
}

function wordsForShared({ at, table, column, after, source, times }: Change): Words {
  const where = `${column}${inStatement(at)}`
  if (source === undefined)
    return {
      what: times
        ? `gives all rows of ${table} the same value in ${where}, ${times} times, once for each row that it read: only the last value stays`
        : `gives several rows of ${table} the same value in ${where}, each time for one row that it read: those with the same value in what its WHERE compares all get that of the last one`,
      fix: 'Say which row is meant, with a WHERE on its key',
    }
  return {
    what: `gives rows of ${table} the same value in ${where}, whether or not anything in ${source} belongs to them: in a trial all got ${describeValue(after)}, although what was in ${source} belonged to one`,
    fix: `Tie what is looked up in ${source} to the row that gets it, with a condition on a column of ${table}; if the subquery reads ${table} too, give it an alias there`,
  }
}

const DELETES = /^\s*delete\b/i

const UPSERT = /\bon\s+conflict\b[^;]*\bdo\s+update\b/i

const READ_EXACTLY =
  'Read them as big integers, with `.safeIntegers()` on the statement or through `ctx.batches`, or copy them in SQL (`INSERT … SELECT`)'

const keepReplaced = (column: string): string =>
  `Keep the values of ${column}: add the new column under another name, fill it from the old one with an UPDATE, drop the old one, and rename; or rebuild the table with a copy of all columns`

const REPLACES = /^\s*(?:insert\s+or\s+)?replace\b/i

function copyIt({ at, column, lost }: Change): string {
  const replaces = REPLACES.test(at.statement ?? '')
  if (lost === 'mixed')
    return `Take ${column} from the row itself: the name in the copy means that of another row`
  if (isRowByRow(at))
    return `Name ${column} in the INSERT, and pass the value of the old row${replaces ? '; or leave it alone, with `INSERT … ON CONFLICT (…) DO UPDATE SET …`' : ''}`
  if (!/^\s*(?:with|insert|replace|create)\b/i.test(at.statement ?? 'insert'))
    return `Set ${column} in an UPDATE that names it, before the statement that causes this`
  return replaces
    ? `Leave ${column} alone, with \`INSERT … SELECT … WHERE true ON CONFLICT (…) DO UPDATE SET …\`, which sets only what it names; or name it on both sides of the copy as well`
    : `Copy ${column} as it is: name the column on both sides of \`INSERT … SELECT\``
}
