// Converts the times that other tools write into one form. Pure: asks no clock.

/** From here on a number of seconds since 1970 would be beyond the year 5000, so it must be milliseconds. */
const MILLISECONDS_FROM = 1e11

/**
 * ISO 8601 in UTC for a time as text (SQLite's own form and ISO without a zone count as UTC) or as seconds or milliseconds since
 * 1970; null for anything else.
 */
export function utcTime(value: unknown): string | null {
  if (value == null || value === '') return null
  const text = String(value).trim()
  if (/^\d+(?:\.\d+)?$/.test(text)) return ofNumber(Number(text))
  const [, date, time, fraction = ''] = WITHOUT_ZONE.exec(text) ?? []
  if (date && time) return isoOf(Date.parse(`${date}T${time}${fraction.slice(0, 4)}Z`))
  return isoOf(Date.parse(text.replace(/ \+0000 UTC.*$/, 'Z').replace(' ', 'T')))
}

const WITHOUT_ZONE = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d)?)(\.\d+)?$/

const ofNumber = (number: number): string | null =>
  number < 1e8 ? null : isoOf(number < MILLISECONDS_FROM ? number * 1000 : number)

function isoOf(milliseconds: number): string | null {
  const moment = new Date(milliseconds)
  return Number.isNaN(moment.getTime()) ? null : moment.toISOString()
}
