// Analyses what the CASE and IIF of a statement test, and what they leave out. Pure.
import { plainName } from '../../src/sql/names.js'
import { cutOutside, insideOf } from './brackets.js'

/**
 * Whether one of them tests the value of a column, so that other values may get another result. A test for NULL says nothing
 * about its values.
 */
export function tellsApart(tokens: readonly string[], column: string): boolean {
  let open = 0
  let until = -1
  return tokens.some((token, at) => {
    if (token === 'CASE' || token === 'WHEN') open = 1
    if (token === 'THEN' || token === 'END') open = 0
    if (token === 'IIF' && tokens[at + 1] === '(') until = endOfFirst(tokens, at + 1)
    const isAsked = open > 0 || at < until
    return isAsked && plainName(token) === column && !NULL_TEST.test(tokens[at + 1] ?? '')
  })
}

const NULL_TEST = /^(?:IS|ISNULL|NOTNULL|NOT)$/

/** The index where the first argument of a call ends, given its opening bracket. */
function endOfFirst(tokens: readonly string[], open: number): number {
  const [first = []] = cutOutside(insideOf(tokens, open), (token) => token === ',')
  return open + 1 + first.length
}

/**
 * The columns, in lower case, tested by a CASE that does not say for all values what becomes of them, each with the CASE: without
 * ELSE, or with one that gives a literal.
 */
export function openCases(tokens: readonly string[]): ReadonlyMap<string, OpenCase> {
  const open: Case[] = []
  const ended: Case[] = []
  for (const token of tokens) {
    const own = open.at(-1)
    if (token === 'CASE') open.push({ asked: [], parts: [[]], results: [], isAsking: true })
    else if (token === 'END') ended.push(...open.splice(-1))
    else if (own) note(own, token)
  }
  const all = ended.flatMap((one) => {
    const fallback = fallbackOf(one)
    return fallback === undefined
      ? []
      : one.asked.map((name) => [name, { ...one, ...fallback }] as const)
  })
  // If there are several for one column, the one that leaves out values unintentionally.
  return new Map(all.toSorted(([, one], [, other]) => Number(other.isRest) - Number(one.isRest)))
}

/** A CASE; its parts are what follows CASE and each WHEN. */
interface Case {
  readonly asked: string[]
  readonly parts: string[][]
  /** What follows each THEN, and ELSE, including that word. */
  readonly results: string[][]
  isAsking: boolean
}

/** The result for values that it does not list: a literal, or null without ELSE. */
export interface OpenCase extends Pick<Case, 'parts'> {
  readonly fallback: string | null
  /** Whether ELSE gives a result that no listed value gets: it is meant for the rest. */
  readonly isRest: boolean
}

function note(own: Case, token: string): void {
  const isResult = token === 'THEN' || token === 'ELSE'
  if (token === 'WHEN' || isResult) own.isAsking = token === 'WHEN'
  if (token === 'WHEN') own.parts.push([])
  else if (own.isAsking) {
    own.asked.push(plainName(token))
    own.parts.at(-1)?.push(token)
  } else if (isResult) own.results.push([token])
  else own.results.at(-1)?.push(token)
}

/** Undefined if an ELSE gives anything else. */
function fallbackOf({ results }: Case): Pick<OpenCase, 'fallback' | 'isRest'> | undefined {
  const [word, ...otherwise] = results.at(-1) ?? []
  if (word !== 'ELSE') return { fallback: null, isRest: false }
  const [literal = '', ...more] = otherwise
  if (more.length > 0 || !/^['\d]/.test(literal)) return undefined
  const isListed = results.slice(0, -1).some(([, ...listed]) => listed.join(' ') === literal)
  if (!isListed) return { fallback: literal, isRest: true }
  return results.length > 2 ? { fallback: literal, isRest: false } : undefined
}

/** Whether it lists several values of one column, and tests nothing else: `CASE a WHEN 1 … WHEN 2 …`, `CASE WHEN a IN (1, 2) …`. */
export function listsValues({
  parts: [subject = [], ...conditions],
}: Pick<Case, 'parts'>): boolean {
  const lists = conditions.map((tokens) =>
    valuesIn(subject.length > 0 ? [...subject, '=', ...tokens] : tokens),
  )
  return lists.every((count) => count > 0) && lists.reduce((sum, count) => sum + count, 0) > 1
}

/** How many values of a column a condition lists; 0 if it tests anything else. */
function valuesIn(condition: readonly string[]): number {
  const at = condition.findIndex((token) => token === '=' || token === 'IN')
  const asked = condition.slice(0, Math.max(0, at)).filter((token) => token !== '.')
  const values = condition.slice(at + 1).filter((token) => !/^[(),=]$/.test(token))
  const isList = values.every((token) => /^['\d]/.test(token))
  return isList && (asked.length === 1 || asked.length === 2) ? values.length : 0
}
