// Of rows that are in the way of a side, the fewest that must go or change for it to come further.

/** More rows than these are not looked at one by one. */
const MOST = 64

/** As few as there are where the first stay that can; all where there are too many to try. `isEnough` tries some of them. */
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
