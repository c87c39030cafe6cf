// Follows the tables and columns that a step changes: which of them still exist, under which name.
import { finalName } from './final-name.js'
import type { CatalogTable } from '../../model/catalog.js'
import type { ColumnTrace, FoundStatement, ReplayedStep, SchemaAct, TableTrace } from './rule.js'
import { traceColumns } from './trace-columns.js'
import { factsIn } from './facts.js'
import { isSetAside } from './set-aside.js'
import { foldCase, isSameName, plainName } from '../../../src/sql/names.js'
import { columnOf } from '../../sql/read-select.js'
import { tableIn } from '../../model/in-catalog.js'

/** What it needs to know about a step. */
export type Changes = Pick<ReplayedStep, 'before' | 'after' | 'changed' | 'acts' | 'facts'>

/**
 * The tables that `up` changes or removes, in order of creation. A table keeps its identity over a rename, and under its name
 * over a rebuild, whichever of the two tables is renamed; not if the new one holds something else.
 */
export function traceTables(step: Changes): TableTrace[] {
  const changed = step.changed.flatMap((key) => {
    const table = step.before.get(key)
    return table?.type === 'table' ? [table] : []
  })
  if (changed.length === 0) return []
  const acts = step.acts.up
  const { acts: owners, ownerOf } = ownersOf(acts)
  return changed.map((before) => {
    const name = foldCase(before.name)
    const heir = ownerOf(name)
    // What is done to the columns of its replacement is done to its own.
    const takes = (act: SchemaAct, owner: string): boolean =>
      owner === heir && !step.before.has(`table ${heir}`) && ON_COLUMNS.has(act.kind)
    const own = owners.flatMap(({ act, owner }) =>
      owner === name || takes(act, owner) ? [act] : [],
    )
    const after = afterOf(before, step, own, ownerOf)
    const statement = statementOf(after, own, acts)
    const drop = own.findLast((act) => act.kind === 'drop')?.statement ?? null
    return {
      before,
      after,
      statement,
      drop,
      columns: after ? traceColumns(before, after, own) : [],
    }
  })
}

/**
 * The tables that are rebuilt under another name: a new table has the rows of exactly one that is gone, and the same key. Tables
 * that are dropped are only in `traces`.
 */
export function tracesUnderOtherNames(step: Pick<ReplayedStep, 'traces'> & Changes): TableTrace[] {
  const moved = step.traces.flatMap((trace) => {
    const name = trace.after ? null : rowsOf(trace.before, step)
    return name === null ? [] : [{ trace, name: foldCase(name) }]
  })
  return moved.flatMap(({ trace, name }) => {
    const after = step.after.get(`table ${name}`)
    const isOwn = !isMerged(trace.before.name, name, step)
    if (after?.type !== 'table' || !isOwn || step.before.has(`table ${name}`)) return []
    const found = underName(trace, after, step)
    const isPlaced = (one: ColumnTrace): boolean => !!one.after || isGone(one, trace, step)
    const isWhole = isOnlyCopy(trace.before, name, step) || found.columns.every(isPlaced)
    return hasSameKey(found) && isWhole ? [found] : []
  })
}

/** Whether the step copies a table there and nowhere else, so that a column without a place was made into another one. */
function isOnlyCopy({ name }: CatalogTable, to: string, { acts }: Changes): boolean {
  const copies = acts.up.flatMap((act, at) =>
    act.kind === 'copy' && isSameName(act.from, name) ? [finalName(act.to, at, acts.up)] : [],
  )
  return copies.length > 0 && copies.every((one) => isSameName(one, to))
}

/** Whether rows of other tables that are gone are in a table as well, or are copied there. */
const isMerged = (
  table: string,
  name: string,
  step: Pick<ReplayedStep, 'traces'> & Changes,
): boolean =>
  step.traces.some(
    ({ before, after }) =>
      !after &&
      !isSameName(before.name, table) &&
      (isSameName(rowsOf(before, step) ?? '', name) || isCopiedTo(name, before, step)),
  )

/** Whether a copy takes rows of a table to the one that has this name in the end. */
export const isCopiedTo = (name: string, from: CatalogTable, { acts: { up } }: Changes): boolean =>
  up.some(
    (act, at) =>
      act.kind === 'copy' &&
      isSameName(act.from, from.name) &&
      isSameName(finalName(act.to, at, up), name),
  )

/** The only table in which the replay found the content of another. */
function rowsOf({ name }: CatalogTable, step: Changes): string | null {
  const kept = factsIn(step, 'values-kept').filter(
    ({ table, earlier }) => !earlier && isSameName(table, name),
  )
  const [place, ...others] = new Set(kept.map((one) => one.in))
  return place !== undefined && others.length === 0 ? place : null
}

function underName({ before, drop }: TableTrace, after: CatalogTable, step: Changes): TableTrace {
  const acts = step.acts.up
  const [old, name] = [foldCase(before.name), foldCase(after.name)]
  const own = acts.filter((act, at) =>
    act.kind === 'copy'
      ? act.from === old && finalName(act.to, at, acts) === name
      : ON_COLUMNS.has(act.kind) && finalName(tableOf(act), at, acts) === name,
  )
  const columns = traceColumns(before, after, own)
  return { before, after, statement: creationOf(after.name, acts), drop, columns }
}

/** Whether the primary key is over the same columns as before, numbers or none; losing it altogether was hardly intended. */
function hasSameKey({ after, columns }: TableTrace): boolean {
  const was = columns.filter(({ before }) => before.primaryKey > 0)
  const is = after?.columns.filter(({ primaryKey }) => primaryKey > 0).length
  const kept = was.filter(
    (one) =>
      (one.after?.primaryKey ?? 0) > 0 &&
      /int/i.test(one.before.type) === /int/i.test(one.after?.type ?? ''),
  ).length
  return is === 0 || (is === was.length && kept === was.length)
}

/** Whether a column has no place in any table: that is reported, and does not concern what is new. */
const isGone = ({ before }: ColumnTrace, { before: table }: TableTrace, step: Changes): boolean =>
  factsIn(step, 'values-gone').some(
    (fact) =>
      isSameName(fact.table, table.name) &&
      Object.keys(fact.row).some((column) => isSameName(column, before.name)),
  )

/** An act and the name that its table had before the step. */
interface OwnedAct {
  readonly act: SchemaAct
  readonly owner: string
}

/** Names that a table takes on only within the step lead back to the one it had before. */
function ownersOf(acts: readonly SchemaAct[]): {
  readonly acts: readonly OwnedAct[]
  /** The final owner of a name. */
  ownerOf(name: string): string
} {
  const owners = new Map<string, string>()
  const ownerOf = (name: string): string => owners.get(name) ?? name
  const origins = new Map<string, readonly Origin[]>()
  const owned = acts.flatMap((act): OwnedAct[] => {
    const owner = ownerOf(tableOf(act))
    const source = sourceOf(act)
    const from = source ? originsOf(source, ownerOf(source.from), origins) : []
    if (act.kind === 'create' && act.type === 'table') owners.set(act.name, `${act.name} (new)`)
    if (act.kind === 'rename-table') {
      owners.set(act.to, owner)
      owners.set(act.table, `${act.table} (gone)`)
    }
    const target = ownerOf(source?.to ?? '')
    if (source) origins.set(target, [...(origins.get(target) ?? []), ...from])
    if (act.kind !== 'copy') return [{ act, owner }]
    return from.map((one) => ({
      act: { ...act, columns: columnsFrom(act, one) },
      owner: one.owner,
    }))
  })
  return { acts: owned, ownerOf }
}

/** The source of rows that a statement inserts into a table; a column that is not copied unchanged has none. */
interface Source {
  readonly from: string
  readonly to: string
  column(name: string): string | null
}

/** A table that rows of another one come from. */
interface Origin extends Pick<Source, 'column'> {
  readonly owner: string
}

/** The table that is read, and those from which the step has filled it before. */
const originsOf = (
  { column }: Source,
  owner: string,
  known: ReadonlyMap<string, readonly Origin[]>,
): Origin[] => [
  { owner, column },
  ...(known.get(owner) ?? []).map((one) => ({
    owner: one.owner,
    column(name: string) {
      const through = column(name)
      return through === null ? null : one.column(through)
    },
  })),
]

const columnsFrom = ({ columns }: Copy, { column }: Origin): Copy['columns'] =>
  new Map([...columns.keys()].map((name) => [name, column(name)]))

type Copy = Extract<SchemaAct, { kind: 'copy' }>

/** For INSERT … SELECT, and for CREATE TABLE … AS SELECT, which takes over the names of columns. */
function sourceOf(act: SchemaAct): Source | null {
  if (act.kind === 'copy')
    return { from: act.from, to: act.to, column: (name) => act.columns.get(name) ?? null }
  const { shape } = act.statement
  if (act.kind !== 'create' || shape.kind !== 'create-table') return null
  const [select] = shape.selects
  if (!select?.from) return null
  const items = select.items.map((item) => ({
    name: plainName(item.at(-1)?.key ?? ''),
    column: columnOf(item)?.column.key,
  }))
  return {
    from: plainName(select.from.key),
    to: act.name,
    column(name) {
      const item = items.find((one) => one.name === name || one.name === '*')
      return item?.name === '*' ? name : item?.column ? plainName(item.column) : null
    },
  }
}

function tableOf(act: SchemaAct): string {
  if (act.kind === 'copy') return act.from
  if ('table' in act) return act.table
  return act.type === 'table' ? act.name : ''
}

function afterOf(
  before: CatalogTable,
  step: Changes,
  own: readonly SchemaAct[],
  ownerOf: (name: string) => string,
): CatalogTable | null {
  const name = foldCase(before.name)
  const renamed = own.findLast((act) => act.kind === 'rename-table')
  const tables = [name, renamed?.to ?? name].flatMap((one) => tableIn(step.after, one) ?? [])
  const other = ownerOf(name)
  const isExchanged = other !== name && step.before.has(`table ${other}`)
  return (isExchanged || isSetAside(name, step) ? tables.at(-1) : tables[0]) ?? null
}

function statementOf(
  after: CatalogTable | null,
  own: readonly SchemaAct[],
  acts: readonly SchemaAct[],
): FoundStatement | null {
  if (!after) return own.findLast((act) => act.kind === 'drop')?.statement ?? null
  const altered =
    own.findLast((act) => act.kind === 'rename-table' && act.to === foldCase(after.name)) ??
    own.findLast((act) => ALTERS.has(act.kind))
  return creationOf(after.name, acts) ?? altered?.statement ?? null
}

/** Whether a table was recreated rather than altered; also if the statement is unknown. */
export const isMadeAnew = ({ statement }: TableTrace): boolean =>
  !statement || statement.shape.kind === 'create-table' || statement.shape.kind === 'drop'

/** The CREATE TABLE of the table with this final name; null if unknown. */
export function creationOf(table: string, acts: readonly SchemaAct[]): FoundStatement | null {
  const name = foldCase(table)
  const made = acts.findLast(
    (act, at) =>
      act.kind === 'create' && act.type === 'table' && finalName(act.name, at, acts) === name,
  )
  return made?.statement ?? null
}

const ON_COLUMNS = new Set<SchemaAct['kind']>(['rename-column', 'drop-column'])

const ALTERS = new Set<SchemaAct['kind']>(['rename-table', 'rename-column', 'drop-column', 'alter'])
