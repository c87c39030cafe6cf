// Makes texts and JSON lists that have the same part twice, for columns that a step takes apart: in SQL, or by `row.tags.split(',')`.
import { isSameName, plainName, quoteIdentifier, unquote } from '../../../../src/sql/names.js'
import { elementOf, inside, listColumns } from '../fill/json-lists.js'
import type { Connection } from '../fill/connection.js'
import type { TableGraph } from '../fill/table-graph.js'
import { isQuery, type Effect } from '../watch/statement-effect.js'
import type { CatalogTable } from '../../../model/catalog.js'
import { namesBy, PARSED, tablesRead } from './code-members.js'
import { splitNames } from './code-conditions.js'

/** A column that is taken apart, and a value that has the same part twice. */
export interface DoubledPart {
  readonly table: CatalogTable
  readonly column: string
  readonly value: string
}

/** What is known of such a column: its name, and how its values are made. */
type Part =
  | { readonly name: string; readonly value: string }
  /** The list is like those that code or earlier steps have written. */
  | { readonly name: string; readonly value: null }

/** Whether a statement takes columns apart, or is a query of code, which may. */
export const isTaking = (effect: Effect): boolean =>
  isQuery(effect) || partsTaken(effect.tokens).length > 0

/** The columns that statements take apart, or code that queries their tables. */
export function doubledParts(
  effects: readonly Effect[],
  code: string,
  situation: TableGraph,
  connection: Pick<Connection, 'single'>,
): DoubledPart[] {
  const parts = [...effects.flatMap(({ tokens }) => partsTaken(tokens)), ...partsInCode(code)]
  if (parts.length === 0) return []
  return tablesRead(effects.filter(isTaking), situation).flatMap((table) =>
    table.columns.flatMap(({ name: column }) => {
      const part = parts.find(({ name }) => isSameName(name, column))
      const value = part?.value ?? (part ? listTwice(connection, table, column) : null)
      return value === null ? [] : [{ table, column, value }]
    }),
  )
}

const partsInCode = (code: string): Part[] => [
  ...splitNames(code).map(({ name, sign }) => ({ name, value: `b${sign}b` })),
  ...namesBy(code, PARSED).map((name) => ({ name, value: null })),
]

/** Lists of JSON; or texts that a query ends with a sign and searches for it, or makes lists of JSON by replacing it. */
const partsTaken = (tokens: readonly string[]): Part[] => [
  ...listColumns(tokens, LISTS).map(({ name, at, paths }) => ({
    name,
    value: JSON.stringify(at.reduceRight<unknown>(inside, twice(elementOf(paths, 'alpha')))),
  })),
  ...tokens.flatMap((token, at) => {
    const [first = '', second = '', third = ''] = tokens.slice(at + 1)
    const isEnded = first + second === '||' && isSought(tokens, third)
    const isReplaced =
      tokens[at - 2] === 'REPLACE' && first === ',' && tokens.some((one) => LISTS.test(one))
    const sign = isEnded ? third : isReplaced ? second : ''
    const text = sign.startsWith("'") ? unquote(sign) : ''
    return text === '' || !NAME.test(token) ? [] : [{ name: plainName(token), value: `b${text}b` }]
  }),
]

const LISTS = /^JSONB?_(?:EACH|TREE)$/

const twice = (element: unknown): readonly unknown[] => [element, element]

const NAME = /^[\w"`[\x80-\uffff]/

const isSought = (tokens: readonly string[], sign: string): boolean =>
  tokens.some((token, at) => token === 'INSTR' && tokens.slice(at, at + 8).includes(sign))

/** A list of the first element that some row has there, twice; null if none has any. */
function listTwice(
  { single }: Pick<Connection, 'single'>,
  table: CatalogTable,
  column: string,
): string | null {
  const [own, from] = [column, table.name].map(quoteIdentifier)
  const elements = `SELECT CASE WHEN json_valid(${own}) THEN ${own} -> 0 END AS e FROM ${from}`
  const list = single(`SELECT json_array(json(e), json(e)) FROM (${elements}) WHERE e NOT NULL`)
  return typeof list === 'string' ? list : null
}
