// The code of a migration throws on rows that the schema allows.
import { describeFailure, failureSubject, rowPhrase } from '../wording/describe-failure.js'
import { sideName, ignoreComment } from '../wording/describe-step.js'
import { factsOf } from '../subject/facts.js'
import { excerptOf } from '../../parse/excerpt.js'
import { nodePlace } from '../subject/place.js'
import { writesWhileIterating } from '../source/writes-while-iterating.js'
import { isMisnamed, nearestName } from '../wording/missing-name.js'
import type { Finding, ReplayedStep, Rule, Subject } from '../subject/rule.js'
import { sqlName } from '../../sql/sql-name.js'
import type { StepFailed } from '../../model/evidence.js'
import { UNDISTURBED } from '../../../src/run/context/walk.js'

/**
 * The rows are generated, so that nobody knows whether there are such rows: a warning, and a comment is enough. An error where any
 * row will do, as in a loop over `iterate()` that writes, whether a generated row came to the write or not.
 */
export const replayCodeFailsOnRows: Rule = {
  code: 'REPLAY_CODE_FAILS_ON_ROWS',
  severity: 'warning',
  stage: 'replay',
  *check(subject) {
    for (const { step, fact, at } of factsOf(subject, 'step-failed')) {
      if (fact.stage !== 'rows' || fact.cause !== 'code') continue
      const what = `${sideName(step.version, fact.at.direction, at)} works on an empty database and fails on generated rows: ${describeFailure(fact)}`
      const about = failureSubject(fact)
      const comment = ignoreComment('REPLAY_CODE_FAILS_ON_ROWS', step.migration, about)
      const place = { at, ...(about !== undefined && { subject: about }) }
      yield KEPT_BUSY.test(fact.message)
        ? { ...place, ...atFault(what, COLLECT_FIRST, comment) }
        : fact.refusal === undefined
          ? {
              ...place,
              message: `${what}${rowPhrase(fact)}. ${ALLOWED}`,
              fix: copeWith(fact, comment),
            }
          : { ...place, ...refused(what, { fact, step, comment }) }
    }
    yield* inLoops(subject)
  },
}

/** Of code that no generated row brought there, and that did not fail on any. */
function* inLoops({ replay, reachOf, settings }: Subject): Generator<Finding> {
  if (settings.driver !== 'better-sqlite3') return
  for (const { migration, version, facts } of replay?.steps ?? []) {
    for (const direction of ['up', 'down'] as const) {
      const side = migration[direction]
      const isTold = facts.some(
        (one) => one.kind === 'step-failed' && one.at.direction === direction,
      )
      if (side?.kind !== 'code' || isTold) continue
      const [found] = reachOf(side).flatMap(({ script, nodes }) =>
        writesWhileIterating(nodes).map((node) => ({ script, node })),
      )
      if (!found) continue
      const at = nodePlace(found.script, found.node)
      const comment = ignoreComment('REPLAY_CODE_FAILS_ON_ROWS', migration)
      yield {
        at,
        message: `${sideName(version, direction, at)} writes in a loop over \`iterate()\`, \`${excerptOf(found.node.getText())}\`: it fails with "This database connection is busy executing a query" on the first row that gets there, which no generated one did.`,
        fix: `${COLLECT_FIRST} If no row gets there, say why: ${comment}.`,
        severity: 'error',
      }
    }
  }
}

const ALLOWED = 'The schema allows such a row.'

function copeWith({ table }: StepFailed, comment: string): string {
  const name = table === null ? 'table' : sqlName(table)
  return `Let the code cope with it; or give real rows as \`seeds: { ${name}: [{ … }] }\` in the configuration; or say in the migration why there is no such row: ${comment}.`
}

/** What better-sqlite3 says while a result is read row by row. */
const KEPT_BUSY = /^This (?:database connection|statement) is busy executing a query/

const COLLECT_FIRST =
  'Read the rows with `.all()`, or collect them before the first write: nothing else runs on the connection while `iterate()` is read.'

/** Where the work on some rows is at fault, other rows do not help. */
const atFault = (what: string, fix: string, comment: string) =>
  ({
    severity: 'error',
    message: `${what}. So it does whatever the rows hold.`,
    fix: `${fix} If no database has rows there, say so: ${comment}.`,
  }) as const

/** What the runtime refuses of every row: with none, the work on batches is not done. */
const OF_CODE = new Set([
  'FOREIGN_KEYS_PRAGMA',
  'MIGRATION_NOT_RUN',
  'MIGRATION_PROMISE',
  'STATEMENT_NUL',
  'TRANSACTION_CONTROL',
])

/** The runtime itself says which rows it is about. */
function refused(
  what: string,
  { fact, step, comment }: { fact: StepFailed; step: ReplayedStep; comment: string },
) {
  const fix = `${nearestName(fact, step)}${fact.refusal}`
  if (OF_CODE.has(fact.code ?? '')) return { ...atFault(what, '', ''), fix }
  return fact.refusal === UNDISTURBED || isMisnamed(fact)
    ? atFault(what, fix, comment)
    : {
        message: `${what}. ${ALLOWED}`,
        fix: `${fix} If there can be no such row, say so: ${comment}.`,
      }
}
