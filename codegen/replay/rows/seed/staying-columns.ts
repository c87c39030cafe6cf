// Columns that a step works into others and leaves where they are: a later one may drop them. Pure.
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

/** Those of which statements make something else than they are, or that code has read; but a few of each table. */
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

/** Whether it makes something of a column, or asks it for the rows that it puts elsewhere: what it only hands over stands there. */
function works(effect: Effect, { columns }: CatalogTable, column: string): boolean {
  const { shape, tokens } = effect
  const asked = conditionIn(tokens).map(plainName)
  const isOwn = (word: string): boolean => columns.some(({ name }) => foldCase(name) === word)
  // Rows that another column leaves out, or that a list has nothing for, may have any value.
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

/** Which of these columns a trial can tell to be told by what statements make of them. */
export function tellsColumns(
  effects: readonly Effect[],
  situation: TableGraph,
): (one: WorkedColumn) => boolean {
  const worked = new Set(stayingColumns(effects, situation).map(({ column }) => column))
  return (one) => worked.has(one.column) && (takesFew(one) || !isAskedFor(effects, one.column.name))
}

/**
 * Whether a statement takes rows by what they have in a column: of one that may have any value, no trial tells which it leaves out.
 * One value alone is told by that.
 */
const isAskedFor = (effects: readonly Effect[], column: string): boolean =>
  effects.some((effect) => {
    const taken = isFilling(effect) || effect.verb === 'update' ? takesRows(effect) : 'all'
    const asked = conditionIn(effect.tokens).map(plainName)
    return taken === 'some' && asked.includes(foldCase(column)) && !isButOne(asked)
  })

const isButOne = (condition: readonly string[]): boolean =>
  /^\S+ (?:<\s*>|!\s*=) (?:'[^']*'|-?\d+)$/.test(condition.join(' '))

/** Whether a word is the column, neither set nor handed over as it is. */
function isRead(tokens: readonly string[], at: number, column: string): boolean {
  if (plainName(tokens[at] ?? '') !== column) return false
  const [before = '', after = ';'] = [tokens[at - 1], tokens[at + 1]]
  const isSet = after === '=' && /^(?:SET|,)$/.test(before)
  return !isSet && !(before === '=' && ENDS.has(after))
}

const ENDS: ReadonlySet<string> = new Set([',', 'WHERE', 'FROM', ';'])
