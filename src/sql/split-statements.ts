// Splits a script into statements. Small enough for the runtime; the lossless tokenizer is for build time.
import { foldUpper } from './names.js'
/** One statement of a script: `start` is the offset of its first token, after leading white space and comments. */
export interface Statement {
  readonly text: string
  readonly start: number
}

/**
 * Comments, the four ways of quoting, words, semicolons and any other visible character, each as one match. A doubled
 * quote ends one match and begins the next, which changes nothing here and needs no backtracking in a huge literal.
 */
const TOKEN =
  /--[^\n]*|\/\*[^]*?(?:\*\/|$)|'[^']*'?|"[^"]*"?|`[^`]*`?|\[[^\]]*\]?|(?!\ufeff)[\w$\x80-\uffff]+|[^\s\ufeff]/g

/** The tokens of SQL with their offsets, without comments. A quoted text is one token, including the doubled quotes in it. */
export function* tokensOf(sql: string): Generator<{ text: string; start: number }> {
  let [start, end] = [0, 0]
  for (const { 0: text, index } of sql.matchAll(TOKEN)) {
    const quote = text.charAt(0)
    const goesOn = index === end && quote === sql.charAt(start) && /["'`]/.test(quote)
    if (start < end && !goesOn) yield { text: sql.slice(start, end), start }
    if (start === end || !goesOn) start = index
    end = /^(?:--|\/\*)/.test(text) ? start : index + text.length
  }
  if (start < end) yield { text: sql.slice(start, end), start }
}

/**
 * Splits a script the way SQLite reads it: a statement ends at `;`, and one that begins with CREATE [TEMP] TRIGGER
 * ends only at `; END ;`. Text without a token (comments, empty statements) yields nothing; a last statement without
 * `;` counts. The text of a statement has no final `;`.
 */
export function splitStatements(script: string): Statement[] {
  const statements: Statement[] = []
  let start = -1
  let head = ''
  let last = ''
  let ends = false
  const finish = (end: number): void => {
    if (start >= 0) statements.push({ text: script.slice(start, end).trimEnd(), start })
    start = -1
    head = last = ''
    ends = false
  }
  for (const { 0: token, index } of script.matchAll(TOKEN)) {
    if (token.startsWith('--') || token.startsWith('/*')) continue
    if (token === ';' && (start < 0 || !isTrigger(head) || ends)) {
      finish(index)
      continue
    }
    if (start < 0) start = index
    if (head.length < 32) head += foldUpper(token) + ' '
    ends = last === ';' && foldUpper(token) === 'END'
    last = token
  }
  finish(script.length)
  return statements
}

const isTrigger = (head: string): boolean =>
  /^(EXPLAIN |QUERY |PLAN )*CREATE (TEMP |TEMPORARY )?TRIGGER /.test(head)
