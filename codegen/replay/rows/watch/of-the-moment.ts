// Recognizes values that are the time at which they were written, so that another run has different ones.
import type { ShownRow } from '../../../model/evidence.js'

/** Whether a value is about the current time: a text with today's date, or a number of seconds, milliseconds or Julian days. */
export function isOfTheMoment(value: ShownRow[string], now = Date.now()): boolean {
  if (typeof value === 'string')
    return [now, now - DAY / 2].some((time) =>
      value.includes(new Date(time).toISOString().slice(0, 10)),
    )
  const times = value === null ? [] : [value, value * 1000, (value - EPOCH) * DAY]
  return times.some((time) => Math.abs(time - now) < DAY)
}

const DAY = 86_400_000

/** The Julian day of 1 January 1970. */
const EPOCH = 2_440_587.5

/** A text without times close to now, written as dates or as numbers. */
export const withoutMoments = (text: string, now = Date.now()): string =>
  text.replaceAll(MOMENT, (found) =>
    isOfTheMoment(found.includes('-') ? found : Number(found), now) ? '' : found,
  )

const MOMENT =
  /\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?Z?)?|\b(?:\d{10,13}|24\d{5}(?=\.))(?:\.\d+)?\b/g
