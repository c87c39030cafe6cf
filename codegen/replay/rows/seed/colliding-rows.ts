// Adds rows that agree in the values of a unique key to come, but differ in the keys that their table has so far.
import { foldCase, foldUpper, quoteIdentifier } from '../../../../src/sql/names.js'
import type { CatalogTable } from '../../../model/catalog.js'
import type { Example } from '../fill/draft-row.js'
import type { Value } from '../fill/seed-values.js'
import type { TableGraph } from '../fill/table-graph.js'
import { tablePlan } from '../fill/table-plan.js'
import type { Effect } from '../watch/statement-effect.js'
import type { CollidingKey } from './colliding-keys.js'
import { comparedColumns, tablesNamed } from './compared-columns.js'
import { comparisonsIn } from './comparisons.js'
import { isOfKind } from './kinds.js'
import { addRows } from './add-rows.js'
import type { SeederState } from './seeder-state.js'

/** Adds such rows, also with values that `asking` looks for; returns false if there can be none, because another key of the table keeps them apart. */
export function addColliding(
  state: SeederState,
  situation: TableGraph,
  one: CollidingKey,
  asking: readonly Effect[],
): boolean {
  const { table, shared } = one
  const isKin =
    one.other && state.kin.get(foldCase(one.other.table.name))?.has(foldCase(table.name))
  if (state.examples.has(foldCase(table.name)) || isKin) return false
  const keys = tablePlan(table, situation, state).uniqueKeys
  const narrow = one.other ? [] : keys.filter((key) => key.every((name) => shared.includes(name)))
  if (narrow.length > 0) return false
  const examples = one.other
    ? takenFrom(state, one, one.other)
    : alikeRows({ state, situation, one, asking }, keys)
  addRows(state, situation, { table, examples, sort: 'sibling' })
  return examples.length > 0
}

/** How many rows get a counterpart that agrees with them. */
const MOST = 12

const takenFrom = (
  { connection }: SeederState,
  { shared }: CollidingKey,
  { table, columns }: NonNullable<CollidingKey['other']>,
): Example[] =>
  rowsOf(connection, table, columns).map((row) =>
    Object.fromEntries(shared.map((name, at) => [name, row[at] ?? null])),
  )

/** A colliding key with its surroundings. */
interface Collision {
  readonly state: SeederState
  readonly situation: TableGraph
  readonly one: CollidingKey
  readonly asking: readonly Effect[]
}

/**
 * Copies existing rows in all columns that no other key covers, plus two such rows with values that the statement compares with, one
 * of which also holds what other statements look for in the key column that is set.
 */
function alikeRows(
  { state: { connection }, situation, one, asking }: Collision,
  keys: readonly (readonly string[])[],
): Example[] {
  const { effect, table, key, shared, letters = [] } = one
  const apart = new Set(keys.flat().filter((name) => ![...shared, ...letters].includes(name)))
  const names = table.columns.flatMap(({ name, generated }) =>
    generated !== null || apart.has(foldCase(name)) ? [] : [name],
  )
  const rows = rowsOf(connection, table, names, shared).map((row) =>
    Object.fromEntries(
      names.map((name, at) => {
        const value = row[at] ?? null
        return [name, letters.includes(foldCase(name)) ? inOtherLetters(value) : value]
      }),
    ),
  )
  const [first] = rows
  if (!first) return rows
  const asked = askedOf(connection, situation, effect, table).filter(({ name }) =>
    names.includes(name),
  )
  const sought = asking
    .flatMap((other) => askedOf(connection, situation, other, table))
    .filter(({ name }) => key.includes(foldCase(name)) && !names.includes(name))
  if (asked.length + sought.length === 0) return rows
  const meeting = { ...first, ...valuesOf(asked) }
  return [...rows, meeting, { ...meeting, ...valuesOf(sought) }]
}

/** A row with these. */
export const valuesOf = (
  asked: readonly { readonly name: string; readonly value: Value }[],
): Example => Object.fromEntries(asked.map(({ name, value }) => [name, value]))

function inOtherLetters(value: Value): Value {
  if (typeof value !== 'string') return value
  return foldUpper(value) === value ? foldCase(value) : foldUpper(value)
}

/** The values that a statement compares columns with: a literal, or a value from another table. */
export function askedOf(
  connection: SeederState['connection'],
  situation: TableGraph,
  effect: Effect,
  table: CatalogTable,
): { readonly name: string; readonly value: Value }[] {
  const told = comparisonsIn(effect.tokens)
  const pairs = comparedColumns(effect, tablesNamed(effect.tokens, situation))
  return table.columns.flatMap((column) => {
    const { name } = column
    const values = told.flatMap((one) => (one.names.includes(foldCase(name)) ? one.values : []))
    const pair = pairs.find((sides) =>
      sides.some((side) => side.table === table && side.column === column),
    )
    const other = pair?.find((side) => side.table !== table)
    const partners = other ? rowsOf(connection, other.table, [other.column.name]).flat() : []
    const [value] = [...values.filter((one) => isOfKind(column, one)), ...partners]
    return value === undefined ? [] : [{ name, value }]
  })
}

/** Some rows, with no null in the `whole` columns. */
const rowsOf = (
  { all }: SeederState['connection'],
  table: CatalogTable,
  names: readonly string[],
  whole: readonly string[] = names,
) =>
  all(
    `SELECT ${['1', ...names.map(quoteIdentifier)].join(', ')} FROM ${quoteIdentifier(table.name)}
     WHERE ${['1', ...whole.map((name) => `${quoteIdentifier(name)} NOT NULL`)].join(' AND ')} LIMIT ${MOST}`,
  ).map((row) => row.slice(1))
