// Rows that a step copies into another table and deletes. Pure.
import { foldCase, isSameName, plainName } from '../../../../src/sql/names.js'
import type { CatalogTable } from '../../../model/catalog.js'
import { tableNamed, type TableGraph } from '../fill/table-graph.js'
import { groupsRows, isFilling, isQuery, type Effect } from '../watch/statement-effect.js'

/** A table that rows are deleted from, and those that may have a copy of them. */
export interface Departure {
  readonly table: CatalogTable
  readonly removal: Effect
  /** In lower case. */
  readonly archives: readonly string[]
  /** Tables that point at it, of which no statement says anything. */
  readonly unnamed: readonly CatalogTable[]
  /** Those into which rows are copied that point at it, with what they point at, in lower case. */
  readonly followers: ReadonlySet<string>
}

/** Copies that make one row of several, or leave some out on purpose, are none. */
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

/** Whether it reads the table, or code does, which puts values of its own into another one. */
const mayCopy = ({ tokens, place }: Effect, name: string, effects: readonly Effect[]): boolean =>
  tokens.some((token) => plainName(token) === name) ||
  (place.script === null &&
    !tokens.includes('SELECT') &&
    effects.some((one) => isQuery(one) && one.tokens.some((token) => plainName(token) === name)))

interface Seen {
  readonly effects: readonly Effect[]
  readonly situation: TableGraph
}

/** Whether it reads a table that points at this one, and hands the key on. */
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
