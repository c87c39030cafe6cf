// Rows that agree in all columns of a UNIQUE index that a side makes after it deletes rows, or in all but one; or in what it reads of them where it keeps one of several.
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
import { addRows } from './rows-for-literals.js'
import type { SeederState } from './seeder-state.js'

/** Columns in which rows are to agree, and the one of the key in which they are not; null where they agree in all. In lower case. */
export interface Group {
  readonly effect: Effect
  readonly table: CatalogTable
  readonly by: readonly string[]
  readonly other: string | null
}

/** By the last DELETE of each table; none of rows that another of its keys takes for one. */
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

/** Of each table that is dropped, or made anew, where a row of another one may come of several of its rows: all columns read but one. */
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

/** So many columns are looked at. */
const MOST = 6

/** Whether it puts one of several rows, or a value of one of them, into a table. */
function keepsOne(effect: Effect): boolean {
  const { shape, verb, tokens, replaces } = effect
  const selects = tokens.filter((token) => token === 'SELECT').length
  if (verb === 'update') return selects > 0
  const isPartial = replaces || (shape.kind === 'insert' && shape.conflict !== null)
  return isFilling(effect) && (isPartial || groupsRows(effect) || selects > 1)
}

/** Adds a row that has what one has in these columns, and what another one has in the other; answers whether there is one. */
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

/** More than by capitals, and spaces around it. */
const isUnlike = (one: Value | undefined, other: Value | undefined): boolean =>
  foldCase(String(one)).trim() !== foldCase(String(other)).trim()

/** A row as it is told from those that agree with it. */
export interface Alone {
  /** What it has in the columns of the group. */
  readonly shared: RawRow
  /** What it has in the other column, or what tells the row where there is none. */
  readonly own: RawRow
}

/** Takes out all rows of a group but this one, and what points at them. */
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
