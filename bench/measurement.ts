// Defines the result of a benchmark: a number with its meaning, and its budget if there is one.

/** The unit of a number. `ratio`, `bytes` and `of`, a count, do not depend on the machine. */
export type Unit = 'ratio' | 'bytes' | 'of' | 'ms' | 'µs'

/** One number. Measurements that differ only in `migrations` share a row of the printed table. */
export interface Measurement {
  /** What was done: a block of the printed table. */
  readonly group: string
  /** Who did it, and under which conditions: a row. */
  readonly what: string
  readonly unit: Unit
  readonly value: number
  /** The number of migrations: a column. Null if it does not matter. */
  readonly migrations: number | null
  /** The total, if the unit is `of`. */
  readonly of?: number
  /** The largest value within the budget. */
  readonly limit?: number
}

/** Whether a measurement is within its budget; undefined if it has none. */
export function verdictOf({ value, limit }: Measurement): 'pass' | 'over' | undefined {
  if (limit === undefined) return undefined
  return value <= limit ? 'pass' : 'over'
}
