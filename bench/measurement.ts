// What a benchmark answers: numbers with their meaning, and the budget where there is one.

/** In what a number is given. `ratio`, `bytes` and `of`, a count, say the same on every machine. */
export type Unit = 'ratio' | 'bytes' | 'of' | 'ms' | 'µs'

/** One number. Measurements that differ only in `migrations` stand side by side in the printed table. */
export interface Measurement {
  /** What was done; one block of the printed table. */
  readonly group: string
  /** Who did it, and under which circumstances; one row. */
  readonly what: string
  readonly unit: Unit
  readonly value: number
  /** How many migrations; null where that does not matter. One column. */
  readonly migrations: number | null
  /** Of how many, where the unit is `of`. */
  readonly of?: number
  /** The largest value that keeps the budget. */
  readonly limit?: number
}

/** Whether a measurement keeps its budget; undefined where it has none. */
export function verdictOf({ value, limit }: Measurement): 'pass' | 'over' | undefined {
  if (limit === undefined) return undefined
  return value <= limit ? 'pass' : 'over'
}
