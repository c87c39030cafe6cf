// Judges whether a DELETE and the copies before it mean the same rows by different conditions, so that rows between them may be lost. Pure.
import { plainName } from '../../../../src/sql/names.js'

/**
 * `apart`: they compare the same columns with the same values by different operators, or the copies divide all rows by ranges of one
 * column. `unnamed`: they list values of one column that may or may not be all; or the copy requires more than the DELETE: an additional
 * condition, a value where the DELETE only excludes NULL, or a narrower range.
 */
export type Unlike = 'apart' | 'unnamed'

/** Conditions are the words after WHERE, without table names; null if nothing can be said about them. */
export function unlikeFilters(
  copies: readonly (readonly string[])[],
  removal: readonly string[],
): Unlike | null {
  const [all, gone] = [copies.map(readCondition), readCondition(removal)]
  if ([...all, gone].some(({ isKnown }) => !isKnown) || all.some(({ names }) => names.size === 0))
    return null
  const isOfOne = all.every(({ names }) => names.size === 1 && isEqual(names, all[0]!.names))
  if (removal.length === 0) {
    if (copies.length < 2 || !isOfOne) return null
    return all.some(isOfSize) ? 'apart' : 'unnamed'
  }
  const isAlike = all.some(
    (one) => isEqual(one.names, gone.names) && isEqual(one.values, gone.values),
  )
  if (isAlike) return copies.some((one) => one.join(' ') === removal.join(' ')) ? null : 'apart'
  if (copies.length === 1 && takesMore(copies[0]!, removal)) return 'unnamed'
  const isText = [...all, gone].every(({ values }) => [...values].every(isQuoted))
  const excludes = /<>|!=|NOT/.test(gone.operators)
  return isOfOne && isEqual(all[0]!.names, gone.names) && isText && excludes ? 'unnamed' : null
}

/** Whether a DELETE takes more rows than a copy with a condition like its own. */
export const takesMore = (copy: readonly string[], removal: readonly string[]): boolean =>
  asksForMore(copy, removal) || reachesFurther(copy, removal)

/** `done = 1 AND at < 9` compared with `done = 1`; `a > 0` compared with `a IS NOT NULL`. */
function asksForMore(copy: readonly string[], removal: readonly string[]): boolean {
  const known = new Set(conjunctsOf(removal))
  const own = conjunctsOf(copy)
  const more = own.filter((one) => !known.has(one))
  const missing = [...known].filter((one) => !own.includes(one))
  const [whole, ...others] = missing
  if (whole === undefined) return more.length > 0
  const name = IS_THERE.exec(whole)?.[1]
  const isOfSize = more.some((one) => one.split(/ (?=[<>])/)[0] === name && !one.includes('<>'))
  return others.length === 0 && more.length === 1 && name !== undefined && isOfSize
}

/** `state = 3` compared with `state >= 2`; not with `state > 2`, which means the same for integers. */
function reachesFurther(copy: readonly string[], removal: readonly string[]): boolean {
  const one = COMPARED.exec(plainWords(copy))
  const other = COMPARED.exec(plainWords(removal))
  if (!one || !other || one[1] !== other[1]) return false
  const [meant, bound] = [Number(one[3]), Number(other[3])]
  if (one[2] === other[2])
    return one[2]!.startsWith('<') ? meant < bound : meant > bound && one[2] !== '='
  if (!/^==?$/.test(one[2]!)) return false
  const nearest = { '>=': meant, '>': meant - 1, '<=': meant, '<': meant + 1 }[other[2]!]
  if (nearest === undefined) return false
  return other[2]!.startsWith('>') ? bound < nearest : bound > nearest
}

const COMPARED = /^(\S+) ([<>=]+) (-?\d+)$/

const plainWords = (words: readonly string[]): string =>
  words
    .join(' ')
    .replace(/ *;$/, '')
    .replace(/([<>=]) (?==)/, '$1')

/** The parts of a condition between its ANDs, without parentheses around them. */
function conjunctsOf(words: readonly string[]): string[] {
  const parts: string[][] = [[]]
  let [depth, isRange, isEither] = [0, false, false]
  for (const word of words.filter((one) => one !== ';')) {
    depth += word === '(' ? 1 : word === ')' ? -1 : 0
    if (depth === 0 && word === 'OR') isEither = true
    if (depth === 0 && word === 'AND' && !isRange) parts.push([])
    else parts.at(-1)!.push(word)
    if (depth === 0 && /^(?:BETWEEN|AND)$/.test(word)) isRange = word === 'BETWEEN'
  }
  return isEither ? [words.join(' ')] : parts.map((part) => bare(part).join(' '))
}

const bare = (words: readonly string[]): readonly string[] =>
  words[0] === '(' && words.indexOf(')') === words.length - 1 ? words.slice(1, -1) : words

/** Whether a copy is of other rows: it asks for another value of a column than the DELETE. */
export function isOfOthers(copy: readonly string[], removal: readonly string[]): boolean {
  const asked = new Map(conjunctsOf(removal).flatMap(valueAsked))
  return conjunctsOf(copy)
    .flatMap(valueAsked)
    .some(([name, value]) => (asked.get(name) ?? value) !== value)
}

function valueAsked(conjunct: string): [name: string, value: string][] {
  const [, name, value] = /^(\S+) ==? ('.*'|-?[\d.]+)$/s.exec(conjunct) ?? []
  return name !== undefined && value !== undefined ? [[plainName(name), value]] : []
}

const IS_THERE = /^(\S+) (?:IS NOT NULL|NOT NULL|NOTNULL)$/

interface Condition {
  readonly names: ReadonlySet<string>
  readonly values: ReadonlySet<string>
  /** One after another. */
  readonly operators: string
  /** Whether it only depends on the row, and code binds none of its values. */
  readonly isKnown: boolean
}

function readCondition(words: readonly string[]): Condition {
  const [names, values] = [new Set<string>(), new Set<string>()]
  let operators = ''
  for (const word of words) {
    if (OPERATORS.has(word)) operators += word
    else if (isQuoted(word) || /^(?:[\d.]|x'|NULL$)/i.test(word)) values.add(word)
    else names.add(plainName(word))
  }
  return { names, values, operators, isKnown: !words.some((word) => BEYOND.test(word)) }
}

const OPERATORS: ReadonlySet<string> = new Set(
  '( ) , ; = == < > <= >= <> ! != - + AND OR NOT IS IN BETWEEN DISTINCT FROM'.split(' '),
)

const BEYOND = /^(?:[?:@$].*|SELECT|LIMIT|GROUP|HAVING|UNION|EXCEPT|INTERSECT|RETURNING|ON)$/

const isOfSize = ({ operators }: Condition): boolean =>
  /[<>]|BETWEEN/.test(operators.replaceAll('<>', ''))

const isQuoted = (word: string): boolean => word.startsWith("'")

const isEqual = (one: ReadonlySet<string>, other: ReadonlySet<string>): boolean =>
  one.size === other.size && [...one].every((item) => other.has(item))
