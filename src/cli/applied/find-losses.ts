// What tables hold less than before. Pure.
import type { RedoLosses } from '../../errors/redo.js'
import { isSameName } from '../../sql/names.js'

/** What a table holds. */
export interface Holding {
  readonly name: string
  readonly rows: number
  readonly columns: readonly string[]
}

/** Tables by what they are known by: `table users`. */
type Tables = ReadonlyMap<string, Holding>

/** The rows and columns that are gone. What only has its old name again is not: as many rows, or columns, have come. */
export function findLosses(before: Tables, now: Tables): Omit<RedoLosses, 'unknown'> {
  const came = [...now].filter(([key]) => !before.has(key)).map(([, { rows }]) => rows)
  const rows = [...before].flatMap(([key, { name, rows: had }]) => {
    const has = now.get(key)?.rows
    if (has === undefined && takeAway(came, had)) return []
    const gone = had - (has ?? 0)
    return gone > 0 ? [{ table: name, rows: gone }] : []
  })
  return { rows, columns: goneColumns(before, now) }
}

/** Whether one of these numbers is this one; it counts once. */
function takeAway(numbers: number[], wanted: number): boolean {
  const at = numbers.indexOf(wanted)
  if (at >= 0) numbers.splice(at, 1)
  return at >= 0
}

function goneColumns(before: Tables, now: Tables): RedoLosses['columns'] {
  return [...before].flatMap(([key, { name, rows, columns }]) => {
    const present = now.get(key)?.columns
    if (!present || rows === 0) return []
    const gone = without(columns, present)
    if (without(present, columns).length >= gone.length) return []
    return gone.map((column) => ({ table: name, column }))
  })
}

const without = (names: readonly string[], others: readonly string[]): string[] =>
  names.filter((name) => !others.some((other) => isSameName(name, other)))
