// What functions ask of columns beside conditions, as in `replace(body, '-', '')`: texts that they find, and take away. Pure.
import { foldUpper, unquote } from '../../../../src/sql/names.js'
import { namesOf, valuesOf, type Comparison } from './comparisons.js'

/**
 * Reads the calls in what is selected, set or indexed; conditions are read elsewhere, but for the methods of code. What a
 * function puts into its result, as the other value of `coalesce`, is not looked for. No two texts come to the same, but by
 * trimming.
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
  /** The texts among its arguments that it looks for. */
  readonly sought: readonly string[]
  /** A letter that no other call of the statement near it has. */
  readonly letter: string
}

function callsIn(tokens: readonly string[], conditions: ReadonlySet<number>): Call[] {
  return tokens.flatMap((name, at): Call[] => {
    const owner = /^\??\.$/.test(tokens[at - 1] ?? '') ? namesOf(tokens.slice(at - 2, at - 1)) : []
    if (!isWord(name) || tokens[at + 1] !== '(' || GIVING.test(name)) return []
    if (conditions.has(at) && owner.length === 0) return []
    const args = argumentsAt(tokens, at + 2)
    if (/^(?:SELECT|WITH|VALUES)$/.test(args[0]?.[0] ?? '')) return []
    const names = [...owner, ...args.flatMap(namesOf)]
    const texts = args.slice(0, owner.length > 0 ? 1 : 2).flatMap((arg) => textOf(arg) ?? [])
    const sought = texts.filter((text) => text !== '')
    const letter = LETTERS.filter((one) => !sought.join('').includes(one))
    return [{ name, args, names, sought, letter: letter[at % letter.length] ?? '' }]
  })
}

const LETTERS = [...'abcdefghijklmnopqrstuvwxyz']

/** Functions whose texts are for their result, formats, or paths. */
const GIVING =
  /^(?:coalesce|ifnull|i?if|printf|format|concat(?:_ws)?|group_concat|string_agg|jsonb?_\w+|date|time|datetime|julianday|unixepoch|strftime|timediff|values|raise|highlight|snippet)$/i

/** Each text as a whole, and within another. */
const altered = ({ name, args, sought, letter }: Call): string[] =>
  sought.flatMap((text) => {
    const within = letter + text + letter
    if (name === 'NULLIF') return [text]
    // As a whole it would come to nothing: there is one row that is empty.
    return name === 'REPLACE' && textOf(args[2] ?? []) === '' ? [within] : [text, within]
  })

/** Where rows stay, what small letters make something else of: all generated texts have them. A copy would not be known again. */
function valuesFor(call: Call, stays: boolean): string[] {
  if (TRIMS.has(call.name)) return trimmed(call)
  return stays && call.name === 'LOWER' ? [foldUpper(call.letter) + call.letter] : altered(call)
}

/** A text with such characters, beside the same without. */
function trimmed({ name, sought, letter }: Call): string[] {
  const [characters = ' '] = sought
  const within = TRIMS.get(name)?.(letter, characters)
  return within === undefined ? [] : [within, letter]
}

/** What each of them takes the characters from. */
const TRIMS: ReadonlyMap<string, (text: string, characters: string) => string> = new Map([
  ['TRIM', (text, characters) => characters + text + characters],
  ['LTRIM', (text, characters) => characters + text],
  ['RTRIM', (text, characters) => text + characters],
])

/** A text that is written out, with `char(10)` in it; null for anything else. */
function textOf(arg: readonly string[]): string | null {
  const written = arg.join('').replace(/CHAR\(([\d,]+)\)/g, (_, codes: string) => {
    const text = String.fromCodePoint(...codes.split(',').map(Number))
    return `'${text.replaceAll("'", "''")}'`
  })
  const texts = written.split(/(?<=')\|\|(?=')/)
  return texts.every((text) => /^'(?:[^']|'')*'$/.test(text)) ? texts.map(unquote).join('') : null
}

/** What is compared without being a condition: `status = 'open'` as a column, the first of `iif(kind IN ('m', 'f'), …)`. */
function comparedAt(tokens: readonly string[], at: number): Comparison[] {
  if (!OPERATORS.has(tokens[at] ?? '')) return []
  const end = tokens[at - 1] === 'NOT' ? at - 2 : at - 1
  const start = operandBefore(tokens, end)
  if (isSet(tokens, start)) return []
  const next = tokens.findIndex((one, place) => place > at && !/^(?:[=<>]|NOT)$/.test(one))
  const list = tokens[next] === '(' ? argumentsAt(tokens, next + 1).flat() : [tokens[next] ?? '']
  const names = namesOf(tokens.slice(start, end + 1))
  return [{ names, values: valuesOf([...tokens.slice(start, next), ...list]) }]
}

const OPERATORS = new Set(['=', '<', '>', 'IN', 'IS', 'LIKE', 'GLOB'])

/** Whether a name, or several in brackets, are given a value. */
const isSet = (tokens: readonly string[], start: number): boolean =>
  /^(?:SET|,)$/.test(tokens[start - 1] ?? '') &&
  tokens.lastIndexOf('SET', start) > tokens.lastIndexOf('SELECT', start)

const isWord = (token: string | undefined): boolean => /^(?!SET$)[A-Z_]\w*$/.test(token ?? '')

/** Where an operand begins that ends with this token: a name, brackets, or a call. */
function operandBefore(tokens: readonly string[], end: number): number {
  let depth = 0
  for (let at = end; at > 0; at--) {
    if (tokens[at] === ')') depth++
    if (tokens[at] === '(') depth--
    if (depth === 0) return tokens[at] === '(' && isWord(tokens[at - 1]) ? at - 1 : at
  }
  return 0
}

/** The arguments of a call, from the first token behind its bracket. */
function argumentsAt(tokens: readonly string[], from: number): string[][] {
  const args: string[][] = [[]]
  let depth = 0
  for (const token of tokens.slice(from)) {
    if (token === '(') depth++
    if (token === ')' && --depth < 0) break
    if (token === ',' && depth === 0) args.push([])
    else args.at(-1)?.push(token)
  }
  return args
}

/** Where conditions stand, a bracket within one included. */
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
