// Finds unique keys that a step fills with values which several rows may share. Pure.
import { foldCase, isSameName, plainName } from '../../../../src/sql/names.js'
import type { CatalogColumn, CatalogTable } from '../../../model/catalog.js'
import { isRowid } from '../../../model/rowid-column.js'
import { columnOf } from '../../../sql/read-select.js'
import { isStar } from '../../../sql/read-write.js'
import type { CreateTable, Insert } from '../../../sql/statement.js'
import { uniqueKeys } from '../fill/disjoint-keys.js'
import { tableNamed, type TableGraph } from '../fill/table-graph.js'
import { groupsRows, nameBehind, type Effect } from '../watch/statement-effect.js'
import { comparedColumns, tablesNamed, type ColumnOf } from './compared-columns.js'
import { indexedBy, termsOf } from './evictions.js'
import { namesBefore } from './names-behind.js'

/** A unique key, and what rows must share to conflict in it. Names are in lower case. */
export interface CollidingKey {
  /** The statement that fails on such rows, or drops some of them. */
  readonly effect: Effect
  /** The columns of the key, by their names in the new table. */
  readonly key: readonly string[]
  /** The table that gets rows. */
  readonly table: CatalogTable
  /** The columns in which rows must agree: with each other, or with rows of another table, whose columns are in the same order. */
  readonly shared: readonly string[]
  /** Key columns that compare case-sensitively so far: here rows must differ in case only. */
  readonly letters?: readonly string[]
  readonly other?: { readonly table: CatalogTable; readonly columns: readonly string[] }
  /** Whether new rows must hold the value that an earlier statement sets in others. */
  readonly isSet?: true
  /** The key column that the statement sets to what it finds by the value there: a row must already hold what is found. */
  readonly found?: string
  /** The key column that the statement sets to a number of each row's own: rows must have numbers against the order of their ids. */
  readonly ranked?: string
}

/** Of all statements that write keys; INSERTs that may meet existing rows only if they have no conflict clause. */
export const collidingKeys = (effects: readonly Effect[], situation: TableGraph): CollidingKey[] =>
  effects.flatMap((effect, at): CollidingKey[] => {
    const { shape } = effect
    if (shape.kind === 'update') return updated(effect, situation)
    if (shape.kind === 'create-index') return indexed(effect, effects.slice(0, at), situation)
    if (shape.kind !== 'insert') return []
    const around = { before: effects.slice(0, at), after: effects.slice(at), situation }
    const asks = shape.conflict === null && !effect.replaces
    return [...copied(effect, shape, around), ...(asks ? taken(effect, shape, situation) : [])]
  })

/** The keys in which rows that one of these statements copies may conflict, if it drops those that do. */
export function keysOfCopy(
  copy: Effect,
  effects: readonly Effect[],
  situation: TableGraph,
): CollidingKey[] {
  if (copy.shape.kind !== 'insert') return []
  const at = effects.indexOf(copy)
  const around = { before: effects.slice(0, at), after: effects.slice(at), situation }
  return copied({ ...copy, replaces: false }, { ...copy.shape, conflict: null }, around)
}

const columnsOf = ({ columns }: CatalogTable): string[] => columns.map(({ name }) => foldCase(name))

/** The columns of its unique keys, in lower case. */
export const keysOf = (table: CatalogTable, { attached }: TableGraph): (readonly string[])[] =>
  uniqueKeys({ table, indexes: attached.indexes.get(foldCase(table.name)) ?? [] }).map(
    ({ columns }) => columns,
  )

/** An UPDATE of part of a key: rows must agree in the rest. */
function updated(effect: Effect, situation: TableGraph): CollidingKey[] {
  const table = tableNamed(situation, effect.table)
  if (!table || effect.shape.kind !== 'update') return []
  const set = new Set(effect.shape.columns.map(({ key }) => plainName(key)))
  const found = foundIn(effect, table, situation)
  return keysOf(table, situation).flatMap((key): CollidingKey[] => {
    const shared = key.filter((name) => !set.has(name))
    if (shared.length === key.length) return []
    const one = { effect, key, table, shared }
    const ranked = key.find((name) => set.has(name) && isRanked(effect, table, name))
    return [
      one,
      ...(found && key.includes(found) && set.has(found) ? [{ ...one, found }] : []),
      ...(ranked === undefined ? [] : [{ ...one, ranked }]),
    ]
  })
}

/** Whether it sets a column for integers to what a query finds for each row. */
const isRanked = ({ tokens }: Effect, { columns }: CatalogTable, name: string): boolean =>
  tokens.includes('SELECT') &&
  columns.some((one) => foldCase(one.name) === name && /int|^$/i.test(one.type))

/**
 * The column whose value an UPDATE looks for in another table, if it expects that some are not there; not by the key of that table, as all
 * rows may get another kind of key then.
 */
function foundIn(effect: Effect, table: CatalogTable, situation: TableGraph): string | null {
  const { shape, tokens } = effect
  const isPart =
    shape.kind === 'update' &&
    (shape.limited || tokens.some((one) => /^(?:COALESCE|IFNULL)$/.test(one)))
  const pairs = comparedColumns(effect, tablesNamed(tokens, situation))
  const isOwn = (one: ColumnOf, other: ColumnOf): boolean =>
    one.table === table && other.column.primaryKey === 0
  const pair = pairs.find(([one, other]) => isOwn(one, other) || isOwn(other, one))
  const name = pair?.find((one) => one.table === table)?.column.name
  return isPart && name !== undefined ? foldCase(name) : null
}

/** A UNIQUE index over a column that an earlier UPDATE sets: a row must already hold that value. */
function indexed(effect: Effect, before: readonly Effect[], situation: TableGraph): CollidingKey[] {
  const name = indexedBy(effect)
  const table = name === null ? undefined : tableNamed(situation, name)
  const key = termsOf(effect.tokens)
    .filter((token) => token !== ')')
    .map(plainName)
  const isSet = before.some(
    (one) =>
      one.table === name &&
      one.shape.kind === 'update' &&
      one.shape.columns.some((column) => plainName(column.key) === key[0]),
  )
  const isAlone = table?.columns.some((column) => foldCase(column.name) === key.join(' '))
  return table && isSet && isAlone ? [{ effect, key, table, shared: key, isSet }] : []
}

/** The statements around one, and the tables that the step finds. */
export interface Around {
  readonly before: readonly Effect[]
  readonly after: readonly Effect[]
  readonly situation: TableGraph
}

/**
 * A copy has another key than its table: rows must agree in the new one. The copy replaces the table, or goes into another one and drops no
 * conflicting rows.
 */
function copied(
  effect: Effect,
  shape: Insert,
  { before, after, situation }: Around,
): CollidingKey[] {
  const [select, more] = shape.selects
  const into = targetOf(effect, before, situation)
  const heir = nameBehind(after, effect.table)
  const isByCode = !select && effect.place.script === null
  if (more || groupsRows(effect) || !into) return []
  const [from] = select?.from ? namesBefore(before, [plainName(select.from.key), '']) : ['']
  const table = tableNamed(situation, isByCode ? heir : from)
  const isAside = select && shape.conflict === null && !effect.replaces
  if (!table || table === into.own || (heir !== foldCase(table.name) && !isAside)) return []
  const isSame = heir === foldCase(table.name)
  const sources = sourcesOf(shape, into.columns, table)
  const isFolded = (key: readonly string[]): boolean => key.some((name) => into.folded.has(name))
  const indexed = [...keysIndexed(before, effect.table), ...keysIndexed(after, heir)]
  const keys = [...into.keys, ...indexed.filter((key) => !isSame || isFolded(key))]
  return keys.flatMap((key) => {
    const all = key.flatMap((name) => sources.get(name) ?? [])
    if (all.length < key.length) return []
    const letters = isNoCase(table) ? [] : all.filter((_, at) => into.folded.has(key[at] ?? ''))
    return [{ effect, key, table, letters, shared: all.filter((name) => !letters.includes(name)) }]
  })
}

/** A table that is filled: made before, or there already. Names are in lower case. */
interface Target {
  readonly columns: readonly string[]
  readonly keys: readonly (readonly string[])[]
  /** The columns that a new table compares without case. */
  readonly folded: ReadonlySet<string>
  /** The table if it is there already. */
  readonly own?: CatalogTable
}

/** Null if it is unknown. */
export function targetOf(
  { table }: Effect,
  before: readonly Effect[],
  situation: TableGraph,
): Target | null {
  const made = before.findLast((one) => one.verb === 'create' && one.table === table)?.shape
  const own = tableNamed(situation, table)
  const folded = new Set<string>()
  if (made?.kind !== 'create-table')
    return own ? { folded, columns: columnsOf(own), keys: keysOf(own, situation), own } : null
  const columns = made.columns ?? []
  const noCase = columns.filter(({ clauses }) => clauses.flat().includes('nocase'))
  const names = (all: typeof columns): string[] => all.map(({ name }) => plainName(name.key))
  return { columns: names(columns), keys: keysMade(made), folded: new Set(names(noCase)) }
}

/** Whether a column of the table compares without case already. */
const isNoCase = ({ sql }: CatalogTable): boolean => /\bnocase\b/i.test(sql)

/** The UNIQUE indexes over plain columns that statements create on a table of this name. */
export const keysIndexed = (effects: readonly Effect[], name: string): (readonly string[])[] =>
  effects.flatMap(({ shape }) =>
    shape.kind === 'create-index' &&
    shape.unique &&
    plainName(shape.table.key) === name &&
    shape.terms.every(({ length }) => length === 1)
      ? [shape.terms.map(([word = '']) => plainName(word))]
      : [],
  )

/** The PRIMARY KEY and UNIQUE columns of a new table. */
function keysMade({ columns, constraints }: CreateTable): (readonly string[])[] {
  const alone = (columns ?? []).flatMap(({ name, clauses }) =>
    clauses.flat().some((word) => word === 'primary' || word === 'unique')
      ? [[plainName(name.key)]]
      : [],
  )
  const together = constraints.flatMap((words) => {
    const start = words.findIndex((word) => word === 'primary' || word === 'unique')
    const [open, close] = [words.indexOf('('), words.indexOf(')')]
    return start < 0 || start > open
      ? []
      : [
          words
            .slice(open + 1, close)
            .filter(isWord)
            .map(plainName),
        ]
  })
  return [...alone, ...together]
}

const isWord = (word: string): boolean => !/^(?:,|asc|desc)$/.test(word)

/** The source columns that a copy takes unchanged, by target column. */
export function sourcesOf(
  { columns, selects: [select] }: Insert,
  own: readonly string[],
  table: CatalogTable,
): ReadonlyMap<string, string> {
  const filled = columns?.map(({ key }) => plainName(key)) ?? own
  const items = select?.items ?? []
  // Code mostly puts values into the columns of the same names.
  const given = !select
    ? filled
    : items.some(isStar)
      ? columnsOf(table)
      : items.map((item) => {
          const found = columnOf(item)?.column
          return found ? plainName(found.key) : null
        })
  const isOwn = (name: string): boolean => table.columns.some((one) => foldCase(one.name) === name)
  return new Map(
    filled.flatMap((name, at) => {
      const source = given[at]
      return source && isOwn(source) ? [[name, source] as const] : []
    }),
  )
}

/** An INSERT takes the keys of another table: add rows that have them already. */
function taken(effect: Effect, shape: Insert, situation: TableGraph): CollidingKey[] {
  const table = tableNamed(situation, effect.table)
  const [select, more] = shape.selects
  const from = select?.from ? tableNamed(situation, plainName(select.from.key)) : undefined
  const isOne = !more || effect.tokens.includes('EXCEPT')
  if (!table || !from || from === table || !isOne) return []
  const sources = sourcesOf(shape, columnsOf(table), from)
  return keysOf(table, situation).flatMap((key) => {
    const columns = key.flatMap((name) => sources.get(name) ?? [])
    const isNumber = table.columns.some(
      (one) => key.includes(foldCase(one.name)) && isRowid(table, one) && !refers(table, one),
    )
    return columns.length < key.length || isNumber
      ? []
      : [{ effect, key, table, shared: key, other: { table: from, columns } }]
  })
}

/** Whether its values are those of another table. */
const refers = ({ foreignKeys }: CatalogTable, { name }: CatalogColumn): boolean =>
  foreignKeys.some(({ columns }) => columns.some((one) => isSameName(one, name)))
