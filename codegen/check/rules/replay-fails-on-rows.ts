// SQL only works as long as the tables are empty.
import { isChangeHeard } from '../changes/changed-values.js'
import { addedColumns } from '../changes/added-columns.js'
import { describeFailure, failureSubject, rowPhrase } from '../wording/describe-failure.js'
import { sideName, ignoreComment } from '../wording/describe-step.js'
import { expressionAtFault, mendExpression } from '../wording/mend-expression.js'
import { columnSubject } from '../subject/finding-subject.js'
import type { DeclaredExpression } from '../subject/declared-place.js'
import { downDifferences, isDifferenceHeard } from '../changes/down-differences.js'
import { explainRowFailure } from '../wording/explain-row-failure.js'
import type { RowFailureWords } from '../wording/failure-place.js'
import { factsIn, factsOf, type StepFact } from '../subject/facts.js'
import { columnFailure } from '../changes/fails-on-rows.js'
import { namesIn } from '../../sql/names-in.js'
import { isReported } from '../subject/apply-suppressions.js'
import { readStatement } from '../../sql/read-statement.js'
import type { Finding, ReplayedStep, Rule, Subject } from '../subject/rule.js'
import { statementAt } from '../subject/place.js'
import type { Name } from '../../sql/statement.js'
import { HOLE } from '../subject/static-text.js'
import { foldCase, plainName } from '../../../src/sql/names.js'
import { tableIn, columnIn } from '../../model/in-catalog.js'
import { uniqueIn } from '../changes/traced-keys.js'

/**
 * Silent if the same side also fails on an empty database, for a statement that static rules report as failing on rows
 * (`ADD_COLUMN_NOT_NULL` and the like), for a default that `down` forgets (`DOWN_NOT_INVERSE`), and for columns that are mixed up
 * (`VALUES_SWAPPED`). SQL that expects JSON is a warning: the generated texts may be the reason.
 */
export const replayFailsOnRows: Rule = {
  code: 'REPLAY_FAILS_ON_ROWS',
  severity: 'error',
  override: 'acknowledged',
  stage: 'replay',
  // A star with columns in another order is either the cause of the failure, or proven harmless.
  supersedes: ['INSERT_SELECT_STAR'],
  *check(subject) {
    const misplaced: Finding[] = []
    for (const found of factsOf(subject, 'step-failed')) {
      const { stage, cause } = found.fact
      if (stage !== 'rows' || cause !== 'sqlite' || isTold(found, subject)) continue
      const words = explainRowFailure(found.fact, found.step)
      const finding = judge(found, words, expressionAtFault(found.fact, found.step.migration))
      if (words.isMisplaced && misplaced.some((one) => isSameCause(one, finding, subject))) continue
      if (words.isMisplaced) misplaced.push(finding)
      yield finding
    }
  },
}

/** Whether a copy that mixes columns up fails again, and the first failure is reported. */
const isSameCause = (first: Finding, { at }: Finding, subject: Subject): boolean =>
  first.at.file === at.file &&
  first.at.line === at.line &&
  first.at.column === at.column &&
  isReported(subject, { code: 'REPLAY_FAILS_ON_ROWS', ...first })

function isTold(found: StepFact<'step-failed'>, subject: Subject): boolean {
  const { step, fact } = found
  const failsAnyway = factsIn(step, 'step-failed').some(
    ({ stage, at }) => stage === 'empty' && at.direction === fact.at.direction,
  )
  return (
    failsAnyway ||
    isRead(found, subject) ||
    forgetsDefault(found, subject) ||
    isMixedUp(found, subject)
  )
}

/** Whether a constraint fails on a value that belongs into another column, and `VALUES_SWAPPED` reports it. */
function isMixedUp({ step, fact }: StepFact<'step-failed'>, subject: Subject): boolean {
  const { at, table, message } = fact
  const [, kind, named] = /^(NOT NULL|CHECK|UNIQUE) constraint failed: (.*)$/m.exec(message) ?? []
  if (named === undefined || table === null) return false
  const columns = [...namesIn(named)]
  if (kind === 'UNIQUE' && !wasUnique(step, table, named)) return false
  return isChangeHeard(step, subject, { direction: at.direction, table, columns })
}

/** Whether these columns had no duplicates before: `n.org, n.email`, where `n` replaces the table. */
function wasUnique({ before }: ReplayedStep, table: string, named: string): boolean {
  const own = tableIn(before, table)
  const columns = new Set(
    named.split(', ').map((one) => foldCase(one.slice(one.lastIndexOf('.') + 1))),
  )
  return (
    own !== undefined &&
    uniqueIn(own, before).some((key) => key.every((name) => columns.has(foldCase(name))))
  )
}

/** Whether `down` re-adds a column without the default that it had, and `DOWN_NOT_INVERSE` reports it. */
function forgetsDefault({ step, fact }: StepFact<'step-failed'>, subject: Subject): boolean {
  const shape = fact.at.direction === 'down' ? readStatement(fact.at.statement ?? '') : null
  if (shape?.kind !== 'add-column' || columnFailure(shape) !== 'ADD_COLUMN_NOT_NULL') return false
  const key = `table ${plainName(shape.table.key)}`
  const column = columnIn(step.before, plainName(shape.table.key), plainName(shape.column.name.key))
  if (!column || column.default === null || isNull(column.default)) return false
  const found = downDifferences(step, subject)
  const differences = found.differences.filter(({ object }) => object === key)
  return isDifferenceHeard({ ...found, differences }, step, subject)
}

const isNull = (sql: string): boolean => /^[(\s]*null[)\s]*$/i.test(sql)

/** Whether a static rule has reported it: not for `down`, nor for SQL that code assembles in an unknown way. */
function isRead({ step, fact }: StepFact<'step-failed'>, subject: Subject): boolean {
  const text = statementAt(fact.at, step)?.text ?? fact.at.statement
  const shape = text === null ? null : readStatement(text)
  if (shape?.kind !== 'add-column' || fact.at.direction === 'down') return false
  const code = columnFailure(shape)
  if (code === null) return false
  return [...addedColumns(subject, code)].some(
    ({ statement, table, column }) =>
      (statement.migration ?? step.migration) === step.migration &&
      mayMean(table, shape.table) &&
      mayMean(column.name, shape.column.name),
  )
}

/** Whether a name that was read is, or may be, this one: a part that code inserts may be anything. */
function mayMean({ key: read }: Name, { key: run }: Name): boolean {
  const [first = '', ...rest] = read.split(HOLE)
  if (rest.length === 0) return read === run
  return run.startsWith(first) && run.endsWith(rest.at(-1) ?? '')
}

function judge(
  { step, fact, at }: StepFact<'step-failed'>,
  { why, fix: own, doubtful }: RowFailureWords,
  declared: DeclaredExpression | undefined,
): Finding {
  const about = declared ? columnSubject(declared.table, declared.column) : failureSubject(fact)
  // What to ask of a text before it is read as JSON is said already.
  const fix = declared && !doubtful ? mendExpression(declared, fact) : own
  const rows = fact.table === null ? 'the tables have rows' : `${fact.table} has rows`
  return {
    at: declared?.word === 'back' ? declared.position : at,
    ...(about !== undefined && { subject: about }),
    message: `${sideName(step.version, fact.at.direction, at)} works on an empty database but fails as soon as ${rows}: ${describeFailure(fact)}${rowPhrase(fact)}. ${why}`,
    fix: `${fix}. If there can be no such rows, say why: ${ignoreComment('REPLAY_FAILS_ON_ROWS', step.migration, about)}.`,
    ...(doubtful && { severity: 'warning' }),
  }
}
