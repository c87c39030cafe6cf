// Turns comparisons in the JavaScript of a step into the conditions of a query: code filters the rows it reads just as SQL does. Pure.
import { codeIn } from '../../../../src/plan/scripts.js'
import { foldCase, foldUpper, quoteIdentifier } from '../../../../src/sql/names.js'
import type { CatalogColumn } from '../../../model/catalog.js'
import { declaredBatches } from '../../sides/declared-batches.js'
import { wholeSide } from '../../sides/whole-side.js'
import type { ObservedSide, StepSide } from '../watch/observed-run.js'
import type { TableGraph } from '../fill/table-graph.js'
import { boundEffects } from './bound-values.js'
import { tablesNamed } from './compared-columns.js'
import { matchingText } from './matching-text.js'
import { quoted } from './varied-values.js'
import { effectOf, type Effect } from '../watch/statement-effect.js'
import { withViews } from '../watch/views-read.js'
import type { TableImage } from '../watch/table-image.js'

/** What a side does and compares; bound statements come first, as no table is renamed yet there. */
export const seenIn = (side: ObservedSide, effects = side.effects): Effect[] =>
  withViews([...boundEffects(side, side.calls), ...codeConditions(side), ...effects], side.before)

/**
 * A query over all tables that the side may have touched, with the conditions found after `=>`, `if`, `return`, `case` and the like in its
 * function. Code of helper functions is not available. Empty for SQL sides.
 */
export function codeConditions({
  entry,
  direction,
  images,
}: Pick<StepSide, 'entry' | 'direction'> & {
  readonly images: ReadonlyMap<string, Pick<TableImage, 'columns'>>
}): Effect[] {
  const own = codeIn(entry, direction)
  if (own === null || images.size === 0) return []
  const tables = [...images.keys()].map(quoteIdentifier).join(', ')
  const query = effectOf(`SELECT * FROM ${tables}`, wholeSide(entry.version, direction))
  const works = declaredBatches(entry, direction).flatMap(({ each }) => each ?? [])
  const code = [own, ...works].join('\n')
  const flags = [...images.values()].flatMap(({ columns }) => columns.filter(isFlag))
  const asked = truthsIn(code, new Set(flags.map(({ name }) => foldCase(name))))
  const tokens = [...query.tokens, ...conditionsIn(code), ...splitsIn(code), ...asked]
  return [{ ...query, tokens }]
}

/** If the column is nullable, a truth test in code may be a test for a value instead. */
const isFlag = ({ notNull, type, primaryKey }: CatalogColumn): boolean =>
  primaryKey === 0 && (/bool/i.test(type) || (notNull && /int|num/i.test(type)))

/** Flags tested without a comparison, as in `if (row.active && …)`, are compared with a false value. */
const truthsIn = (code: string, flags: ReadonlySet<string>): string[] =>
  [...code.matchAll(TRUTH)].flatMap(([, name = '']) =>
    flags.has(foldCase(name)) ? ['WHERE', foldUpper(name), '=', '0', 'END'] : [],
  )

/** A property access that is a whole condition or a whole operand of one. */
const TRUTH = /(?:\(|&&|\|\||=>|return)\s*!*\s*[\w$]+[!?]*\.([\w$]+)\s*(?=&&|\|\||\)|\?[^.?]|;|,)/g

/** Texts that code splits are compared with a text of three parts: `row.words.split(',', 2)`. */
const splitsIn = (code: string): string[] =>
  splitNames(code).flatMap(({ name, sign }) => [
    'WHERE',
    foldUpper(name),
    '=',
    `'b${sign}c${sign}a'`,
    'END',
  ])

/** What code splits, and by what. */
export const splitNames = (code: string): { readonly name: string; readonly sign: string }[] =>
  [...code.matchAll(SPLIT)].flatMap(([, name = '', , text = '', pattern = '']) => {
    const sign = text === '\\n' ? '\n' : text || (/[,;|:]/.exec(pattern)?.[0] ?? ' ')
    return /['\\$]/.test(sign) ? [] : [{ name, sign }]
  })

/** A name, calls without arguments such as `trim()`, and the separator: a text or a regular expression. */
const SPLIT =
  /([\w$]+)(?:['"]\])?[!?]*(?:\.\w+\(\)[!?]*)*\.split\(\s*(?:(['"`])(.+?)\2|\/((?:\\.|[^/\\])+)\/)/g

/** Comments, regular expressions, strings, words, bracket access such as `row['kind']`, and punctuation. */
const TOKEN =
  /\/\/.*|\/\*[^]*?\*\/|(?<=(?:[(,=:?!&|;{}[]|=>|return)\s*)\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/[\\\n])+\/[a-z]*|(?<=[\w$)\]])\[['"][\w$]+['"]\]|'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|`(?:\\.|[^`\\])*`|[\w$]+|=>|&&|\|\||\?\?|\?\.|[^\s]/g

/** The conditions as SQL tokens. */
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
/** A condition in parentheses follows. */
const BRACKETED = new Set(['if', 'while', 'switch'])
const STOPS = new Set([';', '{', '}', '?', ':'])

const WORDS = new Map([
  ...['=>', 'return', 'case', ...BRACKETED].map((word) => [word, 'WHERE'] as const),
  ['&&', 'AND'],
  ['||', 'OR'],
  ['[', 'VALUES'],
  // Asks for a member, not for a value.
  ['in', 'END'],
  ['undefined', 'NULL'],
  ['true', '1'],
  ['false', '0'],
])

/** A string that is neither SQL nor interpolated, or a text that a regular expression matches; null for anything else. */
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

/** The same for declared batches before they run: a query over the tables that their statements name. */
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

/** Texts that code converts to lower case are compared with a mixed-case text. */
const loweredIn = (code: string): string[] =>
  [...code.matchAll(LOWERED)].flatMap(([, name = '']) => [
    'WHERE',
    foldUpper(name),
    '=',
    "'Aa'",
    'END',
  ])

const LOWERED = /([\w$]+)(?:['"]\])?[!?]*(?:\.\w+\(\)[!?]*)*\.to(?:Locale)?LowerCase\(/g
