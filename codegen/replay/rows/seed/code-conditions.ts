// What the code of a side compares in JavaScript, written as a query: it filters rows that it has read as SQL does. Pure.
import { sideOf } from '../../../../src/plan/scripts.js'
import { foldCase, foldUpper, quoteIdentifier } from '../../../../src/sql/names.js'
import type { CatalogColumn } from '../../../model/catalog.js'
import { declaredBatches } from '../../sides/declared-batches.js'
import { wholeSide } from '../../sides/whole-side.js'
import type { StepSide } from '../watch/observed-run.js'
import type { TableGraph } from '../fill/table-graph.js'
import { tablesNamed } from './compared-columns.js'
import { matchingText } from './matching-text.js'
import { quoted } from './varied-values.js'
import { effectOf, type Effect } from '../watch/statement-effect.js'
import type { TableImage } from '../watch/table-image.js'

/**
 * A query of all tables that the side can have touched, with the conditions in its function: behind `=>`, `if`, `return`,
 * `case` and the like. What stands in helpers is not known. None for SQL.
 */
export function codeConditions({
  entry,
  direction,
  images,
}: Pick<StepSide, 'entry' | 'direction'> & {
  readonly images: ReadonlyMap<string, Pick<TableImage, 'columns'>>
}): Effect[] {
  const side = sideOf(entry, direction)
  if (!side || 'scripts' in side || images.size === 0) return []
  const tables = [...images.keys()].map(quoteIdentifier).join(', ')
  const query = effectOf(`SELECT * FROM ${tables}`, wholeSide(entry.version, direction))
  const works = declaredBatches(entry, direction).flatMap(({ each }) => each ?? [])
  const code = [side.code, ...works].join('\n')
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
    return /['\\$]/.test(sign) ? [] : ['WHERE', foldUpper(name), '=', `'b${sign}c${sign}a'`, 'END']
  })

/** A name, calls without arguments as `trim()`, and what is cut at: a text or a pattern. */
const SPLIT =
  /([\w$]+)(?:['"]\])?[!?]*(?:\.\w+\(\)[!?]*)*\.split\(\s*(?:(['"`])(.+?)\2|\/((?:\\.|[^/\\])+)\/)/g

/** Comments, patterns, texts, words, what is found by its name as in `row['kind']`, and signs. */
const TOKEN =
  /\/\/.*|\/\*[^]*?\*\/|(?<=(?:[(,=:?!&|;{}[]|=>|return)\s*)\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/[\\\n])+\/[a-z]*|(?<=[\w$)\]])\[['"][\w$]+['"]\]|'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|`(?:\\.|[^`\\])*`|[\w$]+|=>|&&|\|\||\?\?|\?\.|[^\s]/g

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

/** A text that is no SQL and has nothing to be worked out, or one that a pattern finds; null for anything else. */
function literal(token: string): string | null {
  const [, source, flags = ''] = /^\/(.+)\/([a-z]*)$/s.exec(token) ?? []
  if (source !== undefined) return quoted(matchingText(source, flags))
  if (!/^['"`]/.test(token)) return null
  const text = token.slice(1, -1)
  return /\\|\$\{|^\s*(?:select|insert|update|delete|create|drop|alter|with|pragma)\b/i.test(text)
    ? 'NULL'
    : quoted(text)
}

const nameIn = (token: string): string =>
  /^\d/.test(token)
    ? foldUpper(token.replaceAll('_', ''))
    : foldUpper(token.replace(/^\[['"](.+)['"]\]$/, '$1'))

/** The same of declared batches before they run: a query of the tables that statements name. */
export function conditionsOfEach(
  side: Pick<StepSide, 'entry' | 'direction'>,
  effects: readonly Effect[],
  situation: TableGraph,
): Effect[] {
  if (!declaredBatches(side.entry, side.direction).some(({ each }) => each)) return []
  const tables = effects.flatMap(({ tokens }) => tablesNamed(tokens, situation))
  const images = new Map(tables.map((one) => [foldCase(one.name), one]))
  const works = declaredBatches(side.entry, side.direction).map(({ each }) => String(each ?? ''))
  const lowered = works.flatMap(loweredIn)
  return codeConditions({ ...side, images }).map((one) => ({
    ...one,
    tokens: [...one.tokens, ...lowered],
  }))
}

/** What code writes in small letters is compared with a text that has others. */
const loweredIn = (code: string): string[] =>
  [...code.matchAll(LOWERED)].flatMap(([, name = '']) => [
    'WHERE',
    foldUpper(name),
    '=',
    "'Aa'",
    'END',
  ])

const LOWERED = /([\w$]+)(?:['"]\])?[!?]*(?:\.\w+\(\)[!?]*)*\.to(?:Locale)?LowerCase\(/g
