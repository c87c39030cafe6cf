// Makes documents whose members are lists, for code that goes through members which may be missing: `for (const tag of doc.tags ?? [])`. Pure.
import type { CatalogTable } from '../../../model/catalog.js'
import { isSameName, quoteIdentifier } from '../../../../src/sql/names.js'
import { namesIn } from '../../../sql/names-in.js'
import type { Connection } from '../fill/connection.js'
import { tableNamed, type TableGraph } from '../fill/table-graph.js'
import { splitNames } from './code-conditions.js'
import { isQuery, type Effect } from '../watch/statement-effect.js'

/** A column that code parses, with a document for each form that elements may have. */
export interface ListedMembers {
  readonly table: CatalogTable
  readonly column: string
  readonly documents: readonly string[]
}

/** The columns of queried tables that code parses, if it names members that are lists. */
export function listedMembers(
  code: string,
  effects: readonly Effect[],
  situation: TableGraph,
): ListedMembers[] {
  const lists = namesBy(code, LISTS)
  const parsed = namesBy(code, PARSED)
  if (lists.length === 0 || parsed.length === 0) return []
  const documents = elementsFor(code, effects).map((element) =>
    JSON.stringify(Object.fromEntries(lists.map((name) => [name, [element, element]]))),
  )
  return columnsRead(effects, situation).flatMap(({ table, column }) =>
    parsed.some((own) => isSameName(own, column)) ? [{ table, column, documents }] : [],
  )
}

/** The columns of queried tables that code takes apart, with a text that has the same part twice. */
export const doubledParts = (
  code: string,
  effects: readonly Effect[],
  situation: TableGraph,
  { single }: Pick<Connection, 'single'>,
): ListedMembers[] => {
  const [splits, parsed] = [splitNames(code), namesBy(code, PARSED)]
  if (splits.length + parsed.length === 0) return []
  return columnsRead(effects, situation).flatMap(({ table, column }) => {
    const texts = splits.flatMap(({ name, sign }) =>
      isSameName(name, column) ? [[...'bb'].join(sign)] : [],
    )
    const [own, from] = [column, table.name].map(quoteIdentifier)
    const lists = parsed.some((name) => isSameName(name, column))
      ? single(
          `SELECT json_array(json(e), json(e)) FROM (SELECT CASE WHEN json_valid(${own}) THEN ${own} -> 0 END AS e FROM ${from}) WHERE e NOT NULL`,
        )
      : null
    const documents = [...texts, ...(typeof lists === 'string' ? [lists] : [])]
    return documents.length > 0 ? [{ table, column, documents }] : []
  })
}

const columnsRead = (effects: readonly Effect[], situation: TableGraph) => {
  const words = effects.filter(isQuery).flatMap(({ tokens }) => tokens)
  const tables = new Set(words.flatMap((one) => [...namesIn(one)]))
  return [...tables].flatMap((name) => {
    const table = tableNamed(situation, name)
    return table ? table.columns.map((one) => ({ table, column: one.name })) : []
  })
}

/** A text, lists, and an object with all members that the code names and all parameters of its statements. */
function elementsFor(code: string, effects: readonly Effect[]): unknown[] {
  const parameters = effects.flatMap(({ tokens }) => namesBy(tokens.join(' '), PARAMETERS))
  const names = [...namesBy(code, MEMBERS), ...parameters]
  const lists = GUESSED.map((_, at) => GUESSED.slice(0, at + 1))
  return [GUESSED[0], ...lists, Object.fromEntries(names.map((name) => [name, GUESSED[0]]))]
}

/** The texts that elements have. */
export const GUESSED = ['alpha', 'bravo', 'charlie', 'delta']

const namesBy = (code: string, pattern: RegExp): string[] => [
  ...new Set([...code.matchAll(pattern)].flatMap(([, ...names]) => names.filter(Boolean))),
]

/** `doc.tags ?? []`, `doc.tags?.map(…)`, `Array.isArray(doc.tags)`. */
const LISTS =
  /\.(\w+)\s*\)?\s*(?:(?:\?\?|\|\|)\s*\[\s*\]|\?\.(?:forEach|map|entries)\()|\bArray\.isArray\(\s*[\w.?!]+\.(\w+)\s*\)/g

/** `JSON.parse(row.content)`. */
const PARSED = /\bJSON\.parse\(\s*(?:String\(\s*)?[\w$]+[!?]*\.(\w+)/g

const MEMBERS = /\.([A-Za-z_]\w*)\b(?!\s*\()/g

const PARAMETERS = /[@:$] ?([A-Za-z_]\w*)/g
