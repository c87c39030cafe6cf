// Adds rows that a step looks for: each holds literals that the step compares its columns with.
import type { CatalogForeignKey, CatalogTable } from '../../../model/catalog.js'
import { addRows, isKnown, pointingAt } from './add-rows.js'
import type { ComparedLiterals, TableLiterals } from './compared-literals.js'
import { literalExamples, MOST_REPLACED, withoutOpen } from './literal-examples.js'
import { keyText, type Connection, type RawRow } from '../fill/connection.js'
import type { Eviction } from './evictions.js'
import { cutKeys, voidedKeys, type CutKey, type VoidedKey } from './cut-keys.js'
import { parentsFirst } from '../fill/parents-first.js'
import { childless, parentKeys } from '../fill/seed-table.js'
import { levelledRows } from './levelled-keys.js'
import { nothingBeside } from './nothing-beside.js'
import { alikeButNothing, rowsInTheWay, rowsThatReplace } from './rows-in-the-way.js'
import { fillTaken, siftedOut } from './sifted-out.js'
import { withoutValues } from './without-values.js'
import type { SeederState } from './seeder-state.js'
import { tableNamed, type TableGraph } from '../fill/table-graph.js'
import { isUniqueKey, tablePlan, type TablePlan } from '../fill/table-plan.js'
import type { Example } from '../fill/draft-row.js'
import { foldCase, isSameName, quoteIdentifier } from '../../../../src/sql/names.js'

/**
 * Adds rows to tables filled before, except those with example rows. Primary keys and unique columns keep their generated values, as only
 * the application knows which of them exist. If a copy replaces its table, any row may show what the copy does to it.
 */
export function addRowsForLiterals(
  state: SeederState,
  situation: TableGraph,
  literals: ComparedLiterals,
): void {
  const isReplaced = (name: string): boolean => literals.get(name)?.replaced === true
  const tables = [...literals.keys()].flatMap((name) => tableNamed(situation, name) ?? [])
  const cuts = cutsIn(state, situation, literals)
  const copied = [...literals].flatMap(([name, { beside }]) =>
    [...beside].some(isReplaced) ? (tableNamed(situation, name) ?? []) : [],
  )
  const lonely = lonelyParents(state, copied)
  for (const table of parentsFirst(tables)) {
    const name = foldCase(table.name)
    const looked = literals.get(name)
    if (!looked || !isKnown(state, table)) continue
    const plan = tablePlan(table, situation, state)
    const cut = cuts.get(name) ?? []
    const unique = cut.length > 0 && looked.told ? NO_COLUMNS : keptColumns(plan, looked)
    const lists = literalExamples({ ...plan, unique }, looked, state.connection)
    const fitting = [...lists, ...withoutOpen(plan, looked, lists)]
    addBesideNothing(state, situation, plan, looked)
    const examples = [
      ...fitting,
      ...(lonely.has(table) ? childrenFor(state, plan, lonely.get(table)) : []),
      ...pointingAtVoided(state, situation, voidedKeys(plan, looked)),
      ...forIndexes(state.connection, plan, looked),
      ...alikeButNothing(state.connection, plan, looked.filledUp),
      ...rowsInTheWay(state.connection, plan, looked.evictions),
    ]
    if (examples.length > 0) addRows(state, situation, { table, examples })
    addReplacing(state, situation, table, looked)
    cut.forEach(({ child, key, before }) => {
      // It is not known which rows are replaced: it may be any, including those that earlier versions inserted.
      const rows = childlessParents(state, { child, key }, dropsAny(looked) ? NOTHING : before)
      addRows(state, situation, { table: child, examples: pointingAt(rows, key) })
    })
    // Otherwise the next row takes over the number of a deleted one, and its children.
    const last = cut.length > 0 && looked.deletes.length > 0 ? [{}] : []
    addRows(state, situation, { table, examples: last })
  }
}

/** Adds rows that a filter may skip, whose values must exist nowhere else, and rows with values in few columns only. */
function addBesideNothing(
  state: SeederState,
  situation: TableGraph,
  plan: TablePlan,
  looked: TableLiterals,
): void {
  const { table } = plan
  const sifted = siftedOut(plan, looked)
  addRows(state, situation, { table, examples: sifted, sort: 'sibling' })
  fillTaken(state, situation, plan, sifted)
  const bare = looked.replaced ? [] : nothingBeside(plan, looked, state.connection)
  addRows(state, situation, { table, examples: bare, sort: 'null' })
}

/** Whether any row may be replaced by another, or skipped because of it. */
const dropsAny = ({ evictions, replaced }: TableLiterals): boolean =>
  evictions.some(
    ({ tokens, by }) =>
      (by === 'statement' && tokens.includes('REPLACE')) ||
      (replaced && tokens.some((token) => token === 'IGNORE' || token === 'GROUP')),
  )

/**
 * The foreign keys to rows that a step deletes or changes, by parent table in lower case, each with the parents that were childless before
 * rows were added.
 */
function cutsIn(
  state: SeederState,
  situation: TableGraph,
  literals: ComparedLiterals,
): ReadonlyMap<string, readonly (CutKey & { readonly before: ReadonlySet<string> })[]> {
  const cuts = [...literals].map(([name, looked]) => {
    const own = cutKeys(situation, name, looked).filter((one) => isKnown(state, one.child))
    const told = own.map((one) => {
      const empty = new Set(emptyParents(state, situation, one.key, looked).map(keyText))
      const before = childlessParents(state, one).map(keyText)
      return { ...one, before: new Set(before.filter((key) => !empty.has(key))) }
    })
    return [name, told] as const
  })
  return new Map(cuts)
}

/** Parents that are null in a column which the step tests for null: no other rows are added for that. */
function emptyParents(
  { connection }: SeederState,
  situation: TableGraph,
  key: CatalogForeignKey,
  { columns }: TableLiterals,
): RawRow[] {
  const asked = (tableNamed(situation, key.parent)?.columns ?? []).filter(
    ({ name, notNull }) => !notNull && columns.get(foldCase(name))?.includes(null),
  )
  const isEmpty = asked.map(({ name }) => `${quoteIdentifier(name)} IS NULL`).join(' OR ')
  return isEmpty === '' ? [] : parentKeys(connection, key, NOTHING, `(${isEmpty})`)
}

/** Adds rows that replace others and differ from them. */
function addReplacing(
  state: SeederState,
  situation: TableGraph,
  table: CatalogTable,
  { evictions }: TableLiterals,
): void {
  const examples = evictions.flatMap((one) =>
    thatReplace(state, situation, foldCase(table.name), one),
  )
  if (examples.length > 0) addRows(state, situation, { table, examples, sort: 'sibling' })
}

/** Where one table was filled from the other, no row is in both. */
function thatReplace(
  state: SeederState,
  situation: TableGraph,
  name: string,
  eviction: Eviction,
): Example[] {
  const { from = '', into = '' } = eviction.copy ?? {}
  const table = from === name && from !== into ? tableNamed(situation, into) : undefined
  if (!table || state.kin.get(from)?.has(into)) return []
  return rowsThatReplace(state.connection, eviction, tablePlan(table, situation, state))
}

/** Rows that indexes created by the step may refuse. */
const forIndexes = (connection: Connection, plan: TablePlan, looked: TableLiterals): Example[] => [
  ...withoutValues(connection, plan, looked),
  ...levelledRows(connection, plan, looked.levelled),
]

/** The columns that get no literals: those of unique keys, or only of single-column ones. */
function keptColumns(plan: TablePlan, { keyed }: TableLiterals): ReadonlySet<number> {
  if (!keyed) return plan.unique
  const alone = new Set(plan.uniqueKeys.flatMap(([one, ...more]) => (more.length ? [] : [one])))
  return new Set([...plan.unique].filter((at) => alone.has(foldCase(plan.columns[at]?.name ?? ''))))
}

const NO_COLUMNS: ReadonlySet<number> = new Set()

/** By table and foreign key, one parent, as `keyText` writes it, that stays childless: in all of the tables if there is such a parent. */
function lonelyParents(
  state: SeederState,
  tables: readonly CatalogTable[],
): ReadonlyMap<CatalogTable, LonelyParents> {
  const all = tables.flatMap((child) => child.foreignKeys.map((key) => ({ child, key })))
  const lonely = (one: CutKey): ReadonlySet<string> => {
    const others = all.filter(({ key }) => isSameName(key.parent, one.key.parent))
    const alone = others.map(({ child, key }) => childless(child.name, key)).join(' AND ')
    const found = parentKeys(state.connection, one.key, NOTHING, alone)
    const rows = found.length > 0 ? found : childlessParents(state, one)
    return new Set(rows.slice(0, 1).map(keyText))
  }
  return new Map(
    tables.map((child) => [
      child,
      new Map(child.foreignKeys.map((key) => [key.columns.join(), lonely({ child, key })])),
    ]),
  )
}

/** Keyed by the columns of a foreign key. */
type LonelyParents = ReadonlyMap<string, ReadonlySet<string>>

/** Child rows for the other childless parents: a copy that joins the parents may skip them. */
const childrenFor = (
  state: SeederState,
  { table, parents, spared }: TablePlan,
  lonely: LonelyParents = new Map(),
): Example[] =>
  parents.flatMap(({ key }) => {
    if (spared.has(key)) return []
    const avoided = lonely.get(key.columns.join())
    const others = childlessParents(state, { child: table, key }, avoided)
    return pointingAt(others.slice(0, MOST_REPLACED), key)
  })

const childlessParents = (
  { connection }: SeederState,
  { child, key }: CutKey,
  avoided = NOTHING,
): RawRow[] => parentKeys(connection, key, avoided, childless(child.name, key))

/** Gives childless parents a row in a table, unless each parent may have only one. */
export function addChildren(state: SeederState, situation: TableGraph, one: CutKey): void {
  if (!isKnown(state, one.child) || isUniqueKey(tablePlan(one.child, situation, state), one.key))
    return
  const examples = pointingAt(childlessParents(state, one), one.key)
  addRows(state, situation, { table: one.child, examples })
}

/** Also inserts the parents with these ids if they are missing. */
const pointingAtVoided = (
  state: SeederState,
  situation: TableGraph,
  voided: readonly VoidedKey[],
): Example[] =>
  voided.flatMap(({ column, key, numbers }) => {
    const table = tableNamed(situation, key.parent)
    if (!table || !isKnown(state, table)) return []
    const examples = numbers.map((one) => ({ [key.parentColumns[0] ?? '']: one }))
    addRows(state, situation, { table, examples })
    return numbers.map((one) => ({ [column]: one }))
  })

const NOTHING: ReadonlySet<string> = new Set()
