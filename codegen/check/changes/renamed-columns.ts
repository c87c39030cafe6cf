// Finds renamed columns whose values stay as they are.
import { isMadeOfNothing, passedColumn } from '../../sql/read-select.js'
import { mentions } from '../../sql/names-in.js'
import { cutWords, WordReader, wordsOf } from '../../sql/word-reader.js'
import { foldCase, isSameName, plainName } from '../../../src/sql/names.js'
import { columnOf } from '../../model/in-catalog.js'
import type { ColumnTrace, ReplayedStep, TableTrace } from '../subject/rule.js'

/** The columns that are renamed together with their table, and that a view of its old name has under theirs, or can have. */
export function renamedAlong(trace: TableTrace, step: ReplayedStep): ColumnTrace[] {
  const { before, after, columns } = trace
  const name = foldCase(before.name)
  const view = step.after.get(`view ${name}`)
  if (!after || step.after.has(`table ${name}`)) return []
  return columns.filter(
    (one) =>
      one.after &&
      !isSameName(one.before.name, one.after.name) &&
      !columnOf(after, one.before.name) &&
      (view ? mentions(view.sql ?? '', one.before.name) : !isCalculated(trace, one, step)),
  )
}

/** A column before and after. */
export type Renamed = Pick<ColumnTrace, 'before' | 'after'>

/** Whether the step also changes the values of the column. */
export function isCalculated(
  { before: table, after: now }: TableTrace,
  { before, after }: Renamed,
  { migration, statements }: ReplayedStep,
): boolean {
  const isOne = (name: string, ...names: (string | undefined)[]): boolean =>
    names.some((one) => one !== undefined && isSameName(one, name))
  const isDeclared = migration.alter?.tables.some(
    (one) =>
      isOne(table.name, one.table.value) &&
      one.change.some(({ column, using }) => using !== null && isOne(before.name, column.value)),
  )
  return (
    isDeclared === true ||
    statements.some(
      ({ direction, shape, text }) =>
        direction === 'up' &&
        shape.kind === 'update' &&
        isOne(plainName(shape.table.key), table.name, now?.name) &&
        shape.columns.some(({ key }) => isOne(plainName(key), before.name, after?.name)) &&
        converts(text, (name) => isOne(name, before.name, after?.name)),
    )
  )
}

/** Whether an UPDATE makes other values for a column: not where it sets some to a value, or takes over those of such a column. */
function converts(text: string, isIt: (name: string) => boolean): boolean {
  const reader = new WordReader([...wordsOf(text)])
  reader.until('set')
  reader.take('set')
  const set = cutWords(reader.until('where', 'from', 'returning', 'order', 'limit'))
  const isSome = reader.next.key !== ''
  const value = set.find(([name]) => name && isIt(plainName(name.key)))?.slice(2)
  if (!value) return true
  const passed = passedColumn(value)
  return passed ? !isIt(plainName(passed.column.key)) : !isSome || !isMadeOfNothing(value)
}
