// Adds rows that agree in all columns of a UNIQUE index created after a DELETE, or in all but one; or in the columns that a step reads when
// it keeps one of several rows.
import { foldCase, quoteIdentifier } from '../../../../src/sql/names.js'
import type { CatalogTable } from '../../../model/catalog.js'
import { identityOf } from '../../catalog/row-identity.js'
import { deleteDescendants, deleteRows } from '../fill/delete-rows.js'
import type { RawRow } from '../fill/connection.js'
import type { Value } from '../fill/seed-values.js'
import { tableNamed, tablesOf, type TableGraph } from '../fill/table-graph.js'
import { groupsRows, isFilling, nameBehind, type Effect } from '../watch/statement-effect.js'
import { uniqueMade } from '../watch/unique-made.js'
import { isNamed, isOrdinary } from './made-of.js'
import { addRows } from './add-rows.js'
import type { SeederState } from './seeder-state.js'

/** Columns, in lower case, in which rows must agree, and the key column in which they must differ; null if they agree in all. */
export interface Group {
  readonly effect: Effect
  readonly table: CatalogTable
  readonly by: readonly string[]
  readonly other: string | null
}

/** By the last DELETE of each table; groups that another unique key keeps apart are left out. */
export function groupsIn(effects: readonly Effect[], situation: TableGraph): Group[] {
  const removals = effects.filter(({ verb }) => verb === 'delete')
  const last = new Map(removals.map((effect) => [effect.table, effect]))
  return [...last].flatMap(([name, effect]): Group[] => {
    const table = tableNamed(situation, name)
    if (!table) return []
    const given = new Set(
      table.columns.flatMap((one) =>
        one.generated === null && one.primaryKey === 0 ? [foldCase(one.name)] : [],
      ),
    )
    const made = uniqueMade(effects, name).filter((key) => key.every((one) => given.has(one)))
    const all = [...made, ...table.uniques.map((key) => key.map(foldCase))]
    const isOne = (by: readonly string[]): boolean =>
      all.some((key) => key.every((one) => by.includes(one)))
    return made.flatMap((key) => {
      const told = key.map((other): Group => {
        const by = key.filter((one) => one !== other)
        return { effect, table, by, other }
      })
      return [
        ...told.filter(({ by }) => by.length > 0 && !isOne(by)),
        { effect, table, by: key, other: null },
      ]
    })
  })
}

/** For each table that is dropped or rebuilt and feeds another table that keeps one of several rows: all columns read but one. */
export const groupsKept = (effects: readonly Effect[], situation: TableGraph): Group[] =>
  tablesOf(situation).flatMap((table): Group[] => {
    const own = foldCase(table.name)
    const names = [own, nameBehind(effects, own)]
    if (!effects.some((one) => one.verb === 'drop' && one.table === names[1])) return []
    const keeping = effects.filter(
      (one) =>
        !names.some((name) => name === one.table || name === nameBehind(effects, one.table)) &&
        one.tokens.some((token) => isNamed(token, names)) &&
        keepsOne(one),
    )
    return keeping.flatMap((effect) => {
      const read = table.columns
        .filter((one) => isOrdinary(one) && effect.tokens.some((token) => reads(token, one.name)))
        .slice(0, MOST)
        .map(({ name }) => foldCase(name))
      return read.length < 2
        ? []
        : read.map((left): Group => {
            const by = read.filter((one) => one !== left)
            return { effect, table, by, other: null }
          })
    })
  })

const reads = (token: string, column: string): boolean => token === '*' || isNamed(token, [column])

/** The most columns per table. */
const MOST = 6

/** Whether it writes one of several rows, or a value of one, to a table. */
function keepsOne(effect: Effect): boolean {
  const { shape, verb, tokens, replaces } = effect
  const selects = tokens.filter((token) => token === 'SELECT').length
  if (verb === 'update') return selects > 0
  const isPartial = replaces || (shape.kind === 'insert' && shape.conflict !== null)
  return isFilling(effect) && (isPartial || groupsRows(effect) || selects > 1)
}

/** Adds a row that agrees with the first row in these columns and has another row's value in the other; returns whether it can. */
export function addAlike(
  state: SeederState,
  situation: TableGraph,
  { table, by, other }: Group,
): boolean {
  const names = [...by, ...(other === null ? [] : [other])].map(quoteIdentifier)
  const known = names.map((name) => `${name} IS NOT NULL`).join(' AND ')
  const found = state.connection.all(
    `SELECT ${names.join(', ')} FROM ${quoteIdentifier(table.name)} WHERE ${known}`,
  )
  const [first] = found
  const unlike = found.find((row) => other === null || isUnlike(row[by.length], first?.[by.length]))
  if (!first || !unlike || state.examples.has(foldCase(table.name))) return false
  const own = by.map((name, at) => [name, first[at] ?? null] as const)
  const others = other === null ? [] : [[other, unlike[by.length] ?? null] as const]
  const examples = [Object.fromEntries([...own, ...others])]
  addRows(state, situation, { table, examples, sort: 'sibling' })
  return true
}

/** In more than case and surrounding spaces. */
const isUnlike = (one: Value | undefined, other: Value | undefined): boolean =>
  foldCase(String(one)).trim() !== foldCase(String(other)).trim()

/** A row, and what distinguishes it from those that agree with it. */
export interface Alone {
  /** Its values in the columns of the group. */
  readonly shared: RawRow
  /** Its value in the other column, or its identity if there is none. */
  readonly own: RawRow
}

/** Deletes all rows of a group except this one, with their descendants. */
export function leaveAlone(
  { connection }: SeederState,
  situation: TableGraph,
  { table, by, other }: Group,
  { shared, own }: Alone,
): void {
  const identity = identityOf(table).map(quoteIdentifier)
  const telling = other === null ? identity : [quoteIdentifier(other)]
  const isIn = (names: readonly string[]): string =>
    names.map((name) => `${name} IS ?`).join(' AND ')
  const mates = connection.all(
    `SELECT ${identity.join(', ')} FROM ${quoteIdentifier(table.name)}
     WHERE ${isIn(by.map(quoteIdentifier))} AND NOT (${isIn(telling)})`,
    ...shared,
    ...own,
  )
  deleteRows(connection, situation, table, mates)
  deleteDescendants(connection, situation, [foldCase(table.name)])
}
