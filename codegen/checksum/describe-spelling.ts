// Describes the spelling of SQL that its tokens do not show but that has meaning: of texts that are data, or that name a column.
import { tokenize } from '../../src/sql/tokenize.js'
import { foldKeywords } from './fold-keywords.js'
import { leaf } from './digest.js'
import { unnamedColumns, type Reader } from './result-columns.js'
import { RESERVED_KEYWORDS } from '../../src/sql/keywords.js'

/** The names that columns get from the text of their expressions, where that spelling is not the usual one. */
export function describeColumnNames(sql: string, reader: Reader): string[] {
  if (!/\b(SELECT|RETURNING)\b/i.test(sql)) return []
  const tokens = tokenize(sql).filter(({ kind }) => kind !== 'space' && kind !== 'comment')
  const columns = unnamedColumns(tokens, reader)
  if (columns.length === 0) return []
  const texts = new Map(foldKeywords(tokens).map((text, at) => [tokens[at]!, text]))
  return columns.flatMap((column, at) => {
    const [first, last] = [column[0]!, column.at(-1)!]
    const text = sql.slice(first.start, last.start + last.text.length)
    const usual = oneSpelling(column.map((token) => texts.get(token)!))
    return text === usual ? [] : [leaf('column', `${at} ${text}`)]
  })
}

/** Whether a text has the one spelling that follows from its tokens. */
export function isUsual(text: string): boolean {
  const tokens = tokenize(text).filter(({ kind }) => kind !== 'space' && kind !== 'comment')
  return text === oneSpelling(foldKeywords(tokens))
}

/**
 * The text of these tokens with single spaces: none around dots, within parentheses, before commas, or between a name and the
 * parenthesis after it. Equal tokens give equal texts, so a text with this spelling needs no description of it.
 */
function oneSpelling(tokens: readonly string[]): string {
  let text = ''
  tokens.forEach((token, at) => {
    const before = tokens[at - 1]
    text += before === undefined || isJoined(before, token) ? token : ` ${token}`
  })
  return text
}

function isJoined(before: string, token: string): boolean {
  if (token === '(') return /[\w$"`\]]$/.test(before) && !RESERVED_KEYWORDS.has(before)
  return /^[,).;]$/.test(token) || before === '(' || before === '.'
}
