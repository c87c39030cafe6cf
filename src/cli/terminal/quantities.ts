// Formats numbers for people: durations, sizes, counts, times.

/** `0.4 ms`, `12 ms`, `3.2 s`, `2 min 5 s`. */
export function duration(milliseconds: number): string {
  if (milliseconds < 10) return `${trimmed(milliseconds)} ms`
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`
  const seconds = milliseconds / 1000
  if (seconds < 60) return `${trimmed(seconds)} s`
  const whole = Math.round(seconds)
  return `${Math.floor(whole / 60)} min ${whole % 60} s`
}

/** `512 bytes`, `2.5 MB (2,621,440 bytes)`; 1 KB is 1,024 bytes. */
export function size(bytes: number): string {
  const exact = count(bytes, 'byte')
  if (bytes < 1024) return exact
  const power = Math.min(Math.floor(Math.log2(bytes) / 10), UNITS.length)
  return `${trimmed(bytes / 1024 ** power)} ${UNITS[power - 1]} (${exact})`
}

/** `1 table`, `8 tables`, `1,024 bytes`; `many` for an irregular plural. */
export const count = (number: number, one: string, many = `${one}s`): string =>
  `${number.toLocaleString('en-US')} ${number === 1 ? one : many}`

/** A time in ISO 8601 as local time, `2025-01-31 14:05:09`; other text stays as it is. */
export function moment(iso: string): string {
  const time = new Date(iso)
  if (Number.isNaN(time.getTime())) return iso
  const local = new Date(time.getTime() - time.getTimezoneOffset() * 60_000)
  return local.toISOString().slice(0, 19).replace('T', ' ')
}

const UNITS = ['KB', 'MB', 'GB', 'TB']

const trimmed = (value: number): string => String(Math.round(value * 10) / 10)
