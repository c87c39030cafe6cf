// Finds numbers that a statement multiplies and truncates: `CAST(total * 100 AS INTEGER)`, `floor(total * 100)`. Pure.
import { foldCase, foldUpper, plainName } from '../../src/sql/names.js'
import { tellsApart } from './cases.js'
import { closingOf, insideOf, findOutside, cutOutside } from './brackets.js'
import { oneLine } from './one-line.js'
import { sqlTokens } from './sql-tokens.js'
import { wordsOf } from './word-reader.js'

/** A column, in lower case, and the factor of its values before their fractions are truncated. */
export interface CutProduct {
  readonly column: string
  readonly factor: string
}

/** All of them in the tokens of a statement; not if it tests the value of the column. */
export function cutProducts(tokens: readonly string[]): CutProduct[] {
  return tokens.flatMap((token, at): CutProduct[] => {
    const inner = CUTS.has(token) && tokens[at + 1] === '(' ? cutAt(tokens, at) : null
    const product = inner && productIn(inner)
    return product && !tellsApart(tokens, product.column) ? [product] : []
  })
}

const CUTS: ReadonlySet<string> = new Set(['CAST', 'FLOOR', 'TRUNC'])

/** The truncated expression: everything in the brackets, or for a CAST the operand of a cast to an integer. */
function cutAt(tokens: readonly string[], at: number): readonly string[] | null {
  const inner = insideOf(tokens, at + 1)
  if (tokens[at] !== 'CAST') return inner
  const end = findOutside(inner, (token) => token === 'AS')
  return inner[end + 1]?.startsWith('INT') ? inner.slice(0, end) : null
}

/** The product that an expression consists of, also with a replacement for NULL. */
function productIn(expression: readonly string[]): CutProduct | null {
  const inner = unwrapped(expression)
  const factors = cutOutside(inner, (token) => token === '*').map(unwrapped)
  const factor = factors.map((one) => one.join('')).find((one) => NUMBER.test(one))
  const column = factors.map(columnIn).find((name) => name !== null)
  const isProduct = factors.length === 2 && factor !== undefined && column
  return isProduct ? { column, factor } : null
}

/** The truncated expression with this product as it is written, such as `coalesce(total, 0) * 100`; null if there is none. */
export function cutAsWritten(sql: string, column: string, factor: number): string | null {
  const words = [...wordsOf(sql)]
  for (const [at, { key }] of words.entries()) {
    const isCut = CUTS.has(foldUpper(key)) && closingOf(words, at + 1) < words.length
    const inner = isCut ? insideOf(words, at + 1) : []
    const end = key === 'cast' ? findOutside(inner, (one) => one.key === 'as') : inner.length
    const [first, last] = [inner[0], inner[end - 1]]
    if (!first || !last) continue
    const text = oneLine(sql.slice(first.start, last.start + last.text.length))
    const product = productIn([...sqlTokens(text)])
    const isMeant = product?.column === foldCase(column) && Number(product.factor) === factor
    if (isMeant) return text
  }
  return null
}

const NUMBER = /^\d+(?:\.\d+)?$/

/** `total`, `t.total`; null for anything else. */
function columnIn(tokens: readonly string[]): string | null {
  const [first = '', dot, second = ''] = tokens
  const name = dot === '.' ? second : first
  const isAlone = tokens.length === (dot === '.' ? 3 : 1)
  return isAlone && /^[A-Za-z_"`[\u0080-\uffff]/.test(name) ? plainName(name) : null
}

/** Without enclosing brackets, and without the replacement for NULL. */
function unwrapped(tokens: readonly string[]): readonly string[] {
  const open = tokens[0] === '(' ? 0 : FOR_NULL.has(tokens[0] ?? '') ? 1 : -1
  if (open < 0 || tokens[open] !== '(') return tokens
  const inner = insideOf(tokens, open)
  if (inner.length + open + 2 !== tokens.length) return tokens
  const [first = [], ...others] = cutOutside(inner, (token) => token === ',')
  const isGiven = others.every((value) => NUMBER.test(value.join('')))
  return isGiven ? unwrapped(first) : tokens
}

const FOR_NULL: ReadonlySet<string> = new Set(['COALESCE', 'IFNULL'])
