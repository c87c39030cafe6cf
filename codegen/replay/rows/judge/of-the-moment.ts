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
