// An even choice from a list. Pure.

/** At most so many elements, evenly spread and in order, the last one among them. */
export function sample<T>(all: readonly T[], most: number): readonly T[] {
  if (all.length <= most) return all
  const chosen = new Set(
    Array.from({ length: most }, (_, at) => Math.ceil(((at + 1) * all.length) / most) - 1),
  )
  return all.filter((_, at) => chosen.has(at))
}
