// Something about the history could not be proven.
import { versionId } from '../../../src/model/version.js'
import { listed } from '../../diagnostics/listed.js'
import { sideName, inStatement, rowCount, versionName } from '../wording/describe-step.js'
import { factsOf, type StepFact } from '../subject/facts.js'
import type { Finding, Rule, Subject } from '../subject/rule.js'
import { sqlName } from '../../sql/sql-name.js'
import { oneLine, shortSql } from '../../sql/one-line.js'
import { transactionRefusal } from '../source/left-out.js'

type Unproven = StepFact<'unproven'>

/**
 * Reported for each step that works on other databases, with what was not tried; if the time ran out, once, in the first version
 * that was not reached, and for each step that runs without a transaction, unless it does nothing that could be undone; for a
 * step that does not end with an extreme number in a column; for a rebuild whose copy has a limit that generated rows do not
 * reach; for batches that found no rows, or changed none; and for a trial at which Lockstep itself failed. `effects` is the
 * author's own statement, and after an earlier failure that failure is the finding.
 */
export const replayUnproven: Rule = {
  code: 'REPLAY_UNPROVEN',
  severity: 'info',
  stage: 'replay',
  *check(subject) {
    const unproven = [...factsOf(subject, 'unproven')]
    const late = unproven.filter(({ fact }) => fact.reason === 'time')
    if (late[0]) yield outOfTime(late[0], late.at(-1), subject)
    for (const one of unproven) {
      if (one.fact.reason === 'other-database') yield onOtherDatabases(one)
      if (one.fact.reason === 'trial-failed') yield withoutTrial(one)
      if (one.fact.reason === 'no-transaction' && !leavesNothing(one)) yield withoutTransaction(one)
    }
    for (const one of factsOf(subject, 'limit-untried')) yield withinLimit(one)
    for (const one of factsOf(subject, 'ran-away')) yield withoutEnd(one)
    for (const one of factsOf(subject, 'batches-untried')) yield ofBatches(one)
  },
}

function outOfTime({ step }: Unproven, last: Unproven | undefined, { settings }: Subject): Finding {
  const at = step.migration.position
  const to = last && last.step.version !== step.version ? ` to ${versionId(last.step.version)}` : ''
  const seconds = settings.replayTimeoutMs / 1000
  return {
    at,
    message: `The ${seconds} seconds for replaying ran out at ${versionName(step, at)}; not everything is proven about ${versionId(step.version)}${to}.`,
    fix: `Allow more time: \`replayTimeoutMs: ${settings.replayTimeoutMs * 2}\` in the configuration.`,
  }
}

function onOtherDatabases({ step, fact }: Unproven): Finding {
  const at = step.migration.position
  const name = versionName(step, at)
  const later = fact.unfinished
    ? ' From here on the schema is not known: the generated files about it are left as they are, and later versions are judged only as far as they do not need what is missing.'
    : ''
  const others = fact.started
    ? ' Node processes and threads have only empty databases as well; nothing keeps other programs from files.'
    : ''
  return {
    at,
    message: `Replay touches no database but its own: for ${name} it ${keptFrom(fact)}.${others} What the step does there, and how rows fare that it moves, is not proven.${later}`,
    fix: 'Try this step on a copy of a real database and of the other one. Keep in it only what needs both.',
  }
}

function keptFrom(fact: Unproven['fact']): string {
  const {
    databases = [],
    statements = [],
    following = [],
    refused = [],
    started = [],
    thrown,
  } = fact
  return [
    ...(databases.length > 0
      ? [`had an empty one in memory in place of ${listed(databases.map(oneLine))}`]
      : []),
    ...(statements.length > 0 ? [`did not run ${named(statements)}`] : []),
    ...(following.length > 0
      ? [
          `left out ${named(following)} because an earlier statement or version was not run to its end`,
        ]
      : []),
    ...(refused.length > 0 ? [`did not let it ${listed(refused)}`] : []),
    ...(started.length > 0 ? [`let it start ${named(started)}`] : []),
    ...(thrown === undefined ? [] : [`broke off at "${oneLine(thrown).replace(/\.$/, '')}"`]),
  ].join(', and ')
}

function withoutTrial({ step, fact: { thrown = '' } }: Unproven): Finding {
  const at = step.migration.position
  return {
    at,
    message: `One of the trials that replay makes of ${versionName(step, at)} came to no answer, because Lockstep itself failed at it: ${oneLine(thrown)}. What that trial looks for is not proven; everything else was tried.`,
    fix: 'Nothing needs to be changed because of this. Please report it, with the statements of the step, so that the trial can be mended.',
  }
}

const named = (statements: readonly string[]): string =>
  listed(statements.map((statement) => `\`${shortSql(statement)}\``))

/** Whether the step is SQL that can be repeated any number of times, and only works outside a transaction. */
const leavesNothing = ({ step: { migration, statements } }: Unproven): boolean =>
  [migration.up, migration.down].every((side) => side === null || side.kind === 'sql') &&
  statements.every(
    ({ shape, text }) =>
      (shape.kind === 'pragma' || (shape.kind === 'other' && shape.words[0] === 'vacuum')) &&
      transactionRefusal(shape) !== null &&
      !/\binto\b/i.test(text),
  )

const WHOLE =
  ' What `ctx.rebuild` does, and each batch of `ctx.batches` with the work on it, is done as a whole or not at all.'

function withoutTransaction({ step }: Unproven): Finding {
  const at = step.migration.transaction?.position ?? step.migration.position
  const name = versionName(step, at)
  return {
    at,
    message: `Nothing undoes ${name} when it fails half way, because it runs without a transaction; what a failure leaves behind is not proven.`,
    fix: `Keep only the statements here that cannot run in a transaction, and let each of them bear being run again.${step.migration.up?.kind === 'code' ? WHOLE : ''}`,
  }
}

function withinLimit({ step, fact, at }: StepFact<'limit-untried'>): Finding {
  return {
    at,
    severity: 'warning',
    message: `${sideName(step.version, fact.at.direction, at)} copies at most ${rowCount(fact.limit)} of ${fact.table}${inStatement(fact.at)}, and replay had only ${fact.rows}: that no table has more is not proven. More would be lost.`,
    fix: `Copy all rows, without LIMIT. Delete unwanted rows with a statement of their own: \`DELETE FROM ${sqlName(fact.table)} WHERE …\`.`,
  }
}

function withoutEnd({ step, fact, at }: StepFact<'ran-away'>): Finding {
  const [cause, tried, look] =
    fact.rows === 'moderate'
      ? [
          ': an extreme number in a column that it counts with runs away',
          'it was tried with numbers up to 5000 instead',
          'Look for a loop that does not end, and bound',
        ]
      : [
          ', also where all numbers are moderate',
          'it was tried without rows, and how rows fare is not proven',
          "Look for a loop that does not end. One that runs until it finds no more rows has to change each row so that it is not found again, also where it writes '' or NULL once more. Where it counts, bound",
        ]
  return {
    at,
    ...(fact.rows === 'none' && { severity: 'warning' }),
    message: `${sideName(step.version, fact.at.direction, at)} does not come to its end within seconds with generated rows, though it does without${cause}. An installation with such rows would not start; ${tried}.`,
    fix: `${look} what it counts to, as in \`WHERE n < 1000\`, or add a CHECK that keeps such numbers out of the column. Where the column never holds them, give rows as the application has them: \`seeds\` in the configuration.`,
  }
}

function ofBatches({ step, fact, at }: StepFact<'batches-untried'>): Finding {
  const walk = step.migration.batches?.[fact.walk]
  const name = versionName(step, at)
  const seeds = 'give rows as the application has them: `seeds` in the configuration'
  if (fact.what === 'no change')
    return {
      at,
      message: `The batches of ${name} have changed nothing in the rows of the replay: that they come to the same however they are cut is not proven.`,
      fix: `Try the step on a copy of a real database, or ${seeds}, with values that it changes.`,
    }
  if (fact.what === 'failed')
    return {
      at,
      message: `The work on the batches of ${name} fails on the rows of the replay: that they come to the same however they are cut is not proven.`,
      fix: `Try the step on a copy of a real database, or ${seeds}, with which the work does not fail.`,
    }
  return {
    at: walk?.query.position ?? at,
    severity: 'warning',
    message: `No row of the replay fits \`query\` in ${name} (\`${shortSql(walk?.query.value ?? '')}\`): what the work does to rows, and that it comes to the same however it is cut, is not proven.`,
    fix: `See that its condition can be true; if it can, ${seeds}, some of which fit it and some of which do not.`,
  }
}
