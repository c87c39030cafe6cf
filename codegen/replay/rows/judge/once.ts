// Finds out what is costly to know, and seldom asked for, when somebody first asks.

/** The same work, done once. */
export function once<T>(find: () => T): () => T {
  let found: { readonly value: T } | undefined
  return () => (found ??= { value: find() }).value
}
