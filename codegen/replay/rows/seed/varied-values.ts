// Suggests other values for the rows on which batches are tried: in the format of the current value, near what the work compares, and with
// regard to what it sums up. Pure.
import { orElse } from '../../../../src/model/or-else.js'
import { foldCase, foldUpper } from '../../../../src/sql/names.js'
import type { Value } from '../fill/seed-values.js'
import type { Effect } from '../watch/statement-effect.js'
import { literalsIn, namesOf } from './comparisons.js'

/** What is known about a column. */
export interface Known {
  /** As an SQL literal. */
  readonly preset: string | null
  /** What the work compares it with. */
  readonly values: readonly Value[]
  /** Keys of other rows, as SQL literals. */
  readonly keys: readonly string[]
  /** A number that the work compares something with. */
  readonly bound: number | undefined
  /** The distance between numbers. */
  readonly scale: number
  /** Whether the work treats it as a date. */
  readonly isMoment: boolean
}

/**
 * Alternatives to the current value as SQL literals, each with similar ones in case it is refused: null or the default; greater and smaller
 * numbers, two or three of which exceed the bound in sum; dates; other texts; what the work compares; keys of other rows.
 */
export function othersThan(was: Value, drawn: number, known: Known): (readonly string[])[] {
  const { preset, values, keys } = known
  const literal = values[drawn % Math.max(1, values.length)]
  const others = likeIt(was, drawn, known).map(quoted)
  return [
    [preset ?? 'NULL'],
    others,
    others,
    ...(literal === undefined ? [] : [[quoted(literal)], [quoted(literal)]]),
    ...(keys.length === 0 ? [] : [[keys[drawn % keys.length]!]]),
  ]
}

function likeIt(was: Value, drawn: number, { bound, scale, isMoment }: Known): Value[] {
  const step = 1 + (drawn % 9)
  if (was instanceof Uint8Array) return [was]
  if (typeof was === 'string' && DAY.test(was)) return momentsLike(was, drawn)
  if (isMoment && (was === null || typeof was === 'string')) return [dayAfter(step)]
  if (typeof was !== 'string') return [bound === undefined ? scale * step : shareOf(bound, drawn)]
  return /^[[{]/.test(was) ? documentsLike(was, drawn) : textsLike(was, drawn)
}

const DAY = /^\d{4}-\d\d-\d\d/

/** Two or three of them exceed the bound in sum. */
const shareOf = (bound: number, drawn: number): number =>
  Math.ceil(bound * [0.4, 0.6, 0.9][drawn % 3]!)

/** In another year, in the same year, or in the same month. */
function momentsLike(was: string, drawn: number): string[] {
  const day = String(1 + (drawn % 28)).padStart(2, '0')
  const month = String(1 + (drawn % 12)).padStart(2, '0')
  const days = [
    dayAfter(1 + (drawn % 9)),
    `${was.slice(0, 4)}-${month}-${day}`,
    was.slice(0, 8) + day,
  ]
  return days.map((one) => one + was.slice(10))
}

const dayAfter = (step: number): string =>
  new Date(Date.UTC(2001, 0, 1 + 50 * step)).toISOString().slice(0, 10)

/** A longer or shorter one; otherwise one with the same start, end or length. */
function textsLike(was: string, drawn: number): string[] {
  const [letter, digit] = [LETTERS[drawn % 9]!, String(1 + (drawn % 9))]
  const changed = (at: number): string => {
    const sign = was[at] ?? ''
    const other = /\d/.test(sign) ? digit : /[A-Z]/.test(sign) ? foldUpper(letter) : letter
    return was.slice(0, at) + other + was.slice(at + 1)
  }
  const places = [was.length - 1, 0, was.length >> 1].filter((at) => at >= 0)
  return [
    'x'.repeat(2 + 2 * (drawn % 9)),
    letter + was,
    was + letter,
    digit + was,
    ...places.map(changed),
  ]
}

const LETTERS = 'abcdefghi'

/** With other texts, numbers and booleans. */
const documentsLike = (was: string, drawn: number): string[] =>
  [0, 1, 2].map((way) => {
    const other = (_: string, value: unknown): unknown => {
      if (typeof value === 'number') return 10 * (1 + (drawn % 9))
      if (typeof value === 'boolean') return drawn % 2 === 0
      if (typeof value !== 'string') return value
      return (DAY.test(value) ? momentsLike(value, drawn) : textsLike(value, drawn))[way]
    }
    return orElse(() => JSON.stringify(JSON.parse(was), other), was)
  })

/** A value as an SQL literal. */
export function quoted(value: Value): string {
  if (typeof value === 'string') return `'${value.replaceAll("'", "''")}'`
  if (value === null) return 'NULL'
  return typeof value === 'object' ? `x'${Buffer.from(value).toString('hex')}'` : String(value)
}

/** The names, in lower case, that statements and code treat as dates: `julianday(day)`, `Date.parse(row.day)`. */
export const momentsIn = (work: readonly Effect[]): ReadonlySet<string> =>
  new Set(
    work.flatMap(({ tokens }) =>
      tokens.flatMap((token, at) => {
        if (!MOMENTS.test(token)) return []
        const start = tokens[at + 1] === '.' ? at + 3 : at + 1
        const end = tokens.indexOf(')', start)
        return tokens[start] === '(' ? namesOf(tokens.slice(start, end)).map(foldCase) : []
      }),
    ),
  )

const MOMENTS = /^(?:DATE|DATETIME|TIME|JULIANDAY|UNIXEPOCH|STRFTIME|TIMEDIFF)$/

/** The numbers that anything is compared with. */
export const boundsIn = (work: readonly Effect[]): number[] => [
  ...new Set(
    work.flatMap(({ tokens }) =>
      tokens.flatMap((token, at) => {
        const isCompared = [at - 1, at + 1].some((one) => /^[<=>]/.test(tokens[one] ?? ''))
        const [bound] = isCompared && /^\d/.test(token) ? literalsIn(tokens.slice(at, at + 3)) : []
        return typeof bound === 'number' && bound > 1 ? [bound] : []
      }),
    ),
  ),
]
