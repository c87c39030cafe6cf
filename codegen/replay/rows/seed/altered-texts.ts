// Finds texts that functions outside conditions look for in columns or remove from them, as in `replace(body, '-', '')`. Pure.
import { foldUpper, unquote } from '../../../../src/sql/names.js'
import { cutOutside, insideOf, openingOf } from '../../../sql/brackets.js'
import { namesOf, valuesOf, type Comparison } from './comparisons.js'

/**
 * Reads the calls in selected, assigned or indexed expressions. Conditions are read elsewhere, except for method calls in code. Texts that
 * a function puts into its result, like the fallback of `coalesce`, are skipped. No two of the values become equal, except by trimming.
 */
export function alteredTexts(tokens: readonly string[]): Comparison[] {
  const conditions = conditionsIn(tokens)
  const compared = tokens.flatMap((_, at) => (conditions.has(at) ? [] : comparedAt(tokens, at)))
  const called = callsIn(tokens, conditions).map((call) => ({
    names: call.names,
    values: valuesFor(call, tokens[0] === 'UPDATE'),
  }))
  return [...compared, ...called].filter(isOfUse)
}

const isOfUse = ({ names, values }: Comparison): boolean => names.length > 0 && values.length > 0

interface Call {
  readonly name: string
  readonly args: readonly (readonly string[])[]
  /** The columns that it may read. */
  readonly names: readonly string[]
  /** The texts among its arguments that it searches for. */
  readonly sought: readonly string[]
  /** A letter that no nearby call of the statement uses. */
  readonly letter: string
}

function callsIn(tokens: readonly string[], conditions: ReadonlySet<number>): Call[] {
  return tokens.flatMap((name, at): Call[] => {
    const owner = /^\??\.$/.test(tokens[at - 1] ?? '') ? namesOf(tokens.slice(at - 2, at - 1)) : []
    if (!isWord(name) || tokens[at + 1] !== '(' || GIVING.test(name)) return []
    if (conditions.has(at) && owner.length === 0) return []
    const args = argumentsAt(tokens, at + 1)
    if (/^(?:SELECT|WITH|VALUES)$/.test(args[0]?.[0] ?? '')) return []
    const names = [...owner, ...args.flatMap(namesOf)]
    const texts = args.slice(0, owner.length > 0 ? 1 : 2).flatMap((arg) => textOf(arg) ?? [])
    const sought = texts.filter((text) => text !== '')
    const letter = LETTERS.filter((one) => !sought.join('').includes(one))
    return [{ name, args, names, sought, letter: letter[at % letter.length] ?? '' }]
  })
}

const LETTERS = [...'abcdefghijklmnopqrstuvwxyz']

/** Functions whose text arguments are results, formats, or paths. */
const GIVING =
  /^(?:coalesce|ifnull|i?if|printf|format|concat(?:_ws)?|group_concat|string_agg|jsonb?_\w+|date|time|datetime|julianday|unixepoch|strftime|timediff|values|raise|highlight|snippet)$/i

/** Each text on its own, and inside another. */
const altered = ({ name, args, sought, letter }: Call): string[] =>
  sought.flatMap((text) => {
    const within = letter + text + letter
    if (name === 'NULLIF') return [text]
    // On its own the text would become empty, and an empty row exists already.
    return name === 'REPLACE' && textOf(args[2] ?? []) === '' ? [within] : [text, within]
  })

/**
 * For an UPDATE, a text that lower() changes, as generated texts have few capitals. In a copy, the changed row could not be matched to its
 * original.
 */
function valuesFor(call: Call, stays: boolean): string[] {
  if (TRIMS.has(call.name)) return trimmed(call)
  return stays && call.name === 'LOWER' ? [foldUpper(call.letter) + call.letter] : altered(call)
}

/** A text with such characters around it, and the same text without. */
function trimmed({ name, sought, letter }: Call): string[] {
  const [characters = ' '] = sought
  const within = TRIMS.get(name)?.(letter, characters)
  return within === undefined ? [] : [within, letter]
}

/** How each function's input looks before the characters are trimmed. */
const TRIMS: ReadonlyMap<string, (text: string, characters: string) => string> = new Map([
  ['TRIM', (text, characters) => characters + text + characters],
  ['LTRIM', (text, characters) => characters + text],
  ['RTRIM', (text, characters) => text + characters],
])

/** The value of a string literal, including one concatenated with `char(10)`; null for anything else. */
function textOf(arg: readonly string[]): string | null {
  const written = arg.join('').replace(/CHAR\(([\d,]+)\)/g, (_, codes: string) => {
    const text = String.fromCodePoint(...codes.split(',').map(Number))
    return `'${text.replaceAll("'", "''")}'`
  })
  const texts = written.split(/(?<=')\|\|(?=')/)
  return texts.every((text) => /^'(?:[^']|'')*'$/.test(text)) ? texts.map(unquote).join('') : null
}

/** Comparisons outside conditions: `status = 'open'` as a column, the first argument of `iif(kind IN ('m', 'f'), …)`. */
function comparedAt(tokens: readonly string[], at: number): Comparison[] {
  if (!OPERATORS.has(tokens[at] ?? '')) return []
  const end = tokens[at - 1] === 'NOT' ? at - 2 : at - 1
  const start = operandBefore(tokens, end)
  if (isSet(tokens, start)) return []
  const next = tokens.findIndex((one, place) => place > at && !/^(?:[=<>]|NOT)$/.test(one))
  const list = tokens[next] === '(' ? argumentsAt(tokens, next).flat() : [tokens[next] ?? '']
  const names = namesOf(tokens.slice(start, end + 1))
  return [{ names, values: valuesOf([...tokens.slice(start, next), ...list]) }]
}

const OPERATORS = new Set(['=', '<', '>', 'IN', 'IS', 'LIKE', 'GLOB'])

/** Whether the operand is the target of an assignment, alone or in a column list. */
const isSet = (tokens: readonly string[], start: number): boolean =>
  /^(?:SET|,)$/.test(tokens[start - 1] ?? '') &&
  tokens.lastIndexOf('SET', start) > tokens.lastIndexOf('SELECT', start)

const isWord = (token: string | undefined): boolean => /^(?!SET$)[A-Z_]\w*$/.test(token ?? '')

/** Where the operand that ends at this token starts: a name, parentheses, or a call. */
function operandBefore(tokens: readonly string[], end: number): number {
  const start = Math.max(0, tokens[end] === ')' ? openingOf(tokens, end) : end)
  return tokens[start] === '(' && isWord(tokens[start - 1]) ? start - 1 : start
}

/** The arguments in the parentheses that open there. */
const argumentsAt = (tokens: readonly string[], open: number): string[][] =>
  cutOutside(insideOf(tokens, open), (token) => token === ',')

/** The positions inside conditions, including parentheses within them. */
function conditionsIn(tokens: readonly string[]): Set<number> {
  const found = new Set<number>()
  const outer: boolean[] = []
  let inside = false
  tokens.forEach((token, at) => {
    if (BEGINS.has(token)) inside = true
    if (ENDS.has(token)) inside = false
    if (token === '(') outer.push(inside)
    if (token === ')') inside = outer.pop() ?? false
    if (inside) found.add(at)
  })
  return found
}

const BEGINS = new Set(['WHERE', 'ON', 'HAVING', 'CASE', 'WHEN'])
const ENDS = new Set('THEN ELSE END SELECT SET FROM GROUP ORDER LIMIT UNION'.split(' '))
