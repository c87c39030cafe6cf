// Changes of strings, templates and SQL: of every token in SQL, of every character in other text.
import type { ts } from 'ts-morph'
import { tokenize } from '../../../../src/sql/tokenize.js'
import type { Edit } from './edit.js'

/** The changes of a string or of a template without holes. */
export const mutateText = (node: ts.Node): Edit[] =>
  mutateRaw(node.getText().slice(1, -1), node.getStart() + 1)

/** The changes of the texts of a template; the holes are no part of them. */
export function mutateTextPieces(node: ts.TemplateExpression): Edit[] {
  const start = node.getStart()
  let raw = node.getText()
  for (const { expression } of node.templateSpans) {
    const end = node.getSourceFile().text.indexOf('}', expression.end) + 1
    const begin = node.getSourceFile().text.lastIndexOf('${', expression.getStart())
    raw = raw.slice(0, begin - start) + HOLE.repeat(end - begin) + raw.slice(end - start)
  }
  return mutateRaw(raw.slice(1, -1), start + 1)
}

/** Stands for every character of a hole: no character of a fixture, and a letter to SQL. */
const HOLE = 'ħ'

/** The changes of an SQL file from an offset on. */
export const mutateSql = (sql: string, start: number): Edit[] =>
  sqlPlaces(sql).flatMap((at) => mutateCharacter(sql, at, start))

function mutateRaw(raw: string, start: number): Edit[] {
  const isSql = /^\s*(?:[A-Z]{4,} )/.test(raw)
  const places = isSql ? sqlPlaces(raw) : [...raw].map((_, at) => at)
  return places.flatMap((at) => mutateCharacter(raw, at, start))
}

/** The first and the last character of every token that means something, and all digits. */
function sqlPlaces(sql: string): number[] {
  const tokens = tokenize(sql).filter(({ kind }) => kind !== 'space' && kind !== 'comment')
  while (tokens.at(-1)?.text === ';') tokens.pop()
  return tokens.flatMap(({ text, start }) => {
    const places = [...text].flatMap((character, at) =>
      at === 0 || at === text.length - 1 || /\d/.test(character) ? [start + at] : [],
    )
    return places
  })
}

function mutateCharacter(raw: string, at: number, start: number): Edit[] {
  const character = raw[at]!
  const escaped = raw[at - 1] === '\\' && raw[at - 2] !== '\\'
  if (character === HOLE || (character === '\\' && !escaped)) return []
  const text = escaped ? (ESCAPES[character] ?? 't') : otherThan(character)
  return [{ start: start + at, end: start + at + 1, text, what: `${raw}: ${character} → ${text}` }]
}

const ESCAPES: Readonly<Record<string, string>> = { n: 't', t: 'n', "'": '"', '"': "'" }

/** Another character of the same class: a letter for a letter of the same case, a digit for a digit. */
function otherThan(character: string): string {
  if (/[0-8a-yA-Y]/.test(character)) return String.fromCharCode(character.charCodeAt(0) + 1)
  if (/[9zZ]/.test(character)) return String.fromCharCode(character.charCodeAt(0) - 1)
  return character === '_' ? '-' : '_'
}
