// The code of a migration throws on rows that the schema allows.
import { describeFailure, failureSubject, rowPhrase } from '../wording/describe-failure.js'
import { sideName, ignoreComment } from '../wording/describe-step.js'
import { factsOf } from '../subject/facts.js'
import { excerptOf } from '../../parse/excerpt.js'
import { nodePlace } from '../subject/place.js'
import { isMisnamed, nearestName } from '../wording/missing-name.js'
import type { Finding, ReplayedStep, Rule, Subject } from '../subject/rule.js'
import { sqlName } from '../../sql/sql-name.js'
import type { StepFailed } from '../../model/evidence.js'
import { UNDISTURBED } from '../../../src/run/context/walk.js'
import { ts } from 'ts-morph'
import { unwrap } from '../../loading/erased-syntax.js'
import { calleeOf } from '../../loading/load-syntax.js'

/**
 * The rows are generated, so it is unknown whether such rows exist: a warning, and a comment is enough. An error if any row will
 * do, as in a loop over `iterate()` that writes, whether a generated row reached the write or not.
 */
export const replayCodeFailsOnRows: Rule = {
  code: 'REPLAY_CODE_FAILS_ON_ROWS',
  severity: 'warning',
  stage: 'replay',
  *check(subject) {
    for (const { step, fact, at } of factsOf(subject, 'step-failed')) {
      if (fact.stage !== 'rows' || fact.cause !== 'code') continue
      const what = `${sideName(step.version, fact.at.direction, at)} works on an empty database but fails on generated rows: ${describeFailure(fact)}`
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

/** For code that no generated row reached, and that did not fail on any. */
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
  return `Make the code handle it; or give real rows as \`seeds: { ${name}: [{ … }] }\` in the configuration; or say in the migration why no such row exists: ${comment}.`
}

/** The message of better-sqlite3 while a result is read row by row. */
const KEPT_BUSY = /^This (?:database connection|statement) is busy executing a query/

const COLLECT_FIRST =
  'Read the rows with `.all()`, or collect them before the first write: nothing else can run on the connection while `iterate()` is being read.'

/** If the work on some rows is at fault, other rows do not help. */
const atFault = (what: string, fix: string, comment: string) =>
  ({
    severity: 'error',
    message: `${what}. It does so whatever the rows hold.`,
    fix: `${fix} If no database has rows there, say so: ${comment}.`,
  }) as const

/** Errors of the runtime for any row: without rows, the work on batches is not done. */
const OF_CODE = new Set([
  'FOREIGN_KEYS_PRAGMA',
  'MIGRATION_NOT_RUN',
  'MIGRATION_PROMISE',
  'STATEMENT_NUL',
  'TRANSACTION_CONTROL',
])

/** The runtime itself says which rows are concerned. */
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

/** The calls of `run` and `exec` that such loops make directly. */
function writesWhileIterating(nodes: Iterable<ts.Node>): ts.CallExpression[] {
  const all = [...nodes]
  return all
    .filter(ts.isForOfStatement)
    .filter(({ expression }) => isIterating(unwrap(expression), all))
    .flatMap(({ statement }) => writesIn(statement))
}

/** `statement.iterate()`, or a name that was given it and nothing else. */
function isIterating(node: ts.Node, all: readonly ts.Node[]): boolean {
  if (ts.isCallExpression(node)) return isMethod(node, ['iterate'])
  if (!ts.isIdentifier(node)) return false
  const given = all.filter(ts.isVariableDeclaration).filter(({ name }) => isNamed(name, node.text))
  const [first, more] = given.map(({ initializer }) => initializer)
  return first !== undefined && more === undefined && isCallOf(unwrap(first))
}

const isNamed = (name: ts.BindingName, text: string): boolean =>
  ts.isIdentifier(name) && name.text === text

const isCallOf = (node: ts.Node): boolean =>
  ts.isCallExpression(node) && isMethod(node, ['iterate'])

function isMethod(call: ts.CallExpression, names: readonly string[]): boolean {
  const callee = calleeOf(call)
  return ts.isPropertyAccessExpression(callee) && names.includes(callee.name.text)
}

/** Functions inside the loop may run later. */
function writesIn(statement: ts.Node): ts.CallExpression[] {
  const found: ts.CallExpression[] = []
  const waiting: ts.Node[] = [statement]
  for (const node of waiting) {
    if (ts.isCallExpression(node) && isMethod(node, ['run', 'exec'])) found.push(node)
    ts.forEachChild(node, (child) => void (ts.isFunctionLike(child) || waiting.push(child)))
  }
  return found.sort((one, other) => one.pos - other.pos)
}
