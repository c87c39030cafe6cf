// Does pieces of work side by side, no more at once than there are lanes.

/** Calls `work` with 0, 1, 2 … below `count`, in that order, and answers what each resolved to. The first rejection ends it. */
export async function inLanes<T>(
  lanes: number,
  count: number,
  work: (index: number) => Promise<T>,
): Promise<T[]> {
  const results: T[] = []
  let next = 0
  const lane = async (): Promise<void> => {
    while (next < count) {
      const index = next
      next += 1
      results[index] = await work(index)
    }
  }
  await Promise.all(Array.from({ length: lanes }, lane))
  return results
}
