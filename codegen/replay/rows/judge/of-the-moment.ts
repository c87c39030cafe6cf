// Values that are the moment at which they were written, so that another run has others.
import type { ShownRow } from '../../../model/evidence.js'

/** Whether a value is a time of about now: a text that names the day, or a number of seconds or milliseconds. */
export function isOfTheMoment(value: ShownRow[string], now = Date.now()): boolean {
  if (typeof value === 'string')
    return [now, now - DAY / 2].some((time) =>
      value.includes(new Date(time).toISOString().slice(0, 10)),
    )
  return value !== null && [value, value * 1000].some((time) => Math.abs(time - now) < DAY)
}

const DAY = 86_400_000

/** A text without times of about now, whether they are written out or as a number of seconds or milliseconds. */
export const withoutMoments = (text: string, now = Date.now()): string =>
  text.replaceAll(MOMENT, (found) =>
    isOfTheMoment(found.includes('-') ? found : Number(found), now) ? '' : found,
  )

const MOMENT = /\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?Z?)?|\b\d{10,13}(?:\.\d+)?\b/g
