// Asks what may not be there to be asked any more.

/** What the work answers, or the other where it throws, whatever that is. */
export function orElse<T>(work: () => T, other: T): T {
  try {
    return work()
  } catch {
    return other
  }
}
