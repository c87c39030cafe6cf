// Derives the steps that undo a declared change, as far as the previous state is known without the rows. Pure.
import { isSameName } from '../../src/sql/names.js'
import type { Diagnostic } from '../model/diagnostic.js'
import { sqlName } from '../sql/sql-name.js'
import { alterDownNotDerived } from './alter-problems.js'
import { bare, canBeDropped, defaultOf, lacksValue, newColumn } from './new-column.js'
import { partOf, type TableFacts } from './table-facts.js'
import { dropStep, renameStep } from './table-plan.js'
import type { Part } from './table-text.js'
import type { AlterStep, ColumnRenaming, ColumnWish, TableChange } from '../model/migration.js'

/** How the change was made. */
interface Done {
  readonly renamed: readonly ColumnRenaming[]
  readonly native: boolean
  readonly dropsNatively: boolean
}

/** The way back of one table; `renames` are run before anything else. */
interface Back {
  readonly renames: readonly AlterStep[]
  readonly steps: readonly AlterStep[]
  readonly problems: readonly Diagnostic[]
}

/** Reports problems if a column would be restored without the value that it must have. */
export function deriveBack(change: TableChange, facts: TableFacts, done: Done): Back {
  const { table, text } = facts
  const renames = done.renamed.toReversed().map(({ from, to }) => {
    const was = table.columns.find((column) => isSameName(column.name, from.value))
    return renameStep(facts, [to.value, was?.name ?? from.value])
  })
  if (isUndoneNatively(change, done)) {
    const steps = change.add.toReversed().map(({ column }) => dropStep(facts, column.value))
    return { renames, steps, problems: [] }
  }
  const problems = change.drop.flatMap(({ value, position }) => {
    const part = partOf(text.parts, value)
    if (!part || !lacksValue(part.text)) return []
    const why = `${value} of ${table.name} was NOT NULL without a default, and its former values are unknown`
    return [alterDownNotDerived(position, why)]
  })
  const copy = Object.fromEntries(change.change.flatMap((wish) => filledAgain(wish, text.parts)))
  const isDropped = (name: string): boolean =>
    change.drop.some(({ value }) => isSameName(value, name))
  const columns = [
    ...table.columns.flatMap(({ name }) => (isDropped(name) ? [] : [name])),
    ...change.add.map(({ column }) => column.value),
  ]
  const rebuild = { kind: 'rebuild', table: table.name, create: table.sql, columns, copy } as const
  return { renames, steps: [rebuild], problems }
}

const isUndoneNatively = ({ drop, add }: TableChange, done: Done): boolean =>
  done.native &&
  drop.length === 0 &&
  (add.length === 0 || done.dropsNatively) &&
  add.every((wish) => canBeDropped(newColumn(wish)))

/** A column that was NOT NULL may have received rows without a value since; its former default, if any, is filled in. */
function filledAgain(
  { column: { value }, notNull, back }: ColumnWish,
  parts: readonly Part[],
): (readonly [string, string])[] {
  if (back) return [[value, bare(back.value)]]
  const text = partOf(parts, value)?.text
  const known = text === undefined ? null : defaultOf(text)
  if (notNull?.value !== false || known === null) return []
  return [[value, `coalesce(${sqlName(value)}, ${known})`]]
}
