// Finds columns that SQLite names after the text of their expression, so that its white space and keyword case have meaning.
import { RESERVED_KEYWORDS } from '../../src/sql/keywords.js'
import type { Token } from '../../src/sql/tokenize.js'
import { foldUpper } from '../../src/sql/names.js'
import { findOutside } from '../sql/brackets.js'

/** Who runs a text: the database, as a script, or code, which can read the rows that a query returns. */
export type Reader = 'database' | 'code'

/**
 * The expressions without a name of their own among the columns of views, of tables created from a query and, if code reads them,
 * of returned rows. Takes and returns tokens without white space. In doubt an expression is included.
 */
export function unnamedColumns(tokens: readonly Token[], reader: Reader): (readonly Token[])[] {
  return statementsOf(tokens).flatMap((statement) => {
    const start = firstQuery(statement, reader)
    return start === null ? [] : columnsFrom(statement.slice(start)).filter(isUnnamed)
  })
}

const wordOf = (token: Token | undefined): string =>
  token && (token.kind === 'word' || token.kind === 'operator') ? foldUpper(token.text) : ''

/** The statements, without those inside a trigger, whose results nobody sees. */
function statementsOf(tokens: readonly Token[]): (readonly Token[])[] {
  const ends = tokens.flatMap(({ text }, at) => (text === ';' ? [at] : []))
  let inTrigger = false
  return [...ends, tokens.length].flatMap((end, at) => {
    const statement = tokens.slice(at === 0 ? 0 : ends[at - 1]! + 1, end)
    const isInside = inTrigger
    if (/^CREATE (TEMP |TEMPORARY )?TRIGGER /.test(statement.slice(0, 4).map(wordOf).join(' ')))
      inTrigger = true
    if (wordOf(statement[0]) === 'END') inTrigger = false
    return isInside ? [] : [statement]
  })
}

/** The start of the query whose columns are named; null if the statement has none. */
function firstQuery(statement: readonly Token[], reader: Reader): number | null {
  const words = statement.map(wordOf)
  const [first] = words
  if (first === 'CREATE') {
    const as = words.indexOf('AS')
    const isQuery = /^(SELECT|WITH|VALUES)$/.test(words[as + 1] ?? '')
    const made = words.find((word) => /^(TABLE|VIEW|TRIGGER|INDEX)$/.test(word))
    const hasList = words.slice(0, as).includes('(')
    return as > 0 && isQuery && !hasList && (made === 'TABLE' || made === 'VIEW') ? as + 1 : null
  }
  if (reader === 'database') return null
  if (first === 'SELECT' || first === 'WITH') return 0
  const returning = words.lastIndexOf('RETURNING')
  return /^(INSERT|UPDATE|DELETE|REPLACE)$/.test(first ?? '') && returning > 0 ? returning : null
}

/** A list of columns that is being read, one for each open parenthesis. */
interface Level {
  /** The columns so far; null outside a list. */
  columns: Token[][] | null
  /** The last word that decides the role of a query after it. */
  clause: string
}

const ENDS = new Set(
  'FROM WHERE GROUP HAVING WINDOW ORDER LIMIT UNION EXCEPT INTERSECT VALUES'.split(' '),
)

function columnsFrom(tokens: readonly Token[]): Token[][] {
  const found: Token[][] = []
  const levels: Level[] = [{ columns: null, clause: 'START' }]
  tokens.forEach((token, at) => {
    const word = wordOf(token)
    for (const { columns } of levels) columns?.at(-1)?.push(token)
    if (word === '(')
      levels.push({ columns: null, clause: opens(levels.at(-1)!, wordOf(tokens[at - 1])) })
    else if (word === ')') close(levels, found)
    else step(levels.at(-1)!, word, found)
  })
  while (levels.length > 0) close(levels, found)
  return found
}

/** Whether the query in a parenthesis is one that others select from. */
function opens({ clause }: Level, before: string): string {
  const isTable =
    before === 'AS' ||
    before === 'MATERIALIZED' ||
    (clause === 'FROM' && /^(FROM|JOIN|,|\()$/.test(before)) ||
    (clause === 'START' && before === '(')
  return isTable ? 'START' : 'VALUE'
}

function close(levels: Level[], found: Token[][]): void {
  const { columns } = levels.pop()!
  // The parenthesis that closes the list is not part of its last column.
  if (columns) found.push(...columns.slice(0, -1), trimmed(columns.at(-1)!, levels.length > 0))
}

const trimmed = (column: Token[], isClosed: boolean): Token[] =>
  isClosed && column.at(-1)?.text === ')' ? column.slice(0, -1) : column

function step(level: Level, word: string, found: Token[][]): void {
  const { columns } = level
  if (columns && word === ',') {
    columns.at(-1)!.pop()
    columns.push([])
  } else if (columns && ENDS.has(word)) {
    columns.at(-1)!.pop()
    found.push(...columns)
    Object.assign(level, { columns: null, clause: word })
  } else if ((word === 'SELECT' || word === 'RETURNING') && level.clause === 'START')
    Object.assign(level, { columns: [[]], clause: 'SELECT' })
  else if (ENDS.has(word)) level.clause = word
}

/** Not a star, a plain column, or an expression that is given a name. */
function isUnnamed(given: readonly Token[]): boolean {
  const column = /^(DISTINCT|ALL)$/.test(wordOf(given[0])) ? given.slice(1) : given
  const last = column.at(-1)
  if (!last || last.text === '*') return false
  if (column.every(({ kind, text }, at) => (at % 2 === 0 ? isName(kind) : text === '.')))
    return false
  return !isNamed(column)
}

const isName = (kind: Token['kind']): boolean => kind === 'word' || kind === 'quoted'

function isNamed(column: readonly Token[]): boolean {
  if (findOutside(column, (token) => wordOf(token) === 'AS') >= 0) return true
  const [before, last] = column.slice(-2)
  if (!before || !last || !(isName(last.kind) || last.kind === 'string')) return false
  return !isKeyword(last) && endsOperand(before)
}

const isKeyword = (token: Token): boolean =>
  token.kind === 'word' && (RESERVED_KEYWORDS.has(wordOf(token)) || wordOf(token) === 'END')

const endsOperand = (token: Token): boolean =>
  token.kind === 'operator'
    ? token.text === ')'
    : wordOf(token) === 'END' || wordOf(token) === 'NULL' || !isKeyword(token)
