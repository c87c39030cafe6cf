// Finds columns that a statement casts to an integer within bounds: `max(0, min(5, CAST(rating AS INTEGER)))`. Pure.
import { plainName } from '../../src/sql/names.js'
import { insideOf } from './brackets.js'

/** A column, in lower case, and numbers around it, none of which is beyond the bounds. */
export interface ClampedCast {
  readonly column: string
  readonly bounds: readonly number[]
}

/** All of them in the tokens of a statement. */
export function clampedCasts(tokens: readonly string[]): ClampedCast[] {
  return tokens.flatMap((token, at): ClampedCast[] => {
    if (token !== 'CAST') return []
    const end = tokens.indexOf('AS', at)
    const around = insideOf(tokens, clampBefore(tokens, at) + 1)
    const bounds = around.flatMap((one, place) =>
      /^\d+$/.test(one) ? [Number(one) * (around[place - 1] === '-' ? -1 : 1)] : [],
    )
    const isCast = end > 0 && tokens[end + 1]?.startsWith('INT') === true
    return isCast && bounds.length > 0 ? [{ column: plainName(tokens[end - 1] ?? ''), bounds }] : []
  })
}

/** The index of the outermost call of `min` or `max` around a token; that of the token itself if there is none. */
function clampBefore(tokens: readonly string[], at: number): number {
  let first = at
  let depth = 0
  for (let place = at - 1; place > 0; place--) {
    if (tokens[place] === ')') depth++
    if (tokens[place] !== '(') continue
    if (depth > 0) depth--
    else if (/^(?:MIN|MAX)$/.test(tokens[place - 1] ?? '')) first = place - 1
    else break
  }
  return first
}
