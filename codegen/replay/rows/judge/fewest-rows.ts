// Finds the fewest of the rows in a side's way that must be removed or changed for it to get further.

/** The most rows that are tried one by one. */
const MOST = 64

/** A minimal set of rows, keeping the first ones if possible; all rows if there are too many to try. `isEnough` tries a subset. */
export function fewestRows<T>(
  all: readonly T[],
  isEnough: (some: readonly T[]) => boolean,
): readonly T[] {
  if (all.length > MOST) return all
  const gone = new Set(all)
  const isKept = (rows: readonly T[]): boolean => {
    for (const row of rows) gone.delete(row)
    if (isEnough(all.filter((row) => gone.has(row)))) return true
    for (const row of rows) gone.add(row)
    return false
  }
  const keep = (rows: readonly T[]): void => {
    if (rows.length === 0 || isKept(rows) || rows.length === 1) return
    const side = Math.ceil(rows.length / 2)
    keep(rows.slice(0, side))
    keep(rows.slice(side))
  }
  keep(all)
  return [...gone]
}
