// Reads from code which columns hold JSON lists of plain values: `for (const id of JSON.parse(row.ids))`. Pure.
import { foldCase } from '../../../../src/sql/names.js'

/** The columns, in lower case, that code parses and goes through; not those of whose elements it reads members. */
export function listsInCode(code: string): string[] {
  const named = [...code.matchAll(NAMED)].flatMap(([, name = '', , column = '']) =>
    isList(code, name) ? [{ list: `${escaped(name)}\\b`, column }] : [],
  )
  const direct = [...code.matchAll(WALKED), ...code.matchAll(CALLED)].map(
    ([, list = '', column = '']) => ({ list: escaped(list), column }),
  )
  return [...named, ...direct]
    .filter(({ list }) => elementsOf(code, list).every((name) => isPlain(code, name)))
    .map(({ column }) => foldCase(column))
}

const { raw } = String

const PARSED = raw`(JSON\.parse\(\s*(?:String\(\s*)?[\w$]+[!?]*\.(\w+)[^()\n]*\)?\s*\))`
const METHOD = raw`\.(?:forEach|map|filter|entries)\(`

/** `const ids = JSON.parse(row.ids)`, also with types. */
const NAMED = new RegExp(raw`\b(?:const|let)\s+([\w$]+)(?:\s*:[^=\n]+)?\s*=\s*${PARSED}`, 'g')

/** `for (const id of JSON.parse(row.ids))`. */
const WALKED = new RegExp(raw`\bof\s+\(?${PARSED}(?!\s*\.)`, 'g')

/** `JSON.parse(row.ids).map(…)`. */
const CALLED = new RegExp(`${PARSED}${METHOD}`, 'g')

const isList = (code: string, name: string): boolean => {
  const own = escaped(name)
  return new RegExp(
    raw`\bArray\.isArray\(\s*${own}\s*\)|\bof\s+${own}\b(?!\s*\.)|\b${own}${METHOD}`,
  ).test(code)
}

const escaped = (text: string): string => text.replaceAll(/[^\w\s]/g, '\\$&')

/** What code calls the elements; of a pattern, the bracket. */
const elementsOf = (code: string, list: string): string[] =>
  [
    raw`\b(?:const|let|var)\s+([\w$]+|[{[])[^=;\n]*\bof\s+\(?${list}`,
    raw`${list}${METHOD}\s*\(?\s*([\w$]+|[{[])`,
  ].flatMap((pattern) => [...code.matchAll(new RegExp(pattern, 'g'))].map(([, name = '']) => name))

const isPlain = (code: string, name: string): boolean =>
  /^[\w$]/.test(name) && !new RegExp(raw`(?<![\w$.])${escaped(name)}\??\.(?!\w+\()`).test(code)
