// Finds columns that a step computes other values from but keeps, so that a later step may drop them. Pure.
import type { CatalogColumn, CatalogTable } from '../../../model/catalog.js'
import { isCalculated, isNamedIn } from '../../../sql/read-select.js'
import { foldCase, plainName } from '../../../../src/sql/names.js'
import { tableNamed, type TableGraph } from '../fill/table-graph.js'
import {
  conditionIn,
  isFilling,
  isQuery,
  takesRows,
  type Effect,
} from '../watch/statement-effect.js'
import { takesFew } from './combined-columns.js'
import { isOrdinary, readBy } from './made-of.js'
import type { WorkedColumn } from './worked-columns.js'

/** The columns from which statements compute something, or that code has read; a few per table. */
export function stayingColumns(
  effects: readonly Effect[],
  situation: TableGraph,
): (WorkedColumn & { readonly now: null })[] {
  const makers = effects.filter((one) => isFilling(one) || one.verb === 'update')
  const queries = makers.length > 0 ? effects.filter(isQuery) : []
  const names = new Set([...makers, ...queries].flatMap(({ tokens }) => tokens.map(plainName)))
  return [...names].flatMap((name) => {
    const table = tableNamed(situation, name)
    if (!table) return []
    const asking = queries.filter(({ tokens }) => tokens.some((one) => plainName(one) === name))
    return table.columns
      .filter((one) => isOrdinary(one) && isWorkedBy(table, one, makers, asking))
      .slice(0, MOST_OF_A_TABLE)
      .map((column) => ({
        table,
        column,
        now: null,
        values: [],
        ...readBy([...makers, ...asking], table, column),
      }))
  })
}

const MOST_OF_A_TABLE = 6

const isWorkedBy = (
  table: CatalogTable,
  { name }: CatalogColumn,
  makers: readonly Effect[],
  asking: readonly Effect[],
): boolean =>
  makers.some((one) => works(one, table, foldCase(name))) ||
  asking.some(({ tokens }) =>
    tokens.some((token) => token === '*' || plainName(token) === foldCase(name)),
  )

/** Whether it computes something from a column, or filters copied rows by it; a column that is just copied exists in the copy. */
function works(effect: Effect, { columns }: CatalogTable, column: string): boolean {
  const { shape, tokens } = effect
  const asked = conditionIn(tokens).map(plainName)
  const isOwn = (word: string): boolean => columns.some(({ name }) => foldCase(name) === word)
  // Rows that another column filters out, or that an empty list drops, may have any value.
  const leavesOut = (word: string): boolean => (word !== column && isOwn(word)) || UNSURE.has(word)
  if (tokens.some((word) => LISTS.test(plainName(word)))) return false
  if (takesRows(effect) !== 'all' && asked.some(leavesOut)) return false
  if (shape.kind === 'update') {
    const [first, ...more] = shape.columns.map(({ key }) => plainName(key))
    return (
      (first !== column || more.length > 0) && tokens.some((_, at) => isRead(tokens, at, column))
    )
  }
  const items = 'selects' in shape ? shape.selects.flatMap((one) => one.items) : []
  return (
    items.some((item) => isCalculated(item) && isNamedIn(item, column)) ||
    (isFilling(effect) && asked.includes(column))
  )
}

const UNSURE: ReadonlySet<string> = new Set(['select', 'limit', '('])
const LISTS = /^json_(?:each|tree)$/

/** Whether a trial can judge a column by what statements compute from it. */
export function tellsColumns(
  effects: readonly Effect[],
  situation: TableGraph,
): (one: WorkedColumn) => boolean {
  const worked = new Set(stayingColumns(effects, situation).map(({ column }) => column))
  return (one) => worked.has(one.column) && (takesFew(one) || !isAskedFor(effects, one.column.name))
}

/**
 * Whether a statement filters rows by a column: if the column takes any value, no trial shows which ones the filter skips. A filter that
 * skips a single value names it.
 */
const isAskedFor = (effects: readonly Effect[], column: string): boolean =>
  effects.some((effect) => {
    const taken = isFilling(effect) || effect.verb === 'update' ? takesRows(effect) : 'all'
    const asked = conditionIn(effect.tokens).map(plainName)
    return taken === 'some' && asked.includes(foldCase(column)) && !isButOne(asked)
  })

const isButOne = (condition: readonly string[]): boolean =>
  /^\S+ (?:<\s*>|!\s*=) (?:'[^']*'|-?\d+)$/.test(condition.join(' '))

/** Whether a word is the column, and neither assigned nor just copied. */
function isRead(tokens: readonly string[], at: number, column: string): boolean {
  if (plainName(tokens[at] ?? '') !== column) return false
  const [before = '', after = ';'] = [tokens[at - 1], tokens[at + 1]]
  const isSet = after === '=' && /^(?:SET|,)$/.test(before)
  return !isSet && !(before === '=' && ENDS.has(after))
}

const ENDS: ReadonlySet<string> = new Set([',', 'WHERE', 'FROM', ';'])
