// Returns a fallback where a call throws.

/** The result of the work, or `other` if it throws, whatever the error. */
export function orElse<T>(work: () => T, other: T): T {
  try {
    return work()
  } catch {
    return other
  }
}
