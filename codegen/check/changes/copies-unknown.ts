// Finds earlier versions that copy what a version removes, but fail on generated rows, so that it is unknown what they keep.
import { versionId } from '../../../src/model/version.js'
import { foldCase, isSameName, plainName } from '../../../src/sql/names.js'
import { mentions } from '../../sql/names-in.js'
import { factsIn } from '../subject/facts.js'
import type { FoundStatement, ReplayedStep, Subject } from '../subject/rule.js'
import { finalName } from '../subject/schema-acts.js'

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

/** For the latest such version; null if there is none. */
export function unknownCopies(
  lost: Lost,
  step: ReplayedStep,
  { replay, settings }: Subject,
): UnknownCopies | null {
  const earlier = replay?.steps.filter(({ version }) => version < step.version) ?? []
  const by = tried(lost, step) ?? earlier.findLast((one) => failsBeside(lost, one))?.version
  if (by === undefined) return null
  const [name, what] = [versionId(by), lost.column === undefined ? 'them' : 'it']
  const isReleased = by <= (settings.released ?? 0)
  return {
    why: ` Version ${name} reads ${what}, but fails on rows, so that it is not known what it keeps.`,
    fix: isReleased ? '' : `Let version ${name} work on all rows, and this is judged again. `,
  }
}

/** According to a trial that ran both together. */
const tried = ({ table, column = '' }: Lost, step: ReplayedStep): number | undefined =>
  factsIn(step, 'copies-unknown').find(
    (one) => isSameName(one.table, table) && isSameName(one.column ?? '', column),
  )?.by

function failsBeside({ table, column }: Lost, step: ReplayedStep): boolean {
  const isFailing = factsIn(step, 'step-failed').some(
    ({ stage, at }) => stage === 'rows' && at.direction === 'up',
  )
  return (
    isFailing &&
    step.statements.some(
      (one) =>
        one.direction === 'up' &&
        mentions(one.text, table) &&
        (column === undefined || mentions(one.text, column)) &&
        fillsAnother(one, table, step),
    )
  )
}

/** Whether it inserts rows into a different table that still exists at the end. */
function fillsAnother(statement: FoundStatement, table: string, step: ReplayedStep): boolean {
  const { shape } = statement
  const isFilling = shape.kind === 'insert' || (shape.kind === 'create-table' && shape.filled)
  if (!isFilling || shape.selects.length === 0) return false
  const target = plainName((shape.kind === 'insert' ? shape.table : shape.name).key)
  const acts = step.acts.up
  const at = acts.findIndex((act) => act.statement === statement)
  const name = at < 0 ? target : finalName(target, at, acts)
  return !isSameName(name, table) && step.after.has(`table ${foldCase(name)}`)
}
