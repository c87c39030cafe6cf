// Finds columns that a step replaces by others of the same name: ADD COLUMN, UPDATE, DROP COLUMN, RENAME COLUMN.
import { foldCase, isSameName, plainName } from '../../../src/sql/names.js'
import { mentions } from '../../sql/names-in.js'
import { sqlTokens } from '../../sql/sql-tokens.js'
import { factsIn } from '../subject/facts.js'
import { typesChangedIn, type ChangedType } from './changed-types.js'
import type { ColumnTrace, ReplayedStep, TableTrace } from '../subject/rule.js'
import { isMadeAnew } from '../subject/trace-tables.js'
import { columnOf } from '../../model/in-catalog.js'

/** The traces of such tables, in which these columns count as kept; not those whose values are reported as lost. */
export const replacedColumns = (step: ReplayedStep): TableTrace[] =>
  step.traces.flatMap((trace) => {
    const { after } = trace
    if (!after || isMadeAnew(trace)) return []
    const columns = trace.columns.map((one): ColumnTrace => {
      const now = one.after ? undefined : columnOf(after, one.before.name)
      return now && isExchanged(one, trace, step) && !isToldGone(one, trace, step)
        ? { ...one, after: now }
        : one
    })
    return columns.some(isReplaced) ? [{ ...trace, columns }] : []
  })

/** Columns with a changed type, including those that another one replaces with its values; in the order of tables. */
export const changedTypes = (step: ReplayedStep): ChangedType[] => [
  ...step.traces.flatMap(typesChangedIn),
  ...replacedColumns(step)
    .flatMap(typesChangedIn)
    .filter((one) => isPassedOn(one, step)),
]

/** Whether an UPDATE gives the new column the values of the old one as they are; one of them has another name then. */
function isPassedOn({ trace, before }: ChangedType, { acts, statements }: ReplayedStep): boolean {
  const names = new Set([foldCase(before.name)])
  for (const act of acts.up)
    if (act.kind === 'rename-column' && (names.has(act.column) || names.has(act.to)))
      for (const name of [act.column, act.to]) names.add(name)
  return statements.some(
    ({ direction, shape, text }) =>
      direction === 'up' &&
      shape.kind === 'update' &&
      isSameName(plainName(shape.table.key), trace.before.name) &&
      isAssigned([...sqlTokens(text)].map(plainName), names),
  )
}

const isAssigned = (words: readonly string[], names: ReadonlySet<string>): boolean =>
  words.some((word, at) => {
    const from = words[at + 3] === '.' ? at + 4 : at + 2
    const isWhole = ENDS.has(foldCase(words[from + 1] ?? ';'))
    return names.has(word) && words[at + 1] === '=' && names.has(words[from] ?? '') && isWhole
  })

const ENDS: ReadonlySet<string> = new Set([',', ';', 'where', 'from'])

/** Whether the current column is not the one from before. */
export const isReplaced = ({ after, statement }: ColumnTrace): boolean =>
  after !== null && statement?.shape.kind === 'drop-column'

/** Whether one of the two has another name meanwhile. A column that is dropped before its replacement exists is not copied. */
const isExchanged = ({ before }: ColumnTrace, { before: table }: TableTrace, step: ReplayedStep) =>
  step.acts.up.some(
    (act) =>
      act.kind === 'rename-column' &&
      isSameName(act.table, table.name) &&
      (isSameName(act.to, before.name) || isSameName(act.column, before.name)),
  )

/**
 * Whether another column takes over its name, and an UPDATE has filled that: the values are what it says then, and its losses are
 * reported separately (`VALUES_LOST`).
 */
export const isTakenOver = (column: ColumnTrace, trace: TableTrace, step: ReplayedStep): boolean =>
  trace.after !== null &&
  columnOf(trace.after, column.before.name) !== undefined &&
  isExchanged(column, trace, step) &&
  step.statements.some(
    ({ direction, shape, text }) =>
      direction === 'up' &&
      shape.kind === 'update' &&
      isSameName(plainName(shape.table.key), trace.before.name) &&
      mentions(text, column.before.name),
  )

const isToldGone = ({ before }: ColumnTrace, { before: table }: TableTrace, step: ReplayedStep) =>
  factsIn(step, 'values-changed').some(
    (one) =>
      one.lost === 'replaced' &&
      isSameName(one.table, table.name) &&
      isSameName(one.column, before.name),
  )
