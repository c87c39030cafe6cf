// Lays out SQL in lines: each clause on one line if it fits; otherwise its list or condition on several.
import type { SqlWord } from './sql-words.js'

/** Longer lines are broken if possible. */
const WIDTH = 100

/** The words on one line, with conventional spacing. */
export function onOneLine(words: readonly SqlWord[]): string {
  return words.map((word, at) => (isTight(words, at) ? word.text : ` ${word.text}`)).join('')
}

function isTight(words: readonly SqlWord[], at: number): boolean {
  const [before, word] = [words[at - 1], words[at]!]
  if (!before || isMark(before, '(', '.') || isMark(word, ')', ',', '.', ';')) return true
  if (isMark(word, '(')) return isCall(words, at)
  // Two signs side by side would begin a comment.
  if (isMark(before, '-') && word.text.startsWith('-')) return false
  return isMark(before, '-', '+', '~') && !endsOperand(words[at - 2])
}

const CALLS = new Set(['CAST', 'RAISE'])
const NAMING = new Set('AS INTO RECURSIVE REFERENCES TABLE VIEW WITH'.split(' '))

/** Whether a parenthesis opens arguments: `lower(name)`, but not `INTO users (name)`. */
function isCall(words: readonly SqlWord[], open: number): boolean {
  const name = words[open - 1]!
  if (name.kind === 'keyword') return CALLS.has(name.text)
  const before = words[open - 2]
  return name.kind === 'name' && !(before?.kind === 'keyword' && NAMING.has(before.text))
}

/** Whether a word is one of these marks. */
export const isMark = (word: SqlWord | undefined, ...marks: readonly string[]): boolean =>
  word?.kind === 'mark' && marks.includes(word.text)

/** Whether a word is one of these keywords. */
export const isKeyword = (word: SqlWord | undefined, ...keywords: readonly string[]): boolean =>
  word?.kind === 'keyword' && keywords.includes(word.text)

/** Whether an operand ends with this word, so that an operator or an alias may follow. */
export const endsOperand = (word: SqlWord | undefined): boolean =>
  word !== undefined &&
  (word.kind === 'mark' ? word.text === ')' : word.kind !== 'keyword' || VALUES.has(word.text))

const VALUES = new Set('CURRENT_DATE CURRENT_TIME CURRENT_TIMESTAMP END FALSE NULL TRUE'.split(' '))

/** A query or another statement in lines, each clause on its own. */
export const layOut = (words: readonly SqlWord[], indent: string): string[] =>
  cutClauses(words).flatMap((clause) => fit(clause, indent))

const CLAUSES = new Set(
  'EXCEPT FROM GROUP HAVING INTERSECT LIMIT ORDER RETURNING SELECT SET UNION VALUES WHERE'.split(
    ' ',
  ),
)
const JOINS = new Set('CROSS FULL INNER JOIN LEFT NATURAL OUTER RIGHT'.split(' '))

/** Splits before the words that begin a clause, outside parentheses. */
function cutClauses(words: readonly SqlWord[]): SqlWord[][] {
  return cutBefore(words, (word, at) => {
    if (word.kind !== 'keyword') return false
    const before = words[at - 1]
    if (JOINS.has(word.text)) return !(before?.kind === 'keyword' && JOINS.has(before.text))
    if (word.text === 'ON') return isKeyword(words[at + 1], 'CONFLICT')
    if (word.text === 'FROM') return !isKeyword(before, 'DELETE', 'DISTINCT')
    if (word.text === 'SET') return !isKeyword(before, 'DELETE', 'UPDATE')
    return CLAUSES.has(word.text) && !isKeyword(before, 'DEFAULT')
  })
}

/** One piece of SQL on one line if it fits, otherwise on several, all but the first indented. */
export function fit(words: readonly SqlWord[], indent: string): string[] {
  const line = indent + onOneLine(words)
  if (line.length <= WIDTH || words.length < 2) return [line]
  return (
    breakList(words, indent) ?? breakCondition(words, indent) ?? breakGroup(words, indent) ?? [line]
  )
}

/** `SELECT a, b` with an item a line. */
function breakList(words: readonly SqlWord[], indent: string): string[] | null {
  const items = cutAfterCommas(words)
  if (items.length < 2) return null
  const head = words.findIndex(({ kind }) => kind !== 'keyword')
  if (head <= 0) return items.flatMap((item) => fit(item, indent))
  const [first, ...others] = items
  return [
    indent + onOneLine(words.slice(0, head)),
    ...[first!.slice(head), ...others].flatMap((item) => fit(item, `${indent}  `)),
  ]
}

/** Conditions with `AND` or `OR` at the start of lines, and the branches of a CASE. */
function breakCondition(words: readonly SqlWord[], indent: string): string[] | null {
  let cases = 0
  let between = false
  const parts = cutBefore(words, (word) => {
    if (isKeyword(word, 'CASE')) cases += 1
    if (isKeyword(word, 'END')) cases -= 1
    if (isKeyword(word, 'BETWEEN')) between = true
    if (isKeyword(word, 'AND') && between) between = false
    else if (isKeyword(word, 'AND', 'OR')) return cases === 0
    return cases === 1 && isKeyword(word, 'WHEN', 'ELSE')
  })
  if (parts.length < 2) return null
  return parts.flatMap((part, at) => fit(part, at === 0 ? indent : `${indent}  `))
}

/** Shorter lists stay on their line, even if it is too long then. */
const WORTH_OPENING = 30

/** Opens the longest pair of parentheses. */
function breakGroup(words: readonly SqlWord[], indent: string): string[] | null {
  const { open, close } = longestGroup(words)
  const inside = words.slice(open + 1, close)
  if (onOneLine(inside).length < WORTH_OPENING) return null
  const [last, ...rest] = fit(words.slice(close), indent)
  const inner = `${indent}  `
  const lines = isKeyword(inside[0], 'SELECT', 'WITH', 'VALUES')
    ? layOut(inside, inner)
    : cutAfterCommas(inside).flatMap((item) => fit(item, inner))
  return [indent + onOneLine(words.slice(0, open + 1)), ...lines, last!, ...rest]
}

function longestGroup(words: readonly SqlWord[]): { open: number; close: number } {
  let longest = { open: 0, close: 0 }
  let depth = 0
  let open = 0
  words.forEach((word, at) => {
    if (isMark(word, '(') && depth++ === 0) open = at
    if (!isMark(word, ')') || depth === 0) return
    depth -= 1
    if (depth === 0 && at - open > longest.close - longest.open) longest = { open, close: at }
  })
  return longest
}

/** Splits at the commas outside parentheses. */
export const cutAfterCommas = (words: readonly SqlWord[]): SqlWord[][] =>
  cutBefore(words, (_, at) => isMark(words[at - 1], ','))

/** Splits before the chosen words, outside parentheses. */
export function cutBefore(
  words: readonly SqlWord[],
  isStart: (word: SqlWord, at: number) => boolean,
): SqlWord[][] {
  const parts: SqlWord[][] = []
  let depth = 0
  words.forEach((word, at) => {
    const starts = depth === 0 && isStart(word, at)
    if (at === 0 || starts) parts.push([])
    parts.at(-1)!.push(word)
    if (isMark(word, '(')) depth += 1
    if (isMark(word, ')') && depth > 0) depth -= 1
  })
  return parts
}
