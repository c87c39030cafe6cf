// Interprets rows of another tool. Pure.
import { adoptUnfinished } from '../../errors/adopt.js'
import { LockstepError } from '../../errors/lockstep-error.js'
import { utcTime } from './utc-time.js'

/** A row as read from a table, or a single value that stands for one. */
export interface RawRow {
  readonly number: unknown
  readonly title: unknown
  readonly time: unknown
  readonly failed?: unknown
  readonly undone?: unknown
  readonly through?: unknown
  /** The values of columns that no layout explains, by their names. */
  readonly others?: Readonly<Record<string, unknown>>
}

/** A migration that is applied according to another tool. */
export interface ForeignRow {
  /** The text by which a person finds the row in the table. */
  readonly label: string
  readonly number: number | null
  readonly title: string | null
  /** ISO 8601, UTC; null if the tool does not record it. */
  readonly appliedAt: string | null
  /** The row also stands for all before it, and its number does not tell how many these are. */
  readonly countless?: true
}

/**
 * The applied migrations, ordered by number, or as read if not all have one. Rolled-back rows are removed; a row that stands for
 * all before it is expanded to that many, unless it goes beyond `latest`. Throws `ADOPT_UNFINISHED` if one failed or did not end;
 * `source` is the table that it names.
 */
export function interpretRows(
  raw: readonly RawRow[],
  source: string,
  latest: number,
): readonly ForeignRow[] {
  const unfinished = raw.filter((row) => isTrue(row.failed)).map(labelOf)
  if (unfinished.length > 0) throw new LockstepError(adoptUnfinished(source, unfinished))
  const applied = new Map<string, ForeignRow>()
  raw.forEach((row, index) => {
    for (const one of spread(row, index, latest)) {
      const key = keyOf(one, row, index)
      applied.delete(key)
      if (!isTrue(row.undone)) applied.set(key, one)
    }
  })
  const rows = [...applied.values()]
  return rows.every(({ number }) => number !== null)
    ? rows.sort((a, b) => Number(a.number) - Number(b.number))
    : rows
}

/** What a row shares with a later one that rolls it back: everything that identifies it. A row that identifies nothing is unique. */
function keyOf({ number, title }: ForeignRow, row: RawRow, index: number): string {
  const version = number ?? textOf(row.number)
  return JSON.stringify(version === null && title === null ? index : [version, title])
}

function spread(row: RawRow, index: number, latest: number): readonly ForeignRow[] {
  const number = numberOf(row.number)
  const one: ForeignRow = {
    label: labelOf(row, index),
    number,
    title: textOf(row.title),
    appliedAt: utcTime(row.time),
  }
  if (!isTrue(row.through)) return [one]
  if (number === null || number > latest) return [{ ...one, countless: true }]
  return Array.from({ length: number }, (_, below) => ({ ...one, number: below + 1, title: null }))
}

/** A version may be an integer or text, with zeros or a v before it; anything else is no number. */
export function numberOf(value: unknown): number | null {
  const [, digits] = /^v?(\d{1,15})$/i.exec(String(value ?? '').trim()) ?? []
  return digits === undefined ? null : Number(digits)
}

const textOf = (value: unknown): string | null =>
  value == null || String(value).trim() === '' ? null : String(value)

/** The text by which a person finds the row in the table. */
export const labelOf = ({ number, title }: RawRow, index: number): string =>
  [textOf(number), textOf(title)].filter((part) => part !== null).join(' ') || `row ${index + 1}`

/** SQLite has no booleans: 1 and 0, or text if a program wrote that. */
const isTrue = (value: unknown): boolean =>
  value === true || (value != null && value !== false && Number(value) !== 0 && value !== 'false')
