// Finds what a side looks up in another table for the rows that it changes, and the key that links the rows of both.
import { foldCase, isSameName, plainName, quoteIdentifier } from '../../../../src/sql/names.js'
import type { CatalogForeignKey, CatalogTable } from '../../../model/catalog.js'
import { namesIn } from '../../../sql/names-in.js'
import { identityOf } from '../../catalog/row-identity.js'
import type { RawRow } from '../fill/connection.js'
import type { Example } from '../fill/draft-row.js'
import { deleteRows } from '../fill/delete-rows.js'
import { parentKeys } from '../fill/seed-table.js'
import { tableNamed, type TableGraph } from '../fill/table-graph.js'
import { keyTo } from '../fill/table-plan.js'
import { groupsRows, isQuery, type Effect } from '../watch/statement-effect.js'
import { columnAt, isOfSubquery } from './compared-columns.js'
import type { CutKey } from './cut-keys.js'
import { addRows, pointingAt } from './add-rows.js'
import type { SeederState } from './seeder-state.js'

/** Rows of one table get values derived from rows of another. */
export interface Lookup extends CutKey {
  /** The statements that do so, one or more. */
  readonly effects: readonly Effect[]
  /** The table whose rows get the values: the child or the parent of the key. */
  readonly target: CatalogTable
  readonly read: CatalogTable
}

/**
 * By declared foreign keys, and by columns that the statement compares. Statements that set the foreign key to the read table itself are
 * left out: they may choose one parent for all rows.
 */
export function lookupsIn(effects: readonly Effect[], situation: TableGraph): Lookup[] {
  const queries = effects.filter(isQuery)
  const found = effects.flatMap((effect): Lookup[] => {
    const target = targetOf(effect, situation)
    const all = effect.place.script === null ? [effect, ...queries] : [effect]
    if (!target || !all.some(({ tokens }) => tokens.includes('SELECT'))) return []
    const names = new Set(all.flatMap(({ tokens }) => tokens.flatMap((one) => [...namesIn(one)])))
    const read = [...names].flatMap((name) => tableNamed(situation, name) ?? [])
    return read.flatMap((one) => {
      const found = compared(all, [target, one])
      const outer = found.filter(({ isInner }) => !isInner)
      const keys = [...declared(target, one), ...(outer.length > 0 ? outer : found)]
      const isSet = keys.some(({ child, key }) => child === target && sets(effect, key))
      if (one === target || isSet) return []
      const own = isOverAll(effect) ? keys.filter(({ child }) => child !== target) : keys
      return own.map((key) => ({ ...key, effects: [effect], target, read: one }))
    })
  })
  const grouped = new Map<string, Lookup>()
  for (const one of found) {
    const before = grouped.get(textOf(one))?.effects ?? []
    grouped.set(textOf(one), { ...one, effects: [...before, ...one.effects] })
  }
  return [...grouped.values()]
}

/** Whether it aggregates the whole other table: target rows that reference one of its rows are meant to get the total. */
function isOverAll({ shape, tokens }: Effect): boolean {
  const within = tokens.slice(tokens.indexOf('SELECT'))
  const end = within.lastIndexOf(')')
  return (
    shape.kind === 'update' &&
    groupsRows({ tokens: within }) &&
    !within.slice(0, end).some((token) => token === 'WHERE' || token === 'GROUP')
  )
}

const textOf = ({ child, key, target }: Lookup): string =>
  JSON.stringify([child.name, key.columns, key.parent, key.parentColumns, target.name])

/** An UPDATE names it; a copy selects from it and reads more in a subquery. */
function targetOf({ shape, tokens }: Effect, situation: TableGraph): CatalogTable | undefined {
  if (shape.kind === 'update') return tableNamed(situation, plainName(shape.table.key))
  const [select] = shape.kind === 'insert' ? shape.selects : []
  const isNested = tokens.filter((token) => token === 'SELECT').length > 1
  return select?.from && isNested ? tableNamed(situation, plainName(select.from.key)) : undefined
}

const sets = ({ shape }: Effect, { columns }: CatalogForeignKey): boolean =>
  shape.kind === 'update' &&
  shape.columns.some(({ key }) => columns.some((one) => foldCase(one) === plainName(key)))

const declared = (one: CatalogTable, other: CatalogTable): CutKey[] =>
  [
    [one, other],
    [other, one],
  ].flatMap(([child, parent]) =>
    child!.foreignKeys.flatMap((key) =>
      isSameName(key.parent, parent!.name) && key.parentColumns.length === key.columns.length
        ? [{ child: child!, key }]
        : [],
    ),
  )

/** Whether it compares columns of both tables, or selects rows by an IN subquery. */
export const isTied = (effect: Effect, { target, read }: Lookup): boolean =>
  compared([effect], [target, read]).length > 0 ||
  effect.tokens.some((token, at) => token === 'IN' && effect.tokens[at + 2] === 'SELECT')

/** Two columns that are compared; `isInner` if one is that of a subquery, which has other rows of the target. */
interface Compared extends CutKey {
  readonly isInner: boolean
}

/** Each `a.x = b.y`: a primary key column of the target is what the other column references. */
const compared = (
  effects: readonly Effect[],
  [target, read]: readonly [CatalogTable, CatalogTable],
): Compared[] =>
  effects.flatMap(({ tokens }) =>
    tokens.flatMap((token, at): Compared[] => {
      if (token !== '=') return []
      const right = tokens[at + 2] === '.' ? at + 3 : at + 1
      const places = [at - 1, right]
      const sides = places.map((place) => columnAt(tokens, place, [target, read]))
      const own = sides.find((side) => side?.table === target)?.column
      const other = sides.find((side) => side?.table === read)?.column
      if (!own || !other) return []
      const isInner = places.some((place) => isOfSubquery(tokens, place))
      return own.primaryKey > 0
        ? [{ child: read, key: keyTo([other.name], target, [own]), isInner }]
        : [{ child: target, key: keyTo([own.name], read, [other]), isInner }]
    }),
  )

/** Deletes from the read table all rows but those linked by one key; returns the key, null if there is none. */
export function leaveOneKey(
  state: SeederState,
  situation: TableGraph,
  { child, key, read }: Lookup,
): RawRow | null {
  const { connection } = state
  const [one] = parentKeys(connection, key, new Set())
  if (!one) return null
  const examples = pointingAt([one], key)
  addRows(state, situation, {
    table: child,
    examples: [...examples, ...numberedAlike(child, examples)],
  })
  const own = (read === child ? key.columns : key.parentColumns).map(quoteIdentifier)
  const others = `SELECT ${identityOf(read).map(quoteIdentifier).join(', ')} FROM ${quoteIdentifier(read.name)}
    WHERE NOT (${own.map((column) => `${column} IS ?`).join(' AND ')})`
  deleteRows(connection, situation, read, connection.all(others, ...one))
  return one
}

/** A row whose id equals that of its parent: `WHERE order_id = id` in a subquery compares two columns of the same row. */
function numberedAlike({ columns }: CatalogTable, examples: readonly Example[]): Example[] {
  const [own, ...more] = columns.filter(({ primaryKey }) => primaryKey > 0)
  if (!own || more.length > 0) return []
  return examples.flatMap((example) => {
    const [value, ...others] = Object.values(example)
    const isFree = value !== undefined && others.length === 0 && !(own.name in example)
    return isFree ? [{ ...example, [own.name]: value }] : []
  })
}
