// Something about the history could not be proven.
import { versionId } from '../../../src/model/version.js'
import { listed } from '../../diagnostics/listed.js'
import { sideName, inStatement, rowCount, versionName } from '../wording/describe-step.js'
import { factsOf, type StepFact } from '../subject/facts.js'
import type { Finding, Rule, Subject } from '../subject/rule.js'
import { sqlName } from '../../sql/sql-name.js'
import { oneLine, shortSql } from '../../sql/one-line.js'
import { transactionRefusal } from '../wording/left-out.js'

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
    message: `The ${seconds} seconds for the replay ran out at ${versionName(step, at)}; not everything about ${versionId(step.version)}${to} is proven.`,
    fix: `Allow more time: \`replayTimeoutMs: ${settings.replayTimeoutMs * 2}\` in the configuration.`,
  }
}

function onOtherDatabases({ step, fact }: Unproven): Finding {
  const at = step.migration.position
  const name = versionName(step, at)
  const later = fact.unfinished
    ? ' From here on the schema is unknown: the generated files about it are left as they are, and later versions are judged only as far as they do not need what is missing.'
    : ''
  const others = fact.started
    ? ' Node processes and threads also get only empty databases; nothing keeps other programs away from files.'
    : ''
  return {
    at,
    message: `The replay touches no databases but its own: for ${name} it ${keptFrom(fact)}.${others} What the step does there, and what becomes of rows that it moves, is not proven.${later}`,
    fix: 'Try this step on a copy of a real database and of the other one. Keep only what needs both in it.',
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
      ? [`used an empty one in memory in place of ${listed(databases.map(oneLine))}`]
      : []),
    ...(statements.length > 0 ? [`did not run ${named(statements)}`] : []),
    ...(following.length > 0
      ? [`skipped ${named(following)} because an earlier statement or version did not finish`]
      : []),
    ...(refused.length > 0 ? [`did not let it ${listed(refused)}`] : []),
    ...(started.length > 0 ? [`let it start ${named(started)}`] : []),
    ...(thrown === undefined ? [] : [`stopped at "${oneLine(thrown).replace(/\.$/, '')}"`]),
  ].join(', and ')
}

function withoutTrial({ step, fact: { thrown = '' } }: Unproven): Finding {
  const at = step.migration.position
  return {
    at,
    message: `One of the trials that the replay makes of ${versionName(step, at)} gave no result, because Lockstep itself failed: ${oneLine(thrown)}. What that trial looks for is not proven; everything else was tried.`,
    fix: 'You need not change anything. Report this, with the statements of the step, so that the trial can be fixed.',
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
  ' What `ctx.rebuild` does, and each batch of `ctx.batches` with the work on it, is done completely or not at all.'

function withoutTransaction({ step }: Unproven): Finding {
  const at = step.migration.transaction?.position ?? step.migration.position
  const name = versionName(step, at)
  return {
    at,
    message: `Nothing undoes ${name} if it fails halfway, because it runs without a transaction; what a failure leaves behind is not proven.`,
    fix: `Keep only the statements here that cannot run in a transaction, and make each of them safe to run again.${step.migration.up?.kind === 'code' ? WHOLE : ''}`,
  }
}

function withinLimit({ step, fact, at }: StepFact<'limit-untried'>): Finding {
  return {
    at,
    severity: 'warning',
    message: `${sideName(step.version, fact.at.direction, at)} copies at most ${rowCount(fact.limit)} of ${fact.table}${inStatement(fact.at)}. The replay had only ${fact.rows}: it is not proven that no table has more, and more would be lost.`,
    fix: `Copy all rows, without LIMIT. Delete unwanted rows in a separate statement: \`DELETE FROM ${sqlName(fact.table)} WHERE …\`.`,
  }
}

function withoutEnd({ step, fact, at }: StepFact<'ran-away'>): Finding {
  const [cause, tried, look] =
    fact.rows === 'moderate'
      ? [
          ' that hold an extreme number, to which it counts',
          'it was tried with numbers up to 5000 instead',
          'Look for an endless loop, and bound',
        ]
      : [
          ', even with moderate numbers',
          'it was tried without rows, and what becomes of rows is not proven',
          "Look for an endless loop. One that runs until it finds no more rows must change each row so that it is not found again, even if it writes '' or NULL once more. If it counts, bound",
        ]
  return {
    at,
    ...(fact.rows === 'none' && { severity: 'warning' }),
    message: `${sideName(step.version, fact.at.direction, at)} does not finish within seconds on generated rows${cause}, although it does without rows. An installation with such rows would not start; ${tried}.`,
    fix: `${look} what it counts to, as in \`WHERE n < 1000\`, or add a CHECK that keeps such numbers out of the column. If the column never holds them, give rows like those of the application: \`seeds\` in the configuration.`,
  }
}

function ofBatches({ step, fact, at }: StepFact<'batches-untried'>): Finding {
  const walk = step.migration.batches?.[fact.walk]
  const name = versionName(step, at)
  const seeds = 'give rows like those of the application: `seeds` in the configuration'
  if (fact.what === 'no change')
    return {
      at,
      message: `The batches of ${name} changed no rows in the replay: it is not proven that they give the same result for any batch size.`,
      fix: `Try the step on a copy of a real database, or ${seeds}, with values that it changes.`,
    }
  if (fact.what === 'failed')
    return {
      at,
      message: `The work on the batches of ${name} fails on the rows of the replay: it is not proven that they give the same result for any batch size.`,
      fix: `Try the step on a copy of a real database, or ${seeds}, on which the work does not fail.`,
    }
  return {
    at: walk?.query.position ?? at,
    severity: 'warning',
    message: `No row of the replay matches \`query\` in ${name} (\`${shortSql(walk?.query.value ?? '')}\`): it is not proven what the work does to rows, nor that it gives the same result for any batch size.`,
    fix: `Check that its condition can be true; if it can, ${seeds}, some of which match it and some of which do not.`,
  }
}
