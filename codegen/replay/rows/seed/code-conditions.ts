// What the code of a side compares in JavaScript, written as a query: it filters rows that it has read as SQL does. Pure.
import { sideOf } from '../../../../src/plan/scripts.js'
import { foldCase, foldUpper, quoteIdentifier } from '../../../../src/sql/names.js'
import type { CatalogColumn } from '../../../model/catalog.js'
import { wholeSide } from '../../sides/whole-side.js'
import type { ObservedSide } from '../watch/observed-run.js'
import { effectOf, type Effect } from '../watch/statement-effect.js'

/**
 * A query of all tables that the side can have touched, with the conditions in its function: behind `=>`, `if`, `return`,
 * `case` and the like. What stands in helpers is not known. None for SQL.
 */
export function codeConditions({
  entry,
  direction,
  images,
}: Pick<ObservedSide, 'entry' | 'direction' | 'images'>): Effect[] {
  const side = sideOf(entry, direction)
  if (!side || 'scripts' in side || images.size === 0) return []
  const tables = [...images.keys()].map(quoteIdentifier).join(', ')
  const query = effectOf(`SELECT * FROM ${tables}`, wholeSide(entry.version, direction))
  const code = String(side.code)
  const flags = [...images.values()].flatMap(({ columns }) => columns.filter(isFlag))
  const asked = truthsIn(code, new Set(flags.map(({ name }) => foldCase(name))))
  const tokens = [...query.tokens, ...conditionsIn(code), ...splitsIn(code), ...asked]
  return [{ ...query, tokens }]
}

/** Of one that may be NULL, code that asks whether it is true may ask whether there is a value. */
const isFlag = ({ notNull, type, primaryKey }: CatalogColumn): boolean =>
  primaryKey === 0 && (/bool/i.test(type) || (notNull && /int|num/i.test(type)))

/** Flags that code asks for without a comparison, `if (row.active && …)`, are compared with what is not true. */
const truthsIn = (code: string, flags: ReadonlySet<string>): string[] =>
  [...code.matchAll(TRUTH)].flatMap(([, name = '']) =>
    flags.has(foldCase(name)) ? ['WHERE', foldUpper(name), '=', '0', 'END'] : [],
  )

/** A name behind a point that is the whole of a condition, or of a part of one. */
const TRUTH = /(?:\(|&&|\|\||=>|return)\s*!*\s*[\w$]+[!?]*\.([\w$]+)\s*(?=&&|\|\||\)|\?[^.?]|;|,)/g

/** What code cuts into parts is compared with a text that has three: `row.words.split(',', 2)`. */
const splitsIn = (code: string): string[] =>
  [...code.matchAll(SPLIT)].flatMap(([, name = '', , text = '', pattern = '']) => {
    const sign = text === '\\n' ? '\n' : text || (/[,;|:]/.exec(pattern)?.[0] ?? ' ')
    return /['\\$]/.test(sign) ? [] : ['WHERE', foldUpper(name), '=', `'a${sign}b${sign}c'`, 'END']
  })

/** A name, calls without arguments as `trim()`, and what is cut at: a text or a pattern. */
const SPLIT =
  /([\w$]+)(?:['"]\])?[!?]*(?:\.\w+\(\)[!?]*)*\.split\(\s*(?:(['"`])(.+?)\2|\/((?:\\.|[^/\\])+)\/)/g

/** Comments, texts, words, what is found by its name as in `row['kind']`, and signs. */
const TOKEN =
  /\/\/.*|\/\*[^]*?\*\/|(?<=[\w$)\]])\[['"][\w$]+['"]\]|'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|`(?:\\.|[^`\\])*`|[\w$]+|=>|&&|\|\||\?\?|\?\.|[^\s]/g

/** As tokens of SQL. */
function conditionsIn(code: string): string[] {
  const tokens: string[] = []
  let depth = 0
  let end = -1
  for (const [token] of code.matchAll(TOKEN)) {
    if (/^\/[/*]/.test(token)) continue
    if (OPENS.has(token)) depth++
    if (CLOSES.has(token)) depth--
    if (token === '=>') end = depth - 1
    if (BRACKETED.has(token)) end = depth
    const isEnd = STOPS.has(token) || (CLOSES.has(token) && depth <= end)
    tokens.push(isEnd ? 'END' : (WORDS.get(token) ?? literal(token) ?? nameIn(token)))
  }
  return tokens
}

const OPENS = new Set(['(', '['])
const CLOSES = new Set([')', ']'])
/** What stands behind it, in brackets, is a condition. */
const BRACKETED = new Set(['if', 'while', 'switch'])
const STOPS = new Set([';', '{', '}', '?', ':'])

const WORDS = new Map([
  ...['=>', 'return', 'case', ...BRACKETED].map((word) => [word, 'WHERE'] as const),
  ['&&', 'AND'],
  ['||', 'OR'],
  ['[', 'VALUES'],
  ['undefined', 'NULL'],
  ['true', '1'],
  ['false', '0'],
])

/** A text that is no SQL and has nothing to be worked out; null for anything else. */
function literal(token: string): string | null {
  if (!/^['"`]/.test(token)) return null
  const text = token.slice(1, -1)
  return /\\|\$\{|^\s*(?:select|insert|update|delete|create|drop|alter|with|pragma)\b/i.test(text)
    ? 'NULL'
    : `'${text.replaceAll("'", "''")}'`
}

const nameIn = (token: string): string => foldUpper(token.replace(/^\[['"](.+)['"]\]$/, '$1'))
