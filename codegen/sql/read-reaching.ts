// Detects whether a statement would make SQLite open or write another file, and rewrites it so that it cannot. Pure.
import { foldUpper, unquote } from '../../src/sql/names.js'
import { tokenAt, type Token } from '../../src/sql/tokenize.js'
import { findOutside } from './brackets.js'

/** An ATTACH; `sql` attaches an empty database in memory. */
export interface Attaching {
  readonly kind: 'attach'
  readonly sql: string
  /** The attached file, as it is written. */
  readonly file: string
  /** The attached file, if it is a literal; null if it is known only at run time. */
  readonly path: string | null
  /** The name that it gives; null for an expression. */
  readonly alias: string | null
}

/** A VACUUM INTO; `sql` writes into memory. */
export interface Copying {
  readonly kind: 'copy'
  readonly sql: string
}

/** Whether a text can contain such a statement at all: keywords have no other spelling. */
export const mayReach = (text: string): boolean => /attach|vacuum/i.test(text)

/** Whether a path does not name a file. */
export const isInMemory = (path: string): boolean => /^\s*(?::memory:\s*)?$/.test(path)

/** Nothing else in SQLite's language opens a file. Null for other statements, and for those that SQLite cannot parse. */
export function readReaching(statement: string): Attaching | Copying | null {
  const [first, ...rest] = significantTokens(statement)
  if (first && isWord(first, 'VACUUM')) return readVacuum(rest)
  return first && isWord(first, 'ATTACH') ? readAttach(statement, rest) : null
}

/** Skips empty statements before the first one. Only the head of other statements is read. */
function significantTokens(statement: string): Token[] {
  const tokens: Token[] = []
  for (let start = 0; start < statement.length;) {
    const token = tokenAt(statement, start)
    start += token.text.length
    if (token.kind === 'space' || token.kind === 'comment') continue
    if (token.text === ';' && tokens.length === 0) continue
    tokens.push(token)
    if (tokens.length === 1 && !/^(?:attach|vacuum)$/i.test(token.text)) break
  }
  return tokens
}

const isWord = ({ kind, text }: Token, word: string): boolean =>
  kind === 'word' && foldUpper(text) === word

/** `VACUUM [schema] INTO file`. */
function readVacuum(tokens: readonly Token[]): Copying | null {
  const into = tokens.slice(0, 2).findIndex((token) => isWord(token, 'INTO'))
  if (into < 0) return null
  const schema = into === 1 ? `${tokens[0]?.text} ` : ''
  return {
    kind: 'copy',
    sql: `VACUUM ${schema}INTO ${constant(tokens.slice(into + 1), ':memory:')}`,
  }
}

/** `ATTACH [DATABASE] file AS name [KEY key]`. */
function readAttach(statement: string, all: readonly Token[]): Attaching | null {
  const tokens = all[0] && isWord(all[0], 'DATABASE') ? all.slice(1) : all
  const as = findOutside(tokens, (token) => isWord(token, 'AS'))
  const key = findOutside(tokens, (token, at) => at >= as + 2 && isWord(token, 'KEY'))
  const file = tokens.slice(0, Math.max(as, 0))
  const name = tokens.slice(as + 1, key < 0 ? undefined : key)
  const [first, last] = [file[0], file.at(-1)]
  if (!first || !last) return null
  const target = `ATTACH ${constant(file, ':memory:')} AS ${name.map(({ text }) => text).join(' ')}`
  return {
    kind: 'attach',
    sql: key < 0 ? target : `${target} KEY ${constant(tokens.slice(key + 1), '')}`,
    file: statement.slice(first.start, last.start + last.text.length),
    path: file.length === 1 ? textOf(first) : null,
    alias: name.length === 1 && name[0] ? textOf(name[0]) : null,
  }
}

/** An expression with this value that takes the same parameters as another one. */
function constant(tokens: readonly Token[], value: string): string {
  const parameters = tokens.filter(({ kind }) => kind === 'variable')
  if (parameters.length === 0) return `'${value}'`
  const cases = parameters.map(({ text }) => `WHEN ${text} IS NULL THEN '${value}'`)
  return `CASE ${cases.join(' ')} ELSE '${value}' END`
}

/** In an ATTACH a bare word stands for text. */
function textOf({ kind, text }: Token): string | null {
  return kind === 'word' || kind === 'quoted' || kind === 'string' ? unquote(text) : null
}
