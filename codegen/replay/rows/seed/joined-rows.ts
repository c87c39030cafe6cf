// Adds rows that a JOIN finds although no foreign key links its tables: generated values do not match by themselves, and a copy that finds
// no rows proves nothing.
import type { CatalogColumn, CatalogTable } from '../../../model/catalog.js'
import { foldCase, isSameName, plainName, quoteIdentifier } from '../../../../src/sql/names.js'
import { columnOf } from '../../../sql/read-select.js'
import { identityOf } from '../../catalog/row-identity.js'
import { deleteRows } from '../fill/delete-rows.js'
import { uniqueKeys } from '../fill/disjoint-keys.js'
import { tableNamed, type TableGraph } from '../fill/table-graph.js'
import { tablePlan } from '../fill/table-plan.js'
import { isFilling, nameBehind, type Effect } from '../watch/statement-effect.js'
import { addRows, isKnown } from './add-rows.js'
import { comparedColumns, tablesNamed, type ColumnOf } from './compared-columns.js'
import type { ComparedLiterals } from './compared-literals.js'
import { literalExamples } from './literal-examples.js'
import { namesBefore } from './names-behind.js'
import type { SeederState } from './seeder-state.js'

/** Two tables that a statement joins by columns in the same order, as they are called before the step; `rowid` may be one of them. */
export interface Join {
  readonly child: CatalogTable
  readonly columns: readonly string[]
  readonly parent: CatalogTable
  readonly key: readonly string[]
  /** Whether the step drops the child for good, and deletes none of its rows before. */
  readonly isDropped: boolean
}

/** The joins of statements that fill tables; not those along a foreign key. */
export const joinsIn = (effects: readonly Effect[], situation: TableGraph): Join[] =>
  effects.flatMap((effect, at) =>
    isFilling(effect) && JOINS.test(effect.tokens.join(' '))
      ? joinsOf(effect, effects.slice(0, at), situation).map((join) => ({
          ...join,
          isDropped: isDropped(join.child, effects),
        }))
      : [],
  )

function isDropped({ name }: CatalogTable, effects: readonly Effect[]): boolean {
  const own = effects.filter(({ table, to }) => [table, to].includes(foldCase(name)))
  return own.some(({ verb }) => verb === 'drop') && !own.some(({ verb }) => STAYS.has(verb))
}

/** Of a table that is rebuilt, rows without a partner are lost. */
const STAYS: ReadonlySet<Effect['verb']> = new Set(['delete', 'rename', 'create'])

const JOINS = / JOIN | FROM \S+(?: (?:AS )?[^\s()]+)? , /

/** A column of a table, as both are called before the step; `rowid` may be one. */
export interface ColumnBefore {
  readonly table: CatalogTable
  readonly column: string
}

/** Two columns that a statement compares. */
export type PairBefore = readonly [ColumnBefore, ColumnBefore]

/** The columns that a statement compares with each other, also of tables that the step has made of others before it. */
export function pairsBefore(
  effect: Effect,
  before: readonly Effect[],
  situation: TableGraph,
): PairBefore[] {
  const stood = new Map(standIns(effect, before, situation).map((one) => [one.as, one]))
  const taken = new Set([...stood.keys()].map(({ name }) => name))
  const own = tablesNamed(effect.tokens, situation).filter(({ name }) => {
    const key = foldCase(name)
    return !taken.has(key) && nameBehind(before, key) === key
  })
  const nameOf = ({ table, column }: ColumnOf): ColumnBefore | null => {
    const stand = stood.get(table)
    const name = stand ? stand.columns.get(column) : column.name
    return name === undefined ? null : { table: stand?.of ?? table, column: name }
  }
  return comparedColumns(effect, [...own, ...stood.keys()]).flatMap((pair) => {
    const [one, other] = pair.map(nameOf)
    return one && other && one.table !== other.table ? [[one, other] as const] : []
  })
}

function joinsOf(effect: Effect, before: readonly Effect[], situation: TableGraph): Join[] {
  const joins = new Map<string, Join>()
  for (const [one, other] of pairsBefore(effect, before, situation)) {
    const key = `${one.table.name}\n${other.table.name}`
    const known = joins.get(key)
    joins.set(key, {
      child: other.table,
      columns: [...(known?.columns ?? []), other.column],
      parent: one.table,
      key: [...(known?.key ?? []), one.column],
      isDropped: false,
    })
  }
  return [...joins.values()].flatMap((join) => directed(join, situation))
}

/** The parent is the table whose columns are a key. */
function directed(join: Join, { attached }: TableGraph): Join[] {
  const { child, columns, parent, key } = join
  const isKey = (table: CatalogTable, names: readonly string[]): boolean =>
    names.some((name) => isSameName(name, 'rowid')) ||
    uniqueKeys({ table, indexes: attached.indexes.get(foldCase(table.name)) ?? [] }).some((one) =>
      one.columns.every((column) => names.some((name) => isSameName(name, column))),
    )
  const isTurned = !isKey(parent, key) && isKey(child, columns)
  const is = isTurned ? { ...join, child: parent, columns: key, parent: child, key: columns } : join
  const isFree = is.columns.every((name) =>
    is.child.columns.some((one) => isSameName(one.name, name) && one.generated === null),
  )
  return !isFree || isDeclared(child, parent) || isDeclared(parent, child) ? [] : [is]
}

const isDeclared = ({ foreignKeys }: CatalogTable, { name }: CatalogTable): boolean =>
  foreignKeys.some(({ parent }) => isSameName(parent, name))

/** A table that holds the rows of another one under a new name, as far as its columns are copied unchanged. */
interface StandIn {
  readonly as: CatalogTable
  readonly of: CatalogTable
  readonly columns: ReadonlyMap<CatalogColumn, string>
}

function standIns({ tokens }: Effect, before: readonly Effect[], situation: TableGraph): StandIn[] {
  return [...new Set(tokens.map(plainName))].flatMap((name): StandIn[] => {
    const [was] = namesBefore(before, [name, ''])
    const of = was === name ? undefined : tableNamed(situation, was)
    if (of) return [standIn(name, of, new Map(of.columns.map((one) => [one.name, one.name])))]
    const copy = before.findLast(({ shape, table }) => shape.kind === 'insert' && table === name)
    return copy && !tableNamed(situation, name) ? copied(name, copy, before, situation) : []
  })
}

function copied(
  name: string,
  { shape }: Effect,
  before: readonly Effect[],
  situation: TableGraph,
): StandIn[] {
  if (shape.kind !== 'insert') return []
  const [select, more] = shape.selects
  const of = select?.from ? tableNamed(situation, plainName(select.from.key)) : undefined
  const made = before.find((one) => one.shape.kind === 'create-table' && madeAs(one) === name)
  const given = made?.shape.kind === 'create-table' ? made.shape.columns : null
  const names = (shape.columns ?? given?.map((one) => one.name) ?? []).map(({ key }) =>
    plainName(key),
  )
  if (!of || !select || more) return []
  const isAll = select.items.length === 1 && select.items[0]?.at(-1)?.key === '*'
  const columns = names.flatMap((one, at): [string, string][] => {
    const item = isAll ? undefined : columnOf(select.items[at] ?? [])
    const source = isAll ? of.columns[at]?.name : item && plainName(item.column.key)
    return source ? [[one, source]] : []
  })
  return [standIn(name, of, new Map(columns))]
}

const madeAs = ({ shape }: Effect): string =>
  shape.kind === 'create-table' ? plainName(shape.name.key) : ''

function standIn(name: string, of: CatalogTable, sources: ReadonlyMap<string, string>): StandIn {
  const pairs = [...sources].flatMap(([own, source]) => {
    const known = of.columns.find((one) => isSameName(one.name, source))
    const column = known ?? (isSameName(source, 'rowid') ? ROWID : undefined)
    return column ? [[{ ...column, name: own }, known?.name ?? 'rowid'] as const] : []
  })
  return { as: { ...of, name, columns: pairs.map(([one]) => one) }, of, columns: new Map(pairs) }
}

const ROWID: CatalogColumn = {
  name: 'rowid',
  type: 'INTEGER',
  notNull: true,
  default: null,
  primaryKey: 0,
  generated: null,
  hidden: false,
}

/** How many rows of the parent get rows in the child; the first gets two. */
const MOST = 3

/** Adds rows for joins that find none yet, with what the step looks for in the child. */
export function addJoined(
  state: SeederState,
  situation: TableGraph,
  joins: readonly Join[],
  literals: ComparedLiterals,
): void {
  const { connection } = state
  for (const { child, columns, parent, key, isDropped: isLeaving } of joins) {
    if (!isKnown(state, child)) continue
    const [own, theirs] = [columns, key].map((names) => names.map(quoteIdentifier))
    const [table, other] = [child, parent].map(({ name }) => quoteIdentifier(name))
    const isAlike = own!.map((name, at) => `a.${name} = b.${theirs![at]}`).join(' AND ')
    if (connection.all(`SELECT 1 FROM ${table} a JOIN ${other} b ON ${isAlike} LIMIT 1`).length > 0)
      continue
    const whole = theirs!.map((name) => `${name} NOT NULL`).join(' AND ')
    const [first, ...others] = connection.all(
      `SELECT DISTINCT ${theirs!.join(', ')} FROM ${other} WHERE ${whole} LIMIT ${MOST}`,
    )
    if (!first) continue
    const looked = literals.get(foldCase(child.name))
    const plan = tablePlan(child, situation, state)
    const asked = looked ? literalExamples(plan, looked, connection) : []
    const examples = [first, first, ...others].map((row, at) => ({
      ...asked[at % asked.length],
      ...Object.fromEntries(columns.map((name, place) => [name, row[place] ?? null])),
    }))
    addRows(state, situation, { table: child, examples, sort: 'sibling' })
    // The application fills such columns itself: a row without partner would be told as lost.
    if (!isLeaving || situation.children.has(foldCase(child.name))) continue
    const lonely = connection.all(
      `SELECT ${identityOf(child)
        .map((name) => `a.${quoteIdentifier(name)}`)
        .join(', ')} FROM ${table} a
       WHERE ${own!.map((name) => `a.${name} NOT NULL`).join(' AND ')}
         AND NOT EXISTS (SELECT 1 FROM ${other} b WHERE ${isAlike})`,
    )
    const isFound = connection.all(`SELECT 1 FROM ${table} a JOIN ${other} b ON ${isAlike} LIMIT 1`)
    if (isFound.length > 0) deleteRows(connection, situation, child, lonely)
  }
}
