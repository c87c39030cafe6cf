// Adds rows without the parent that a step declares a foreign key to: before the step, nothing kept them out. And rows that only what a
// step has dropped kept out.
import { foldCase, isSameName } from '../../../../src/sql/names.js'
import type { CatalogTable } from '../../../model/catalog.js'
import { parentKeys } from '../fill/seed-table.js'
import type { RowSort, Value } from '../fill/seed-values.js'
import { tableNamed, tablesOf, type TableGraph } from '../fill/table-graph.js'
import { tablePlan } from '../fill/table-plan.js'
import type { Effect } from '../watch/statement-effect.js'
import { addRows } from './add-rows.js'
import { pairsBefore, type PairBefore } from './joined-rows.js'
import type { SeederState } from './seeder-state.js'
import { addUnchecked } from './unchecked.js'

/** The statements that declare a foreign key. */
export const declaringKey = (effects: readonly Effect[]): Effect[] =>
  effects.filter(({ tokens }) => tokens.includes('REFERENCES'))

/** Sorts of values for the other columns: a condition may filter out some. */
const SORTS: readonly RowSort[] = ['plain', 'null', 'extreme']

/** Adds orphans to the tables that a side names, in columns whose foreign key is not declared yet. */
export function addOrphans(
  state: SeederState,
  situation: TableGraph,
  effects: readonly Effect[],
): void {
  const words = new Set(effects.flatMap(({ tokens }) => tokens.map(nameIn)))
  const named = [...words].flatMap((word) => tableNamed(situation, word) ?? [])
  for (const table of named) addTo(state, situation, table, () => true)
}

/** The pairs of columns by which statements look up rows of another table for those that they change or copy. */
export const lookedUpBy = (effects: readonly Effect[], situation: TableGraph): PairBefore[] =>
  effects.flatMap((effect, at) =>
    /^(?:insert|update)$/.test(effect.shape.kind) && effect.tokens.includes('FROM')
      ? pairsBefore(effect, effects.slice(0, at), situation)
      : [],
  )

/**
 * The same where a statement looks up the parent, and only other tables declare a foreign key for a column of that name. Returns the tables
 * that have got some.
 */
export function addLookedUp(
  state: SeederState,
  situation: TableGraph,
  pairs: readonly PairBefore[],
): CatalogTable[] {
  const looked = pairs.flat()
  const tables = new Set(looked.map(({ table }) => table))
  return [...tables].filter((table) =>
    addTo(state, situation, table, (name) =>
      looked.some((one) => one.table === table && isSameName(one.column, name)),
    ),
  )
}

/** Adds orphans where a table had a foreign key in `before` and has none now, and rows that a CHECK refused which has gone. */
export function addFreed(state: SeederState, situation: TableGraph, before: TableGraph): void {
  for (const table of tablesOf(situation)) {
    const freed = tableNamed(before, foldCase(table.name))?.foreignKeys.filter(
      ({ columns }) => !table.foreignKeys.some((key) => isSameName(`${key.columns}`, `${columns}`)),
    )
    const isFreed = (column: string): boolean =>
      freed?.some(({ columns }) => isSameName(`${columns}`, column)) === true
    if (freed?.length) addTo(state, situation, table, isFreed)
  }
  addUnchecked(state, situation, before)
}

function addTo(
  state: SeederState,
  situation: TableGraph,
  table: CatalogTable,
  isMeant: (column: string) => boolean,
): boolean {
  const { connection, examples } = state
  if (examples.has(foldCase(table.name))) return false
  let isAny = false
  const { units, columns } = tablePlan(table, situation, state)
  for (const { key, loose, at } of units) {
    const name = columns[at[0] ?? -1]?.name
    const own = key && loose ? parentKeys(connection, key, NONE)[0]?.[0] : undefined
    if (name === undefined || own === undefined || own === null || !isMeant(name)) continue
    const orphans = [{ [name]: unlike(own) }]
    for (const sort of SORTS) addRows(state, situation, { table, examples: orphans, sort })
    isAny = true
  }
  return isAny
}

const NONE: ReadonlySet<string> = new Set()

const nameIn = (token: string): string => foldCase(token.replaceAll(/^["'`[]|["'`\]]$/g, ''))

/** A value of the same type that no parent has. */
const unlike = (own: Exclude<Value, null>): Value => {
  if (typeof own === 'string') return `${own.slice(0, -1)}~`
  return own instanceof Uint8Array ? own.map((byte) => byte ^ 0x5a) : 987_654_321n
}
