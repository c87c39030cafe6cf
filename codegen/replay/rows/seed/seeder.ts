// Keeps generated rows in every table of one database while a history runs on it.
import type { CatalogForeignKey, CatalogTable } from '../../../model/catalog.js'
import type { Unseeded } from '../../../model/evidence.js'
import { attempt } from '../../sides/attempt.js'
import type { HistoryRun } from '../../sides/history-run.js'
import { addAgreeingParents } from './agreeing-parents.js'
import {
  closeCircles,
  mayBeNull,
  pointAtNext,
  raiseWatermark,
  removeOrphans,
  type Circle,
} from '../fill/complete-rows.js'
import type { Connection } from '../fill/connection.js'
import { deleteDescendants } from '../fill/delete-rows.js'
import type { Knowledge } from '../fill/knowledge.js'
import { parentsFirst } from '../fill/parents-first.js'
import { addRows } from './add-rows.js'
import { fillFromExamples, fillTable, type Filled } from '../fill/seed-table.js'
import {
  addKin,
  memoryOf,
  seederState,
  shapeOf,
  type SeederMemory,
  type SeederState,
} from './seeder-state.js'
import { noteSources, type Copying } from './copying.js'
import { replaceDefaults } from './rows-at-defaults.js'
import { demandsOf, newTexts, sortsFor } from './sorts-for.js'
import { tableMerges, type TableMerge } from './table-merges.js'
import { tableNamed, type TableGraph } from '../fill/table-graph.js'
import { tablePlan, type TablePlan } from '../fill/table-plan.js'
import { giveParentsValues } from '../fill/values-of-parents.js'
import { keysOf, tablesToFill } from './tables-to-fill.js'
import type { CopiedFrom } from './copied-from.js'
import type { Example, Surroundings } from '../fill/draft-row.js'
import type { Effect } from '../watch/statement-effect.js'
import { countOf } from '../watch/table-image.js'
import { foldCase } from '../../../../src/sql/names.js'

/** Fills tables again and again as they appear and change. */
export interface Seeder {
  /**
   * Fills tables that are new, changed, or among the `suspects` (lower case) and have lost rows. Returns what cannot be filled, each table
   * and reason once. With keys to avoid, tables that would need them wait until the next call, and empty tables are not reported.
   */
  topUp(situation: TableGraph, suspects: ReadonlySet<string>, filling: FillingFor): Unseeded[]
  /** Adds a few rows that a step looks for to tables that were filled. */
  anticipate(work: (state: SeederState) => void): void
  /** Adds rows in a transaction that will be rolled back; nothing is remembered. */
  onTrial(work: (state: SeederState) => void): void
  /** The tables that a side with these effects merges; `before` is the schema that the side found. */
  merges(effects: readonly Effect[], before: TableGraph): TableMerge[]
  /** Marks tables, in lower case, to be filled next time, however many rows they have. */
  miss(tables: ReadonlySet<string>): void
  /** What versions read from a table in order to write. */
  copiedFrom(table: string): readonly CopiedFrom[]
  /** What another seeder needs to continue. */
  memory(): SeederMemory
}

/** What tables are filled for. */
export interface FillingFor extends Copying {
  /** The keys of rows that no other row may reference; null if there are none. */
  readonly avoid: ((key: CatalogForeignKey) => ReadonlySet<string>) | null
}

/** Starts with a database without generated rows, or where another seeder stopped. */
export function seeder(
  connection: Connection,
  run: Pick<HistoryRun, 'seeds' | 'failedTrials'>,
  knowledge: Knowledge,
  memory?: SeederMemory,
): Seeder {
  const state = seederState({ connection, run, knowledge, memory })
  return {
    topUp: (situation, suspects, filling) => topUp(state, { situation, suspects }, filling),
    anticipate: (work) => withoutStacks(() => atOnce(connection, () => work(state))),
    onTrial(work) {
      const { serial } = state
      withoutStacks(() => work({ ...state, remembered: new Map(state.remembered) }))
      state.serial = serial
    },
    merges(effects, before) {
      const since = (name: string): number => state.remembered.get(name)?.since ?? Infinity
      return tableMerges(effects, before, { kin: state.kin, since })
    },
    miss: (tables) => tables.forEach((name) => state.missing.add(name)),
    copiedFrom: (name) => state.sources.filter(({ table }) => table === name),
    memory: () => memoryOf(state),
  }
}

interface Lacking {
  readonly situation: TableGraph
  readonly suspects: ReadonlySet<string>
}

function topUp(
  state: SeederState,
  { situation, suspects }: Lacking,
  filling: FillingFor,
): Unseeded[] {
  addKin(state, filling.kin)
  noteSources(state, situation, filling)
  const all = new Set([...suspects, ...state.waiting, ...state.missing])
  const tables = tablesToFill(state, situation, all)
  state.waiting.clear()
  state.missing.clear()
  state.filled = situation
  const parents = filling.avoid ? [] : parentsAmong(state, { situation, suspects })
  if (tables.length + parents.length === 0) return []
  return withoutStacks(() =>
    atOnce(state.connection, () => {
      const unseeded = fillAll(state, situation, tables, filling)
      for (const table of parents)
        giveParentsValues(state.connection, situation, tablePlan(table, situation, state))
      return unseeded
    }),
  )
}

/** The suspects that have generated rows and may have child tables. */
const parentsAmong = (
  { remembered, examples }: SeederState,
  { situation, suspects }: Lacking,
): CatalogTable[] =>
  [...suspects].flatMap((name) => {
    const isGenerated = (remembered.get(name)?.rows ?? 0) > 0 && !examples.has(name)
    return (isGenerated && situation.children.has(name) && tableNamed(situation, name)) || []
  })

/** Parents before children, then what depends on all of them. */
function fillAll(
  state: SeederState,
  situation: TableGraph,
  tables: readonly CatalogTable[],
  filling: FillingFor,
): Unseeded[] {
  const avoided = filling.avoid ?? NOTHING_AVOIDED
  const ordered = parentsFirst(tables)
  const pending = new Set(ordered.map(({ name }) => foldCase(name)))
  const side = { entry: { version: filling.version } }
  const refusals = new Map<CatalogTable, string | null>()
  const circles: Circle[] = []
  for (const table of ordered) {
    const later = (name: string): boolean => pending.has(foldCase(name))
    const itself = ({ parent }: CatalogForeignKey): boolean =>
      foldCase(parent) === foldCase(table.name)
    pending.delete(foldCase(table.name))
    const plan = tablePlan(table, situation, state)
    if (!filling.avoid) pointAtNext(state.connection, table)
    const work = (): Filled => fill(state, situation, plan, { later, avoided })
    refusals.set(table, attempt(state, side, work, NOT_FILLED).refusal)
    for (const key of table.foreignKeys)
      if (later(key.parent) || (itself(key) && !mayBeNull(table, key))) circles.push({ table, key })
  }
  closeCircles(state.connection, situation, circles, avoided)
  removeAllOrphans(state, situation, { tables: ordered, refusals })
  return ordered.flatMap((table) => {
    const uniqueKeys = keysOf(situation, table)
    const known = state.remembered.get(foldCase(table.name))
    state.remembered.set(foldCase(table.name), {
      shape: shapeOf(table),
      uniqueKeys,
      demands: demandsOf(table),
      rows: countOf(state.connection, table),
      spoken: known?.spoken ?? 0,
      since: known?.since ?? filling.version,
    })
    return conclude(state, table, refusals.get(table) ?? null, filling)
  })
}

/** Where Lockstep itself fails at a table. */
const NOT_FILLED: Filled = { rows: 0, refusal: null }

const NOTHING = new Set<string>()
const NOTHING_AVOIDED = (): ReadonlySet<string> => NOTHING

interface Refusals {
  readonly tables: readonly CatalogTable[]
  readonly refusals: Map<CatalogTable, string | null>
}

/** A deleted orphan may itself be a parent, also in tables filled long ago, which then lack rows. */
function removeAllOrphans(
  { connection, missing }: SeederState,
  situation: TableGraph,
  { tables, refusals }: Refusals,
): void {
  const lacking = tables.flatMap((table) => {
    const refusal = removeOrphans(connection, table)
    if (refusal !== null) refusals.set(table, refusal)
    return refusal === null ? [] : [foldCase(table.name)]
  })
  const own = new Set(tables.map(({ name }) => foldCase(name)))
  for (const name of deleteDescendants(connection, situation, lacking))
    if (!own.has(name)) missing.add(name)
}

/** A parent of a table whose composite unique key consists of foreign keys, and which may have a row for every combination already. */
function crowdedBy(
  { uniqueKeys, parents, spared }: TablePlan,
  situation: TableGraph,
): CatalogTable | undefined {
  const pointing = new Set(parents.flatMap(({ key }) => key.columns.map(foldCase)))
  const isCrowded = uniqueKeys.some(
    (key) => key.length > 1 && key.every((column) => pointing.has(column)),
  )
  const [first] = isCrowded ? parents.filter(({ key }) => !spared.has(key)) : []
  return first && tableNamed(situation, first.key.parent)
}

function fill(
  state: SeederState,
  situation: TableGraph,
  plan: TablePlan,
  limits: Pick<Surroundings, 'later' | 'avoided'>,
): Filled {
  const { connection, nextSerial, examples, used, remembered } = state
  const around = { connection, nextSerial, ...limits }
  const name = foldCase(plan.table.name)
  const own = (examples.get(name) ?? []).flatMap((example, at) =>
    hasColumns(plan, example) ? [{ example, key: `${name} ${at}` }] : [],
  )
  if (own.length === 0) {
    const known = remembered.get(name)
    addAgreeingParents(state, situation, plan, limits.later)
    const filled = fillTable(plan, around, sortsFor(connection, plan, known))
    fillFromExamples(plan, around, newTexts(plan, known))
    replaceDefaults(situation, plan, around, filled)
    const parent = filled.rows === 0 ? crowdedBy(plan, situation) : undefined
    if (!parent || examples.has(foldCase(parent.name))) return filled
    // The last parent stays childless.
    addRows(state, situation, { table: parent, examples: [{}, {}] })
    return fillTable(plan, around, ['plain', 'twin'])
  }
  const empty = countOf(connection, plan.table) === 0
  const fresh = own.filter(({ key }) => empty || !used.has(key))
  for (const { key } of fresh) used.add(key)
  return fillFromExamples(
    plan,
    around,
    fresh.map(({ example }) => example),
  )
}

/** What to report about a table after filling it. */
function conclude(
  { connection, remembered, told, waiting }: SeederState,
  table: CatalogTable,
  refusal: string | null,
  { version, avoid }: FillingFor,
): Unseeded[] {
  if (table.autoincrement) raiseWatermark(connection, table)
  const reason = refusal ?? 'no row was taken'
  const filled = remembered.get(foldCase(table.name))?.rows !== 0
  if (avoid && !filled) waiting.add(foldCase(table.name))
  if (filled || avoid || told.has(`${table.name} ${reason}`)) return []
  told.add(`${table.name} ${reason}`)
  return [{ kind: 'unseeded', version, table: table.name, reason }]
}

/**
 * Wraps many small changes in one transaction; errors of a table stay with its rows. No transaction if a trigger or constraint may roll it
 * back, as one refused row would remove the rows of all tables.
 */
function atOnce<T>(connection: Connection, work: () => T): T {
  if (connection.single("SELECT 1 FROM sqlite_master WHERE sql LIKE '%rollback%'")) return work()
  connection.run('BEGIN')
  try {
    const result = work()
    connection.run('COMMIT')
    return result
  } catch (error) {
    if (connection.handle.inTransaction) connection.run('ROLLBACK')
    throw error
  }
}

/** Refusals are part of the work and their stack traces are never read; capturing one costs more than the row. */
function withoutStacks<T>(work: () => T): T {
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = 0
  try {
    return work()
  } finally {
    Error.stackTraceLimit = stackTraceLimit
  }
}

const hasColumns = ({ columns }: TablePlan, example: Example): boolean => {
  const names = new Set(columns.map(({ name }) => foldCase(name)))
  return Object.keys(example).every((name) => names.has(foldCase(name)))
}
