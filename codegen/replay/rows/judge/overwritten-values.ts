// Judges values that code writes for each row, but every time to several rows of the table, so that only the last one stays. Pure.
import type { ValuesChanged } from '../../../model/evidence.js'
import { isSameName, plainName } from '../../../../src/sql/names.js'
import { namesIn } from '../../../sql/names-in.js'
import type { HandedCall } from '../../sides/handed-calls.js'
import type { Value } from '../fill/seed-values.js'
import { keyText } from '../fill/connection.js'
import { placeOf, type TableImage } from '../watch/table-image.js'
import { changeTold } from './compare-values.js'
import { sameValue } from './same-value.js'
import type { Fate } from './fate.js'

/**
 * For an UPDATE that ran once for each of several rows of the table, which were read all at once. Adding to a value, or setting the same
 * one each time, is intended.
 */
export function overwrittenValues({ side, name, before, after, heir }: Fate): ValuesChanged[] {
  if (side.calls.length === 0 || after.count < 2) return []
  return heir.effects.flatMap(({ shape, place, tokens }) => {
    const runs = side.calls.filter(({ text }) => text.trim().startsWith(place.statement ?? text))
    const isWhole = runs.every(({ rows }) => rows === after.count)
    const read = side.calls.find(
      ({ text, reads, rows = 0 }) =>
        reads && rows >= runs.length && [...namesIn(text)].includes(name),
    )
    if (shape.kind !== 'update' || runs.length < 2 || !read) return []
    return shape.columns.flatMap(({ key }): ValuesChanged[] => {
      const column = plainName(key)
      const target = placeOf(after, column)
      const all = target < 0 ? [] : after.rows.map(({ values }) => values[target] ?? null)
      const named = tokens.flatMap((token, at) => (plainName(token) === column ? [at] : []))
      const given = named.length === 1 ? boundAt(tokens, named[0]! + 2) : null
      const isLost = isWhole
        ? all.length > 0 && all.every((one) => sameValue(one, all[0]!))
        : !ORDERED.test(read.text) &&
          given !== null &&
          areOverwritten(
            tokens,
            runs.filter((run) => isOfRow(given(run), before)),
            given,
          )
      if (!isLost || !given) return []
      const where = { at: place, table: before.table.name, column }
      const change = { ...where, lost: 'shared', ...(isWhole && { times: runs.length }) } as const
      return [changeTold(change, [null, all[0]!])]
    })
  })
}

/** Then the last value may be the one that is meant. */
const ORDERED = /\border\s+by\b/i

type Bound = (run: HandedCall) => Value

/** Reads what a run bound for the parameter at this place; null if there is none. */
function boundAt(tokens: readonly string[], place: number): Bound | null {
  const [sign = '', word = ''] = tokens.slice(place)
  if (!/^[?:@$]/.test(sign)) return null
  const at = tokens.slice(0, place).filter((token) => token === '?').length
  return ({ values }) => {
    const given = values.flat()
    const named = Object.entries(given[0] ?? {}).find(([one]) =>
      isSameName(one, sign.slice(1) || word),
    )
    return ((sign === '?' ? given[at] : named?.[1]) ?? null) as Value
  }
}

/** A sum over the rows so far is meant to be that of the last one. */
const isOfRow = (value: Value, { rows }: TableImage): boolean =>
  rows.some(({ values }) => values.some((one) => sameValue(one, value)))

/** Whether two runs bound the same for the condition and something else for the column, and changed rows that others were read for. */
function areOverwritten(
  tokens: readonly string[],
  runs: readonly HandedCall[],
  given: Bound,
): boolean {
  const start = tokens.indexOf('WHERE')
  const asked = tokens.flatMap((_, at) =>
    start >= 0 && at > start ? (boundAt(tokens, at) ?? []) : [],
  )
  const known = new Map<string, Value>()
  return runs.some((run) => {
    if ((run.rows ?? 0) < 2 || asked.length === 0) return false
    const key = keyText(asked.map((one) => one(run)))
    const value = given(run)
    const isOther = known.has(key) && !sameValue(known.get(key)!, value)
    known.set(key, value)
    return isOther
  })
}
