// Makes documents whose members are lists, for code that goes through members which may be missing: `for (const tag of doc.tags ?? [])`. Pure.
import type { CatalogTable } from '../../../model/catalog.js'
import { isSameName } from '../../../../src/sql/names.js'
import { namesIn } from '../../../sql/names-in.js'
import { tableNamed, type TableGraph } from '../fill/table-graph.js'
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
  return columnsNamed(parsed, effects, situation).map((one) => ({ ...one, documents }))
}

/** The columns that code parses, if it goes through all members of an object, with a document that has a boolean. */
export function walkedMembers(code: string, effects: readonly Effect[], situation: TableGraph) {
  const document = JSON.stringify({ [GUESSED[0]!]: true })
  return WALKED.test(code)
    ? columnsNamed(namesBy(code, PARSED), effects, situation).map((one) => ({ ...one, document }))
    : []
}

const WALKED = /\bObject\.(?:entries|values)\(/

const columnsNamed = (
  names: readonly string[],
  effects: readonly Effect[],
  situation: TableGraph,
) =>
  tablesRead(effects.filter(isQuery), situation).flatMap((table) =>
    table.columns.flatMap(({ name: column }) =>
      names.some((own) => isSameName(own, column)) ? [{ table, column }] : [],
    ),
  )

/** The tables that statements name. */
export const tablesRead = (effects: readonly Effect[], situation: TableGraph): CatalogTable[] => {
  const words = new Set(effects.flatMap(({ tokens }) => tokens))
  const names = new Set([...words].flatMap((one) => [...namesIn(one)]))
  return [...names].flatMap((name) => tableNamed(situation, name) ?? [])
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

/** What a pattern finds in code. */
export const namesBy = (code: string, pattern: RegExp): string[] => [
  ...new Set([...code.matchAll(pattern)].flatMap(([, ...names]) => names.filter(Boolean))),
]

/** `doc.tags ?? []`, `doc.tags?.map(…)`, `Array.isArray(doc.tags)`. */
const LISTS =
  /\.(\w+)\s*\)?\s*(?:(?:\?\?|\|\|)\s*\[\s*\]|\?\.(?:forEach|map|entries)\()|\bArray\.isArray\(\s*[\w.?!]+\.(\w+)\s*\)/g

/** `JSON.parse(row.content)`. */
export const PARSED = /\bJSON\.parse\(\s*(?:String\(\s*)?[\w$]+[!?]*\.(\w+)/g

const MEMBERS = /\.([A-Za-z_]\w*)\b(?!\s*\()/g

const PARAMETERS = /[@:$] ?([A-Za-z_]\w*)/g
