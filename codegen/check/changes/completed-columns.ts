// Finds columns whose values a step computes itself, so that a new constraint on them need not be met by the old values.
import { finalName } from '../subject/final-name.js'
import { isNamedIn, passedColumn } from '../../sql/read-select.js'
import type { Word } from '../../sql/statement.js'
import type { ChangedType } from './changed-types.js'
import type { FoundStatement, ReplayedStep, SchemaAct, TableTrace } from '../subject/rule.js'
import { foldCase, plainName } from '../../../src/sql/names.js'

/** What a step does to the values of one table; all names are those from before the step, in lower case. */
export interface CompletedColumns {
  /** Computed before the new table holds them: by an expression in the copy, of SQL or of `ctx.rebuild`, or by an earlier UPDATE. */
  readonly inTime: ReadonlySet<string>
  /** Those, plus the ones updated afterwards, which is early enough for a foreign key. */
  readonly inTheEnd: ReadonlySet<string>
}

type Copy = Extract<SchemaAct, { kind: 'copy' }>

/**
 * As far as the statements of `up` can be parsed. Whether the values really fit is not judged here: this only matters if rows
 * with all kinds of values were seen to pass the step.
 */
export function completedColumns(
  trace: TableTrace,
  { statements, acts: { up: acts } }: ReplayedStep,
): CompletedColumns {
  const own = statements.filter(({ direction }) => direction === 'up')
  const copies = copiesInto(trace, acts)
  const made = trace.columns.flatMap(({ before, after }) => {
    const [was, is] = [foldCase(before.name), foldCase(after?.name ?? before.name)]
    const isMadeIn = ({ columns }: Copy) => isMade(columns, was, nameIn(columns, is, acts))
    return copies.some(isMadeIn) ? [was] : []
  })
  const first = copies[0] ? own.indexOf(copies[0].statement) : own.length
  const updated = (some: readonly FoundStatement[]): string[] => updatedIn(trace, some, acts)
  return {
    inTime: new Set([...made, ...updated(own.slice(0, first))]),
    inTheEnd: new Set([...made, ...updated(own)]),
  }
}

/** Whether a copy passes the values of a column on unchanged. */
export function isCopiedAsIs(
  trace: TableTrace,
  { before, after }: Pick<ChangedType, 'before' | 'after'>,
  { acts }: ReplayedStep,
): boolean {
  const [was, is] = [foldCase(before.name), foldCase(after.name)]
  return copiesInto(trace, acts.up).some(
    ({ columns }) => columns.get(nameIn(columns, is, acts.up)) === was,
  )
}

/**
 * Whether the copy writes an expression in place of a column, or leaves it to an UPDATE: the new values are then intended.
 * Passing values on, as in `coalesce(a, 0)`, expresses nothing about them, nor does a CAST alone, whose type counts. Passing on
 * those of another column, for example of a joined table, does not transform the old ones.
 */
export const isExpressed = (
  trace: TableTrace,
  { before, after }: Pick<ChangedType, 'before' | 'after'>,
  { acts }: ReplayedStep,
): boolean => {
  const copies = copiesInto(trace, acts.up).filter(({ columns }) => columns.size > 0)
  const nameOf = (columns: Copy['columns']) => nameIn(columns, foldCase(after.name), acts.up)
  if (copies.length > 0 && copies.every(({ columns }) => !columns.has(nameOf(columns)))) return true
  return copies.some((copy) => {
    const {
      columns,
      statement: { shape },
    } = copy
    const at = [...columns.keys()].indexOf(nameOf(columns))
    const source = columns.get(nameOf(columns))
    // A star before it stands for several columns.
    const item = (shape.kind === 'insert' && shape.selects[0]?.items.at(at - columns.size)) || []
    const passed = passedColumn(item)
    const names = namesThen(foldCase(before.name), copy, acts.up)
    if (source) return !names.has(source)
    if (passed !== null) return !names.has(passed.column.key)
    return [...names].some((name) => isNamedIn(item, name)) && !isCast(item)
  })
}

/** The name of a column when a copy reads it: earlier versions and statements may have renamed it. */
function namesThen(name: string, copy: Copy, acts: readonly SchemaAct[]): ReadonlySet<string> {
  const end = acts.indexOf(copy)
  const earlier = acts.slice(0, end)
  return earlier.reduce(
    (names, act, at): ReadonlySet<string> => {
      if (act.kind === 'rename-column' && names.has(act.column)) return new Set([...names, act.to])
      if (act.kind !== 'copy' || finalName(act.to, at, earlier) !== copy.from) return names
      const passed = [...act.columns].flatMap(([to, from]) => (from && names.has(from) ? [to] : []))
      return passed.length > 0 ? new Set(passed) : names
    },
    new Set<string>([name]),
  )
}

/** `CAST(a AS …)`. */
const isCast = (item: readonly Word[]): boolean =>
  item[0]?.key === 'cast' && (item[3]?.key === 'as' || item[5]?.key === 'as')

/** The copies from the old table whose target is the table in the end. */
export function copiesInto({ before, after }: TableTrace, acts: readonly SchemaAct[]): Copy[] {
  const name = foldCase(after?.name ?? '')
  const sources = new Set([foldCase(before.name)])
  return acts.filter((act, at): act is Copy => {
    if (act.kind === 'rename-table' && sources.has(act.table)) sources.add(act.to)
    // If it was first put aside, it comes back from there.
    const { shape } = act.statement
    const aside = act.kind === 'create' && 'selects' in shape ? shape.selects[0]?.from : null
    if (aside && sources.has(plainName(aside.key)) && act.kind === 'create') sources.add(act.name)
    if (act.kind !== 'copy' || !sources.has(act.from)) return false
    const isInto = finalName(act.to, at, acts) === name
    if (!isInto) sources.add(act.to)
    return isInto
  })
}

/** The name in a copy of a column that may be renamed afterwards. */
function nameIn(columns: Copy['columns'], name: string, acts: readonly SchemaAct[]): string {
  if (columns.has(name)) return name
  const renamed = acts.flatMap((act) =>
    act.kind === 'rename-column' && act.to === name && columns.has(act.column) ? [act.column] : [],
  )
  return renamed[0] ?? name
}

/** A column of another name would bring values about which equally little is known. */
function isMade(columns: Copy['columns'], was: string, is: string): boolean {
  const source = columns.get(is)
  return source === null || (source === undefined && was === is)
}

/** The columns that an UPDATE names, whatever the table is called at that moment. */
function updatedIn(
  { before, after, columns }: TableTrace,
  statements: readonly FoundStatement[],
  acts: readonly SchemaAct[],
): string[] {
  const names = new Set([before.name, after?.name ?? ''].map(foldCase))
  for (const [at, act] of acts.entries()) {
    if (act.kind === 'copy' && names.has(finalName(act.to, at, acts))) names.add(act.to)
    if (act.kind === 'rename-table' && names.has(act.to)) names.add(act.table)
  }
  const set = new Set(statements.flatMap((statement) => updatedBy(statement, names)))
  return namesBefore({ columns }, set)
}

/** The columns with one of these names before or after the step, by their names from before. */
const namesBefore = (
  { columns }: Pick<TableTrace, 'columns'>,
  names: ReadonlySet<string>,
): string[] =>
  columns.flatMap((one) => {
    const known = [one.before.name, one.after?.name ?? ''].map(foldCase)
    return known.some((name) => names.has(name)) ? known.slice(0, 1) : []
  })

function updatedBy({ shape }: FoundStatement, tables: ReadonlySet<string>): string[] {
  if (shape.kind !== 'update' || !tables.has(plainName(shape.table.key))) return []
  return shape.columns.map(({ key }) => plainName(key))
}
