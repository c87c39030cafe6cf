// Finds versions that copy what a version removes, this one or earlier ones, but fail on generated rows, so that it is unknown what they
// keep.
import { versionId } from '../../../src/model/version.js'
import { foldCase, isSameName, plainName } from '../../../src/sql/names.js'
import { mentions } from '../../sql/names-in.js'
import { factsIn, type FactOf } from '../subject/facts.js'
import type { FoundStatement, ReplayedStep, Subject } from '../subject/rule.js'
import { finalName } from '../subject/final-name.js'

/** How that affects the message about a loss. */
export interface UnknownCopies {
  /** A sentence with a space before it. */
  readonly why: string
  /** Empty if the version has shipped; otherwise followed by a space. */
  readonly fix: string
}

interface Lost {
  readonly table: string
  /** Absent if it concerns rows. */
  readonly column?: string
}

/** For the version itself, or the latest such version before it; null if there is none. */
export function unknownCopies(
  lost: Lost,
  step: ReplayedStep,
  { replay, settings }: Subject,
): UnknownCopies | null {
  if (failsItself(lost, step)) return ITSELF
  const earlier = replay?.steps.filter(({ version }) => version < step.version) ?? []
  const by = tried(lost, step) ?? earlier.findLast((one) => failsBeside(lost, one))?.version
  if (by === undefined) return null
  const what = lost.column === undefined ? 'them' : 'it'
  // A trial runs all versions from the one that reads it on as one.
  const together = replay?.steps.filter(({ version }) => by <= version && version <= step.version)
  const failing = together?.find(failsOnRows)?.version ?? by
  const who = failing === by ? '' : `version ${versionId(failing)} `
  const isReleased = failing <= (settings.released ?? 0)
  return {
    why: ` Version ${versionId(by)} reads ${what}, but ${who}fails on rows, so it is unknown what it keeps.`,
    fix: isReleased
      ? ''
      : `Make version ${versionId(failing)} work on all rows, and this is judged again. `,
  }
}

const failsOnRows = (step: ReplayedStep): boolean =>
  factsIn(step, 'step-failed').some(({ stage, at }) => stage === 'rows' && at.direction === 'up')

const ITSELF: UnknownCopies = {
  why: ' The version itself fails on rows, so it is unknown what it keeps.',
  fix: 'Make it work on all rows first, and this is judged again. ',
}

/** Whether it reads what it removes in order to write, and fails so early that replay saw no loss. */
function failsItself(lost: Lost, step: ReplayedStep): boolean {
  const { table, column } = lost
  // Some values that become the same say nothing about the rows.
  const isSome = ({ parts }: FactOf<'values-gone'>): boolean =>
    parts?.every(({ those }) => those === 'some') === true
  const isSeen = factsIn(step, 'values-gone').some(
    (fact) =>
      isSameName(fact.table, table) &&
      (column === undefined
        ? !isSome(fact)
        : Object.keys(fact.row).some((name) => isSameName(name, column))),
  )
  return !isSeen && failsReading(lost, step, (one) => one.shape.kind === 'update' || mayFill(one))
}

/** According to a trial that ran both together. */
const tried = ({ table, column = '' }: Lost, step: ReplayedStep): number | undefined =>
  factsIn(step, 'copies-unknown').find(
    (one) => isSameName(one.table, table) && isSameName(one.column ?? '', column),
  )?.by

const failsBeside = (lost: Lost, step: ReplayedStep): boolean =>
  failsReading(lost, step, (one) => fillsAnother(one, lost.table, step))

/** Whether `up` fails on rows and has such a statement that names what is lost. */
const failsReading = (
  { table, column }: Lost,
  step: ReplayedStep,
  isSuch: (statement: FoundStatement) => boolean,
): boolean =>
  failsOnRows(step) &&
  step.statements.some(
    (one) =>
      one.direction === 'up' &&
      mentions(one.text, table) &&
      (column === undefined || mentions(one.text, column)) &&
      isSuch(one),
  )

/** Code may insert what it has read. */
const mayFill = (one: FoundStatement): boolean =>
  isFilling(one) || (one.origin === 'code' && /^\s*(?:select|with)\b/i.test(one.text))

const isFilling = ({ shape }: FoundStatement): boolean =>
  (shape.kind === 'insert' || (shape.kind === 'create-table' && shape.filled)) &&
  shape.selects.length > 0

/** Whether it inserts rows into a different table that still exists at the end. */
function fillsAnother(statement: FoundStatement, table: string, step: ReplayedStep): boolean {
  const { shape } = statement
  if (!isFilling(statement) || (shape.kind !== 'insert' && shape.kind !== 'create-table'))
    return false
  const target = plainName((shape.kind === 'insert' ? shape.table : shape.name).key)
  const acts = step.acts.up
  const at = acts.findIndex((act) => act.statement === statement)
  const name = at < 0 ? target : finalName(target, at, acts)
  return !isSameName(name, table) && step.after.has(`table ${foldCase(name)}`)
}
