// Parses SELECT, as far as needed for statements that take rows from it.
import type { Insert, Name, Select, Subquery, Word } from './statement.js'
import { cutWords, firstName, WordReader, keysOf } from './word-reader.js'
import { isSameName, plainName } from '../../src/sql/names.js'
import { closingOf } from './brackets.js'

/** The subqueries named by WITH, by key; null for one that cannot be parsed. */
export type Named = ReadonlyMap<string, Subquery | null>

const NOTHING: Named = new Map()

/** Takes WITH and the subqueries it names, if it comes next. */
export function readWith(reader: WordReader): Named {
  const named = new Map<string, Subquery | null>()
  if (!reader.take('with')) return named
  reader.take('recursive')
  do {
    const { key } = reader.name()
    const columns = reader.next.key === '(' ? cutWords(reader.inside()).map(firstName) : null
    named.set(key, null)
    if (!reader.take('as')) break
    reader.take('not')
    reader.take('materialized')
    const [select, ...others] = readSelects(new WordReader(reader.inside()), named)
    named.set(key, select ? { columns, select, others } : null)
  } while (reader.take(','))
  return named
}

/** Takes the rest, and returns the SELECTs, one for each part of a UNION. `known` are the subqueries named by WITH. */
export function readSelects(reader: WordReader, known: Named = NOTHING): Select[] {
  const all = new Map([...known, ...readWith(reader)])
  const selects: Select[] = []
  for (reader.until('select'); reader.take('select'); reader.until('select')) {
    const items = cutWords(itemWords(reader))
    selects.push({ items, ...readFrom(reader, all) })
  }
  return selects
}

/** The words up to FROM, which is no clause in IS DISTINCT FROM. DISTINCT and ALL are left out. */
function itemWords(reader: WordReader): Word[] {
  if (!reader.take('distinct')) reader.take('all')
  const words = reader.until(...AFTER_ITEMS)
  while (words.at(-1)?.key === 'distinct' && reader.next.key === 'from')
    words.push(reader.skip(), ...reader.until(...AFTER_ITEMS))
  return words
}

const AFTER_ITEMS = ['from', 'union', 'except', 'intersect', 'where', 'order', 'limit'] as const

function readFrom(reader: WordReader, known: Named): Omit<Select, 'items'> {
  const nothing = { from: null, alias: null }
  if (!reader.take('from')) return nothing
  if (reader.next.key === '(') {
    const [select, ...others] = readSelects(new WordReader(reader.inside()), known)
    return { ...nothing, ...(select && { inner: { columns: null, select, others } }) }
  }
  const table = reader.name()
  const named = table.schema === undefined ? known.get(table.key) : undefined
  if (named !== undefined) return { ...nothing, ...(named && { inner: named }) }
  return { from: table, alias: readAlias(reader) }
}

function readAlias(reader: WordReader): Name | null {
  const { kind, key } = reader.next
  if (reader.take('as')) return reader.name()
  const isName = kind === 'quoted' || (kind === 'word' && !AFTER_TABLE.has(key))
  return isName ? reader.name() : null
}

/** The words that may follow a table without an alias. */
const AFTER_TABLE = new Set(
  (
    'where join left right full inner outer cross natural on using group order limit having window indexed not ' +
    'returning union except intersect'
  ).split(' '),
)

/** What each SELECT of a copy writes into a column; empty if unknown. */
export function itemsFor(column: string, { columns, selects }: Insert): (readonly Word[])[] {
  const at = columns?.findIndex(({ key }) => isSameName(plainName(key), column)) ?? -1
  return selects.flatMap(({ items }) => (items[at] ? [items[at]] : []))
}

/** The column that an item is and nothing more: `a`, `t.a`, `a AS b`; null for anything else. */
export function columnOf(
  item: readonly Word[],
): { readonly column: Word; readonly table: Word | null } | null {
  const [first, dot, second, more] = valueOf(item)
  if (!first || more || !isColumnName(first)) return null
  if (!dot) return { column: first, table: null }
  return dot.key === '.' && second && isColumnName(second) ? { column: second, table: first } : null
}

/**
 * The column whose values an item passes on unchanged, possibly with others: `a`, `coalesce(a, 0)`, `nullif(a, '')`, `CASE WHEN b
 * THEN a ELSE 0 END`.
 */
export function passedColumn(item: readonly Word[]): ReturnType<typeof columnOf> {
  const value = valueOf(item)
  const [name, open] = value
  if (name?.key === 'case') return resultsOf(value).flatMap((one) => columnOf(one) ?? [])[0] ?? null
  const comma = value.findIndex(({ key }) => key === ',')
  const isPassing = open?.key === '(' && PASSING.has(name?.key ?? '') && isWhole(value)
  return columnOf(isPassing ? value.slice(2, comma) : item)
}

const PASSING = new Set(['coalesce', 'ifnull', 'nullif'])

/** Whether the words are a single call: its parenthesis is closed by the last word. */
const isWhole = (words: readonly Word[]): boolean =>
  closingOf(words, keysOf(words).indexOf('(')) === words.length - 1

/** The results of a CASE, as far as they are one word or two: `THEN a`, `ELSE t.a`. */
const resultsOf = (words: readonly Word[]): (readonly Word[])[] =>
  words.flatMap(({ key }, at) => {
    if (key !== 'then' && key !== 'else') return []
    const rest = words.slice(at + 1)
    return [
      rest.slice(
        0,
        rest.findIndex((word) => RESULT_ENDS.has(word.key)),
      ),
    ]
  })

const RESULT_ENDS = new Set(['when', 'else', 'end'])

/** Whether an item mentions a column. */
export const isNamedIn = (item: readonly Word[], column: string): boolean =>
  item.some((word) => isColumnName(word) && isSameName(plainName(word.key), column))

/** Whether an item is neither a column nor a constant. */
export const isCalculated = (item: readonly Word[]): boolean =>
  !columnOf(item) && valueOf(item).some(isColumnName)

/** Whether an item is computed from no column of its row: `0`, `random()`, `row_number() OVER (ORDER BY a)`. */
export function isMadeOfNothing(item: readonly Word[]): boolean {
  const over = item.findIndex(({ key }) => key === 'over')
  const made = over < 0 ? item : item.slice(0, over)
  return !made.some((word, at) => isColumnName(word) && made[at + 1]?.key !== '(')
}

/** The number or text that an item is and nothing more, as it is written; null for anything else. */
export function constantOf(item: readonly Word[]): string | null {
  const [value, more] = valueOf(item)
  return value && !more && (value.kind === 'number' || value.kind === 'string') ? value.key : null
}

/** An item without its alias. */
export function valueOf(item: readonly Word[]): readonly Word[] {
  const as = item.length - 2
  return item[as]?.kind === 'word' && item[as].key === 'as' ? item.slice(0, as) : item
}

const isColumnName = ({ kind, key }: Word): boolean =>
  kind === 'quoted' || (kind === 'word' && !CONSTANTS.has(key))

const CONSTANTS = new Set('null true false current_date current_time current_timestamp'.split(' '))

/** Whether an item of a SELECT is `*` or `a.*`. */
export const isAll = (item: readonly Word[]): boolean =>
  item.at(-1)?.key === '*' && item.length !== 2
