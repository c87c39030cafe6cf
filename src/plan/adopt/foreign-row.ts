// Rows of another tool: as they are read, and what they come down to. Pure.
import { adoptUnfinished } from '../../errors/adopt.js'
import { LockstepError } from '../../errors/lockstep-error.js'
import { utcTime } from './utc-time.js'

/** A row as it is read from a table, or from a single value that stands for one. */
export interface RawRow {
  readonly number: unknown
  readonly title: unknown
  readonly time: unknown
  readonly failed?: unknown
  readonly undone?: unknown
  readonly through?: unknown
  /** What stands in columns that no layout explains, by their names. */
  readonly others?: Readonly<Record<string, unknown>>
}

/** A migration that another tool says is applied. */
export interface ForeignRow {
  /** What a person finds in the table. */
  readonly label: string
  readonly number: number | null
  readonly title: string | null
  /** ISO 8601, UTC; null where the tool does not say. */
  readonly appliedAt: string | null
  /** It stands for all before it as well, and its number does not tell how many these are. */
  readonly countless?: true
}

/**
 * The migrations that are applied, in the order of their numbers, or as they were read where not all have one. Rows that
 * were taken back are gone; a row that stands for all before it has become as many, unless `latest` does not reach so
 * far. Throws `ADOPT_UNFINISHED` where one failed or did not end; `source` names the table in it.
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

/** What a later row that takes it back has in common with it: all that identifies it. A row that tells nothing is one by itself. */
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

/** A version may be an integer or text, with zeros or a v before it; anything else numbers nothing. */
export function numberOf(value: unknown): number | null {
  const [, digits] = /^v?(\d{1,15})$/i.exec(String(value ?? '').trim()) ?? []
  return digits === undefined ? null : Number(digits)
}

const textOf = (value: unknown): string | null =>
  value == null || String(value).trim() === '' ? null : String(value)

/** What a person finds in the table. */
export const labelOf = ({ number, title }: RawRow, index: number): string =>
  [textOf(number), textOf(title)].filter((part) => part !== null).join(' ') || `row ${index + 1}`

/** SQLite has no booleans: 1 and 0, or text where a program wrote it so. */
const isTrue = (value: unknown): boolean =>
  value === true || (value != null && value !== false && Number(value) !== 0 && value !== 'false')
