// A migration changes values of a table that it does not update by name.
import { listed } from '../../diagnostics/listed.js'
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
  fixInBack,
  isCutOff,
  fromTo,
  wordsForCutOff,
  filledInPart,
  KEPT_NOWHERE,
} from '../wording/explain-values.js'
import { FIX_MERGED, whyMerged } from '../wording/explain-merge.js'
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
    fix: `${back ? fixInBack(fact, back, fix) : fix}. If the values are to ${wanted}, say why: ${ignoreComment('VALUES_LOST', step.migration, subject)}.`,
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
      what: `overwrites rows of ${table} with those of ${merged}${inStatement(fact.at)}, in one row ${column} ${fromTo(fact)}: ${whyMerged(table, merged)}`,
      fix: FIX_MERGED,
      wanted: 'go',
    }
  if (fact.agreeing !== undefined)
    return {
      what: `looks ${column} of ${table} up by ${listed(fact.agreeing)}${inStatement(fact.at)}, in which several rows may agree: one then gets what another has, in a trial ${fromTo(fact)}`,
      fix: `Look it up by the key of ${table}, or copy it from the row itself`,
    }
  if (fact.trigger !== undefined && DELETES.test(fact.at.statement ?? ''))
    return {
      what: `deletes rows of ${fact.source} that come back afterwards${inStatement(fact.at)}, and the trigger ${fact.trigger} takes them off what it counts or marks: in one row of ${table} ${column} ${fromTo(fact)}`,
      fix: `Drop the trigger before; it goes with the table, and is made again with it. Or set ${column} to what it was by an UPDATE`,
    }
  if (fact.trigger !== undefined)
    return {
      what: `puts rows into ${fact.source} that were there before${inStatement(fact.at)}, and the trigger ${fact.trigger} counts or marks them once more: in one row of ${table} ${column} ${fromTo(fact)}`,
      fix: `Drop the trigger before, and create it again behind; or set ${column} to what it was by an UPDATE`,
    }
  return {
    what: `changes values of ${table} that no UPDATE names${inStatement(fact.at)}: in one row ${column} ${fromTo(fact)}`,
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
    what: `makes ${table} anew without ${clause} of ${column}, which nothing computes from now on, and leaves it out${inStatement(at)}: in one row it goes ${fromTo(fact)}`,
    fix: `Give the new table \`${clause}\` for ${sqlName(column)} as well; or, if it is to be an ordinary column, copy it: name it on both sides of \`INSERT … SELECT\``,
  }
}

const WORDS: { readonly [L in NonNullable<Change['lost']>]?: (fact: Change) => Words } = {
  ...KEPT_NOWHERE,
  replaced: (fact) =>
    filledInPart(fact) ?? {
      what: `drops ${fact.column} of ${fact.table} and adds it again: its values are replaced by its default, in one row ${fromTo(fact)}`,
      fix: keepReplaced(fact.column),
      wanted: 'go',
    },
  rounded: (fact) => ({ what: whatIsRounded(fact), fix: READ_EXACTLY }),
  cast: wordsForCast,
  shared: wordsForShared,
  unreturned: (fact) => (isCutOff(fact) ? wordsForCutOff(fact) : wordsForUnreturned(fact)),
  unpartnered: ({ at, table, column, before }) => ({
    what: `makes NULL of ${describeValue(before)} in ${column} of ${table}${inStatement(at)}: that is what a lookup gives for a row that has no partner`,
    fix: UPSERT.test(at.statement ?? '')
      ? `Keep the value of such rows, by \`SET ${sqlName(column)} = coalesce(excluded.${sqlName(column)}, ${sqlName(column)})\``
      : `Keep the value of such rows, by \`coalesce((SELECT …), ${sqlName(column)})\` or a WHERE EXISTS`,
    wanted: 'go',
  }),
  compared: ({ at, table, column, source: text = '' }) => ({
    what: `makes 0 of every text but ${describeValue(text)} in ${column} of ${table}${inStatement(at)}, whatever it says: of other letters, with spaces, or another word`,
    fix: `Look which there are, with \`SELECT DISTINCT ${sqlName(column)} FROM ${sqlName(table)}\`, and name all that mean the same, as in \`lower(trim(${sqlName(column)})) IN (${describeValue(text)}, …)\``,
  }),
  touched: ({ at, table, column, before, trigger }) => ({
    what: `sets off the trigger ${trigger}${inStatement(at)}, which writes the moment of the migration into ${column} of ${table}: in one row it was ${describeValue(before)}, as the application had left it`,
    fix: `Where these moments are shown or sorted by, drop the trigger before, and create it again behind; or leave rows alone that need no change, by a WHERE`,
  }),
  seeded: ({ at, table, column, before, after, source = '' }) => ({
    what: `overwrites the row ${source} of ${table}, which an earlier version has put there${inStatement(at)}: ${column} was ${describeValue(before)} and is ${describeValue(after)} now, whatever the application has made of it since`,
    fix: `Change it only where it is as it was put there, as in \`UPDATE ${sqlName(table)} SET ${sqlName(column)} = ${describeValue(after)} WHERE ${sqlName(column)} = ${describeValue(before)} AND …\``,
  }),
  unexchanged: ({ at, table, column, source = '' }) => ({
    what: `sets ${column} of ${table} to ${source}${inStatement(at)}, and ${source} to ${column} afterwards, which is ${source} itself by then: what was in ${column} is gone`,
    fix: `Exchange them in one statement, which reads both before it writes: \`UPDATE ${sqlName(table)} SET ${sqlName(column)} = ${sqlName(source)}, ${sqlName(source)} = ${sqlName(column)}\``,
    wanted: 'go',
  }),
  falsy: ({ at, table, column, before, after }) => ({
    what: `takes ${describeValue(before)} in ${column} of ${table} for a missing value${inStatement(at)}, and makes ${describeValue(after)} of it: ${isOfCode(at) ? '`||`, `?:` and `if` ask whether a value is true' : 'a condition that is a column alone asks whether its value is true'}, which it is not`,
    fix: isOfCode(at)
      ? 'Write `??`, which stands in for NULL alone, or compare with null'
      : `Write \`coalesce(${sqlName(column)}, …)\`, which stands in for NULL alone`,
  }),
  reworded: ({ at, table, column, before, after, source }) => ({
    what: source
      ? `gives texts of ${column} of ${table} back as others${inStatement(at)}: where it was ${describeValue(before)}, it is ${describeValue(after)} afterwards, as \`up\` has made ${describeValue(source)} of both, which does not tell what it was`
      : `leaves ${column} of ${table} as \`up\` has made it${inStatement(at)}: where it was ${describeValue(before)}, it is ${describeValue(after)} afterwards, which does not tell what it was`,
    fix: `Let \`up\` keep the old texts in a column beside it, and \`down\` put them back; or say that the migration is irreversible`,
  }),
  forsaken: ({ at, table, column, before, after, source = '' }) => ({
    what: `drops ${source}, to which \`up\` has moved the values of ${column} of ${table}, and does not bring them back to their rows${inStatement(at)}: in one row ${describeValue(before)} has become ${describeValue(after)}`,
    fix: `Move each back to its row before, as in \`UPDATE ${sqlName(table)} SET ${sqlName(column)} = (SELECT … FROM ${sqlName(source)} WHERE …)\``,
    wanted: 'go',
  }),
  untied: ({ at, table, column, before, after, source }) => ({
    what: `gives rows of ${table} the same value in ${column}${inStatement(at)}, though each had its own: in one row ${describeValue(before)} has become ${describeValue(after)}. ${source ? `\`${source}\` compares a column with itself` : `No condition names a column of ${table}`}`,
    fix: `Tie what is read to the row that gets it, by a condition with a column of ${table}: \`… = ${sqlName(table)}.…\``,
  }),
  parted: ({ at, table, column, before, after }) => ({
    what: `cuts the text that \`up\` has joined at another space than the one that was put there${inStatement(at)}: ${column} of ${table} was ${describeValue(before)}, and is ${describeValue(after)} afterwards`,
    fix: `Let \`up\` keep ${column} beside the joined text until nobody goes back, or say that the migration is irreversible`,
  }),
  divided: ({ at, table, column, before, after, factor }) => ({
    what: `does not give back what ${column} of ${table} was before \`up\`${inStatement(at)}: in one row ${describeValue(before)} has become ${describeValue(after)}. A quotient of integers is an integer, and a CAST or round() leaves no fraction`,
    fix: `Calculate with numbers of the type REAL, as in \`/ ${factor}.0\``,
  }),
}

const wordsForUnreturned = ({ at, table, column, before, after }: Change): Words => ({
  what: `does not give back what ${column} of ${table} was before \`up\`${inStatement(at)}: where it was ${describeValue(before)}, it is ${describeValue(after)} afterwards, though what \`up\` made of it would tell`,
  fix: `Let \`down\` make each value again of what \`up\` has made of it`,
})

/** Whether code does the query, and the statement takes its values. */
const isOfCode = (at: Change['at']): boolean =>
  isRowByRow(at) || (at.script === null && /\?|[:@$]\w/.test(at.statement ?? ''))

function whatIsRounded(fact: Change): string {
  const { table, at, column, supposed } = fact
  const where = `${table}${inStatement(at)}`
  return supposed
    ? `would round integers beyond 2^53 in ${supposed.join(', ')} of ${where}, should there be any: ${column} ${fromTo(fact)} in a row that was made to see it. Read as numbers of JavaScript, which hold 53 bits, they are written back as others`
    : `rounds integers of ${where}: in one row ${column} ${fromTo(fact)}. Read as numbers of JavaScript, which hold 53 bits, they were written back as others`
}

function wordsForCast(fact: Change): Words {
  const { at, table, column, before, after, factor, type } = fact
  const [from, name] = [sqlName(table), sqlName(column)]
  const where = `${inStatement(at)}: in one row of ${table} ${fromTo(fact)}`
  if (factor !== undefined && type !== undefined)
    return {
      what: `cuts the fractions of ${column} * ${factor} off${where}, though the new column is of the type ${type}, which keeps them`,
      fix: `Leave the CAST out: \`${name} * ${factor}\``,
    }
  if (factor !== undefined)
    return {
      what: `cuts ${column} * ${factor} to one less than is meant${where}, as ${before} * ${factor} is a little less than ${Number(after) + 1} in numbers of the type REAL`,
      fix: `Round before: \`CAST(round(${name} * ${factor}) AS INTEGER)\``,
    }
  return {
    what: `loses a part of values in the CAST of ${column}${where}. CAST reads as much of a text as looks like a number, and makes 0 of any other; to an INTEGER it cuts fractions off`,
    fix: `Look whether there are such values, with \`SELECT ${name} FROM ${from} WHERE CAST(${name} AS ${type ?? '…'}) <> ${name}\`, and give them a CASE of their own`,
  }
}

function wordsForShared({ at, table, column, after, source, times }: Change): Words {
  const where = `${column}${inStatement(at)}`
  if (source === undefined)
    return {
      what: `gives all rows of ${table} the same value in ${where}, ${times} times, once for each row that it has read: only the last one stays`,
      fix: 'Say which row is meant, by a WHERE with its key',
    }
  return {
    what: `gives rows of ${table} the same value in ${where}, whether anything in ${source} belongs to them or not: in a trial all got ${describeValue(after)}, though what there was in ${source} belonged to one`,
    fix: `Tie what is looked up in ${source} to the row that gets it, by a condition with a column of ${table}; where ${table} is read in the subquery too, give it another name there`,
  }
}

const DELETES = /^\s*delete\b/i

const UPSERT = /\bon\s+conflict\b[^;]*\bdo\s+update\b/i

const READ_EXACTLY =
  'Read them as big integers, with `.safeIntegers()` on the statement or by `ctx.batches`, or copy them in SQL (`INSERT … SELECT`)'

const keepReplaced = (column: string): string =>
  `Keep the values of ${column}: add the new column under another name, fill it with an UPDATE from the old one, drop that, and rename; or make the table anew with a copy of all columns`

const REPLACES = /^\s*(?:insert\s+or\s+)?replace\b/i

function copyIt({ at, column, lost }: Change): string {
  const replaces = REPLACES.test(at.statement ?? '')
  if (lost === 'mixed')
    return `Take ${column} of the row itself: as the copy names it, it is that of another row`
  if (isRowByRow(at))
    return `Name ${column} in the INSERT, and give the value of the old row${replaces ? '; or leave it alone, by `INSERT … ON CONFLICT (…) DO UPDATE SET …`' : ''}`
  if (!/^\s*(?:with|insert|replace|create)\b/i.test(at.statement ?? 'insert'))
    return `Let an UPDATE that names ${column} say what it becomes, before what sets this off`
  return replaces
    ? `Leave ${column} alone, by \`INSERT … SELECT … WHERE true ON CONFLICT (…) DO UPDATE SET …\`, which sets what it names; or name it on both sides of the copy as well`
    : `Copy ${column} as it is: name the column on both sides of \`INSERT … SELECT\``
}
