// Finds rows that a step copies to another table and then deletes. Pure.
import { foldCase, isSameName, plainName } from '../../../../src/sql/names.js'
import type { CatalogTable } from '../../../model/catalog.js'
import { tableNamed, type TableGraph } from '../fill/table-graph.js'
import { groupsRows, isFilling, isQuery, type Effect } from '../watch/statement-effect.js'

/** A table that loses rows, and the tables that may hold copies of them. */
export interface Departure {
  readonly table: CatalogTable
  readonly removal: Effect
  /** In lower case. */
  readonly archives: readonly string[]
  /** Child tables that no statement names. */
  readonly unnamed: readonly CatalogTable[]
  /** Tables, in lower case, that receive copies of child rows together with their foreign keys. */
  readonly followers: ReadonlySet<string>
}

/** Copies that merge rows, or skip some on purpose, do not count. */
export function departuresIn(effects: readonly Effect[], situation: TableGraph): Departure[] {
  const copies = effects.filter(isFilling)
  const names = new Set(effects.flatMap(({ verb, table }) => (verb === 'delete' ? [table] : [])))
  return [...names].flatMap((name): Departure[] => {
    const table = tableNamed(situation, name)
    const removal = effects.findLast((one) => one.verb === 'delete' && one.table === name)
    const own = copies.filter((one) => one.table !== name && mayCopy(one, name, effects))
    const isWhole = own.every((one) => !groupsRows(one) && !one.replaces && !isPartial(one))
    if (!table || !removal || own.length === 0 || !isWhole) return []
    const unnamed = (situation.children.get(name) ?? []).flatMap((child) => {
      const isNamed = effects.some(({ tokens }) => tokens.some((one) => plainName(one) === child))
      return isNamed ? [] : (tableNamed(situation, child) ?? [])
    })
    const archives = [...new Set(own.map((one) => one.table))]
    const following = copies.filter((one) => isCopyOfChild(one, table, { effects, situation }))
    const followers = new Set(following.map((one) => one.table))
    return [{ table, removal, archives, unnamed, followers }]
  })
}

const isPartial = ({ shape }: Effect): boolean => shape.kind === 'insert' && shape.conflict !== null

/** Whether it reads the table, or inserts values that code may have read from it. */
const mayCopy = ({ tokens, place }: Effect, name: string, effects: readonly Effect[]): boolean =>
  tokens.some((token) => plainName(token) === name) ||
  (place.script === null &&
    !tokens.includes('SELECT') &&
    effects.some((one) => isQuery(one) && one.tokens.some((token) => plainName(token) === name)))

interface Seen {
  readonly effects: readonly Effect[]
  readonly situation: TableGraph
}

/** Whether it copies a child table together with its foreign key. */
const isCopyOfChild = (
  copy: Effect,
  { name }: CatalogTable,
  { effects, situation }: Seen,
): boolean =>
  (situation.children.get(foldCase(name)) ?? []).some((child) => {
    const keys = tableNamed(situation, child)?.foreignKeys ?? []
    const own = keys.filter(({ parent }) => isSameName(parent, name))
    return (
      copy.table !== child &&
      mayCopy(copy, child, effects) &&
      own.some(({ columns }) => columns.every((one) => handsOn(copy, one)))
    )
  })

const handsOn = ({ tokens }: Effect, column: string): boolean =>
  tokens.some((token) => token === '*' || isSameName(plainName(token), column))
