// Adds rows that match the query of declared batches: tries combinations of the values in its condition until SQLite finds a row.
import { orElse } from '../../../../src/model/or-else.js'
import { foldCase, isSameName, quoteIdentifier } from '../../../../src/sql/names.js'
import type { Connection } from '../fill/connection.js'
import type { Example } from '../fill/draft-row.js'
import { bound, hasParent, parentKeys } from '../fill/seed-table.js'
import type { Value } from '../fill/seed-values.js'
import { tableNamed, type TableGraph } from '../fill/table-graph.js'
import { tablePlan, type TablePlan } from '../fill/table-plan.js'
import type { Effect } from '../watch/statement-effect.js'
import { literalsOf } from './compared-literals.js'
import { comparedColumns, partnersOf, tablesNamed } from './compared-columns.js'
import { namesCompared } from './comparisons.js'
import { addRows } from './add-rows.js'
import type { SeederState } from './seeder-state.js'

/** The rows of a query, and the key column that batches walk. */
interface Keyed {
  readonly table: string
  readonly column: string
  /** The key and the query, as SQL. */
  readonly key: string
  readonly source: string
}

/** Enough for boundaries between batches of one and of two rows. */
const ENOUGH = 3

/** The most combinations that are tried. */
const MOST = 2000

/** Adds matching rows if a single-table query finds too few. Tables with example rows stay as they are. */
export function addFitting(
  state: SeederState,
  situation: TableGraph,
  query: Effect,
  rows: Keyed,
): void {
  const table = tableNamed(situation, rows.table)
  if (!table || state.examples.has(foldCase(table.name))) return
  const ground = { state, situation, plan: tablePlan(table, situation, state) }
  const fitting = (): number => countOf(state.connection, rows)
  if (fitting() >= ENOUGH) return
  const found = rowIn(state.connection, ground.plan, rows) ?? searched(ground, query, rows)
  if (found) addRows(state, situation, { table, examples: found })
  if (fitting() === 0) addPartners(ground, query, rows)
  if (fitting() < ENOUGH && namesCompared(query.tokens).includes(foldCase(rows.column)))
    addRows(state, situation, { table, examples: Array.from({ length: SEQUENCE }, () => ({})) })
}

/** Among consecutive ids, some match conditions such as `id % 10 = 0`. */
const SEQUENCE = 24

/** Counts as enough if the query fails on the existing rows. */
function countOf({ single }: Connection, { source }: Keyed): number {
  return orElse(() => Number(single(`SELECT count(*) FROM ${source}`)), ENOUGH)
}

/** Copies of the first matching row without its unique columns; the first copy also gets the values of `set`. */
function rowIn(
  { all }: Connection,
  { table, columns, unique }: TablePlan,
  { source, key, column }: Keyed,
  set: Example = {},
): Example[] | null {
  const shown = columns.filter((_, index) => !unique.has(index))
  const names = ['1', ...shown.map(({ name }) => quoteIdentifier(name))].join(', ')
  const [row] = all(
    `SELECT ${names} FROM ${quoteIdentifier(table.name)} WHERE ${quoteIdentifier(column)} IN (SELECT ${key} FROM ${source}) LIMIT 1`,
  )
  if (!row) return null
  const like: Example = Object.fromEntries(shown.map(({ name }, at) => [name, row[at + 1] ?? null]))
  return Array.from({ length: ENOUGH }, (_, at) => (at === 0 ? { ...like, ...set } : like))
}

interface Ground {
  readonly state: SeederState
  readonly situation: TableGraph
  readonly plan: TablePlan
}

/** Updates existing rows until one matches, and rolls that back. */
function searched(ground: Ground, query: Effect, rows: Keyed): Example[] | null {
  const { connection } = ground.state
  addParents(ground, query)
  const lists = candidatesFor(ground, query)
  for (const set of combined(lists)) {
    connection.run('SAVEPOINT fitting')
    try {
      setAll(connection, ground.plan, set)
      const found = rowIn(connection, ground.plan, rows, set)
      if (found) return found
    } catch {
      // The table or a trigger refuses such a row.
    } finally {
      if (connection.handle.inTransaction) {
        connection.run('ROLLBACK TO fitting')
        connection.run('RELEASE fitting')
      }
    }
  }
  return null
}

function setAll({ run }: Connection, { table }: TablePlan, set: Example): void {
  const names = Object.keys(set)
  const assigned = names.map((name) => `${quoteIdentifier(name)} = ?`).join(', ')
  if (names.length > 0)
    run(`UPDATE OR IGNORE ${quoteIdentifier(table.name)} SET ${assigned}`, ...Object.values(set))
}

/** If the key is referenced from rows of other tables, copies such rows with the first keys. */
function addPartners(
  { state, situation, plan }: Ground,
  { tokens, table }: Effect,
  rows: Keyed,
): void {
  const { all } = state.connection
  const column = quoteIdentifier(rows.column)
  const pairs = comparedColumns({ tokens, table }, tablesNamed(tokens, situation))
  for (const pair of pairs) {
    const own = pair.find(
      (one) => one.table === plan.table && isSameName(one.column.name, rows.column),
    )
    const other = pair.find((one) => one !== own)
    if (!own || !other || state.examples.has(foldCase(other.table.name))) continue
    const { columns, unique } = tablePlan(other.table, situation, state)
    const shown = columns.filter((_, index) => !unique.has(index))
    const names = ['1', ...shown.map(({ name }) => quoteIdentifier(name))].join(', ')
    const keys = all(
      `SELECT ${column} FROM ${quoteIdentifier(rows.table)} ORDER BY ${column} LIMIT ${ENOUGH}`,
    )
    const like = all(`SELECT ${names} FROM ${quoteIdentifier(other.table.name)} LIMIT 12`)
    const examples = like.flatMap((row) =>
      keys.map(([key = null]) => ({
        ...Object.fromEntries(shown.map(({ name }, at) => [name, row[at + 1] ?? null])),
        [other.column.name]: key,
      })),
    )
    addRows(state, situation, { table: other.table, examples })
  }
}

/** Values to try for a column; `undefined` leaves it unchanged. */
interface Candidates {
  readonly name: string
  readonly values: readonly (Value | undefined)[]
}

/** For each column in the condition, the values it is compared with. */
function candidatesFor({ state, situation, plan }: Ground, query: Effect): Candidates[] {
  const { table, columns, rowid, units } = plan
  const named = new Set(namesCompared(query.tokens))
  const literals = literalsOf([query]).get(foldCase(table.name))?.columns
  return columns.flatMap(({ name, notNull, type }, index) => {
    if (index === rowid || !named.has(foldCase(name))) return []
    const unit = units.find(({ at }) => at.length === 1 && at[0] === index)
    const keys = unit?.key ? parentKeys(state.connection, unit.key, NONE) : []
    const isFit = (value: Value): boolean =>
      !unit?.key || unit.loose || hasParent(state.connection, unit.key, value)
    const told = (literals?.get(foldCase(name)) ?? []).filter(isFit)
    const partners = unit?.key
      ? []
      : partnersOf(state.connection, situation, query, { table, name })
    const values = [
      ...told.map((value) => bound(value)),
      ...(/bool/i.test(type) ? [1n, 0n] : []),
      ...[...keys, ...partners].flatMap(([value]) => (value === undefined ? [] : [value])),
      undefined,
      ...(notNull ? [] : [null]),
      ...(unit?.key && !unit.loose ? [] : usualIn(type)),
    ]
    return [{ name, values }]
  })
}

/** Values unlike generated ones, for conditions that exclude values. */
const usualIn = (type: string): Value[] =>
  /int|real|floa|doub|dec|num/i.test(type) ? [0n, 1n, -1n] : ['2001-02-03 04:05:06', 'Ab c', '', 1n]

/** Adds missing parents whose keys a condition mentions, as in `role_id = 3`. */
function addParents({ state, situation, plan }: Ground, query: Effect): void {
  const literals = literalsOf([query]).get(foldCase(plan.table.name))?.columns
  for (const { key } of plan.parents) {
    const [own = '', more] = key.columns
    const parent = tableNamed(situation, key.parent)
    const told = literals?.get(foldCase(own)) ?? []
    const lacking = told.filter((one) => one !== null && !hasParent(state.connection, key, one))
    if (!parent || more !== undefined || state.examples.has(foldCase(parent.name))) continue
    const examples = lacking.slice(0, ENOUGH).map((one) => ({ [key.parentColumns[0] ?? '']: one }))
    if (examples.length > 0) addRows(state, situation, { table: parent, examples })
  }
}

const NONE: ReadonlySet<string> = new Set()

/** All combinations of the values, the likeliest first. */
function* combined(lists: readonly Candidates[]): Generator<Example> {
  const all = lists.reduce((count, { values }) => count * values.length, 1)
  for (let number = 0; number < Math.min(all, MOST); number++) {
    let rest = number
    const set: Record<string, Value> = {}
    for (const { name, values } of lists) {
      const value = values[rest % values.length]
      rest = Math.floor(rest / values.length)
      if (value !== undefined) set[name] = value
    }
    yield set
  }
}
