// Other values for the columns of rows on which batches are tried: of the form of what stands there, by what the work compares, and by
// what it adds up. Pure.
import { orElse } from '../../../../src/model/or-else.js'
import { foldCase, foldUpper } from '../../../../src/sql/names.js'
import type { Value } from '../fill/seed-values.js'
import type { Effect } from '../watch/statement-effect.js'
import { literalsIn, namesOf } from './comparisons.js'

/** What is known of a column. */
export interface Known {
  /** As SQL writes it. */
  readonly preset: string | null
  /** What the work compares it with. */
  readonly values: readonly Value[]
  /** Keys of other rows, as SQL writes them. */
  readonly keys: readonly string[]
  /** A number that the work compares something with. */
  readonly bound: number | undefined
  /** How far numbers are from each other. */
  readonly scale: number
  /** Whether the work takes it for a moment. */
  readonly isMoment: boolean
}

/**
 * What a column may hold instead of what it does, as SQL writes it, with what comes near to that where it is refused: nothing or the
 * default, greater and smaller numbers, of which two or three come to more than the bound, moments, other texts, what the work compares,
 * keys of other rows.
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

/** Two are more than the bound, or three are. */
const shareOf = (bound: number, drawn: number): number =>
  Math.ceil(bound * [0.4, 0.6, 0.9][drawn % 3]!)

/** Of another year, or of the same, or of the same month. */
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

/** A longer or a shorter one; else one that begins or ends as it does, or is as long. */
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

/** With other texts, numbers and flags. */
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

/** A value as SQL writes it. */
export function quoted(value: Value): string {
  if (typeof value === 'string') return `'${value.replaceAll("'", "''")}'`
  if (value === null) return 'NULL'
  return typeof value === 'object' ? `x'${Buffer.from(value).toString('hex')}'` : String(value)
}

/** The names, in lower case, of what statements and code take for moments: `julianday(day)`, `Date.parse(row.day)`. */
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
