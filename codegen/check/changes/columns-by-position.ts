// What views and triggers match by the places of columns, and what a step that moves columns makes of that.
import type { Catalog, CatalogObject, CatalogTrigger, CatalogView } from '../../model/catalog.js'
import { readStatement } from '../../sql/read-statement.js'
import { isStar } from '../../sql/read-write.js'
import type { Insert, Name, Select, Statement, Word } from '../../sql/statement.js'
import { keysOf } from '../../sql/word-reader.js'
import { foldCase, isSameName, plainName } from '../../../src/sql/names.js'
import type { ReplayedStep, TableTrace } from '../subject/rule.js'

/** Two that stand in the same place: a column of a table as `t.a`, or the words of a value. */
type Pair = readonly [to: string, from: string]

/** A view or a trigger that stays, and what it matches otherwise. */
export interface MovedMatch {
  readonly object: CatalogView | CatalogTrigger
  /** The table whose columns it goes by. */
  readonly trace: TableTrace
  /** The pair as it is now, and what was in the place of one of them. */
  readonly now: Pair
  readonly instead: { readonly place: 'to' | 'from'; readonly of: string }
}

/** What goes by the places of columns that `up` of a step moves, and was not written to fit. */
export function movedMatches(step: ReplayedStep): MovedMatch[] {
  const changed = step.traces.filter(({ after }) => after !== null)
  if (changed.length === 0) return []
  const names = namesNow(step)
  return [...step.after].flatMap(([key, object]) => {
    const before = step.before.get(key)
    if (object.type !== 'view' && object.type !== 'trigger') return []
    if (before?.type !== object.type) return []
    const isSame = before.sql === object.sql
    // What a text that stays says of other tables is what it said.
    const was = pairsIn(before.sql, step.before, isSame ? { ...names, word: SAME.word } : names)
    const is = pairsIn(object.sql, step.after, SAME)
    const found = differing(was, is, isSame ? 'same' : 'another')
    const trace = found && changed.find(({ after }) => found.tables.has(foldCase(after!.name)))
    return trace ? [{ object, trace, now: found.now, instead: found.instead }] : []
  })
}

/** A trigger that stays, and a column that it gives two values from now on, as another one has got its name. */
export interface TakenTwice {
  readonly object: CatalogTrigger
  readonly column: string
}

/** Triggers that `up` of a step leaves with a column that stands twice in what they set: SQLite keeps one of the values. */
export function takenTwice(step: ReplayedStep): TakenTwice[] {
  return [...step.after].flatMap(([key, object]) => {
    const before = step.before.get(key)
    if (object.type !== 'trigger' || before?.type !== 'trigger') return []
    if (before.sql === object.sql || twiceIn(before.sql) !== undefined) return []
    const column = twiceIn(object.sql)
    return column === undefined ? [] : [{ object, column }]
  })
}

function twiceIn(sql: string): string | undefined {
  const statement = readStatement(sql)
  const body = statement.kind === 'create-trigger' ? statement.body : []
  for (const one of body) {
    const names = one.kind === 'insert' || one.kind === 'update' ? (one.columns ?? []) : []
    const keys = names.map(({ key }) => plainName(key))
    const twice = keys.findIndex((key, at) => keys.indexOf(key) < at)
    if (twice >= 0) return names[twice]!.text
  }
  return undefined
}

/** How columns and words are called after a step. */
interface Names {
  column(table: string, column: string): string
  word(key: string): string
}

const SAME: Names = { column: (table, column) => `${table}.${column}`, word: (key) => key }

function namesNow({ traces }: ReplayedStep): Names {
  const renamed = new Map(
    traces.flatMap(({ columns }) =>
      columns.flatMap(({ before, after }) =>
        after && !isSameName(before.name, after.name)
          ? [[foldCase(before.name), foldCase(after.name)] as const]
          : [],
      ),
    ),
  )
  return {
    column(table, column) {
      const trace = traces.find(({ before }) => isSameName(before.name, table))
      const now = trace?.columns.find(({ before }) => isSameName(before.name, column))?.after
      if (!trace) return SAME.column(table, column)
      return SAME.column(
        foldCase(trace.after?.name ?? table),
        now ? foldCase(now.name) : `${column} (gone)`,
      )
    },
    word: (key) => renamed.get(plainName(key)) ?? key,
  }
}

/** What an object matches by place, one list for each of its statements that do so. */
function pairsIn(sql: string, catalog: Catalog, names: Names): Pair[][] {
  const lists = new Lists(catalog, names)
  const statement = readStatement(sql)
  if (statement.kind === 'create-view') return inView(statement, lists)
  return statement.kind === 'create-trigger'
    ? statement.body.flatMap((one) => inInsert(one, lists))
    : []
}

function inView(
  { columns, selects }: Extract<Statement, { kind: 'create-view' }>,
  lists: Lists,
): Pair[][] {
  const [first, ...others] = selects
  if (!first) return []
  const named = columns ? [pairs(keysIn(columns), lists.selected(first))] : []
  return [...named, ...inUnion(first, others, lists)]
}

/** The parts of a UNION, and what stands in them in the place of a table. */
const inUnion = (first: Select, others: readonly Select[], lists: Lists): Pair[][] => [
  ...others.map((one) => pairs(lists.selected(first), lists.selected(one))),
  ...[first, ...others].flatMap((one) => inNamed(one, lists)),
]

function inNamed({ inner }: Select, lists: Lists): Pair[][] {
  if (!inner) return []
  const { columns, select, others } = inner
  const named = columns ? [pairs(keysIn(columns), lists.selected(select))] : []
  return [...named, ...inUnion(select, others, lists)]
}

const keysIn = (names: readonly Name[]): string[] => names.map(({ key }) => key)

function inInsert(statement: Statement, lists: Lists): Pair[][] {
  if (statement.kind !== 'insert') return []
  const { columns, selects, values } = statement
  const to = lists.filled(statement)
  const written = !columns && values.length > 0 ? [pairs(to, values.map(lists.valued))] : []
  const read = selects.flatMap((one) =>
    !columns || one.items.some(isStar) ? [pairs(to, lists.selected(one))] : [],
  )
  return [...written, ...read, ...selects.flatMap((one) => inNamed(one, lists))]
}

/** Nothing where one of the lists is not known, or longer than the other: SQLite refuses that. */
const pairs = (to: readonly string[] | null, from: readonly string[] | null): Pair[] =>
  to && from && to.length === from.length ? to.map((one, at) => [one, from[at]!] as const) : []

/** Lists of what stands in the places of a statement. */
class Lists {
  readonly #catalog: Catalog
  readonly #names: Names

  constructor(catalog: Catalog, names: Names) {
    this.#catalog = catalog
    this.#names = names
  }

  /** What an INSERT fills. */
  filled({ table, columns }: Insert): readonly string[] | null {
    if (!columns) return this.#columns(table, (one) => one.generated === null)
    const name = plainName(table.key)
    return columns.map(({ key }) => this.#names.column(name, plainName(key)))
  }

  /** What a SELECT answers with; null where that cannot be told. */
  selected(select: Select): readonly string[] | null {
    const lists = select.items.map((item) =>
      isStar(item) ? this.#starred(item, select) : [this.valued(item)],
    )
    return lists.every((list) => list !== null) ? lists.flat() : null
  }

  readonly valued = (value: readonly Word[]): string =>
    keysOf(value).map(this.#word).join(' ').replaceAll(' . ', '.')

  readonly #word = (key: string): string => this.#names.word(key)

  /** Of `t.*`, what is called t may be another table than the first. */
  #starred(item: readonly Word[], { from, alias, inner }: Select): readonly string[] | null {
    if (inner) return this.selected(inner.select)
    const prefix = item.at(-3)
    const isFirst = !prefix || prefix.key === (alias ?? from)?.key
    const table = isFirst ? from : (prefix ?? null)
    return table && this.#columns(table, () => true)
  }

  /** A view has what its SELECT has, under whatever names. */
  #shown(view: CatalogObject | undefined): readonly string[] | null {
    const statement = view && readStatement(view.sql)
    const [first] = statement?.kind === 'create-view' ? statement.selects : []
    return first ? this.selected(first) : null
  }

  #columns(
    { key }: Name,
    takes: (column: { readonly generated: unknown }) => boolean,
  ): readonly string[] | null {
    const name = plainName(key)
    const table = this.#catalog.get(`table ${name}`)
    if (!table) return this.#shown(this.#catalog.get(`view ${name}`))
    if (table.type !== 'table') return null
    return table.columns
      .filter((one) => !one.hidden && takes(one))
      .map((one) => this.#names.column(name, foldCase(one.name)))
  }
}

/**
 * The first pair that is another one now. What was written anew, with other values, was written for the table as it is now, if
 * the text is another.
 */
function differing(was: readonly Pair[][], is: readonly Pair[][], text: 'same' | 'another') {
  for (const [at, list] of was.entries()) {
    const now = is[at] ?? []
    if (now.length !== list.length) continue
    if (text === 'another' && valuesOf(list) !== valuesOf(now)) continue
    const pair = list.find(([to, from]) => !now.some((one) => one[0] === to && one[1] === from))
    if (!pair) continue
    const tables = new Set([...list, ...now].flat().map((cell) => cell.split('.')[0] ?? ''))
    const [to, from] = pair
    const elsewhere = now.find((one) => one[1] === from)
    if (elsewhere) return { tables, now: elsewhere, instead: { place: 'to', of: to } as const }
    const other = now.find((one) => one[0] === to)
    if (other) return { tables, now: other, instead: { place: 'from', of: from } as const }
  }
  return null
}

const valuesOf = (all: readonly Pair[]): string => String(all.map(([, from]) => from).sort())
