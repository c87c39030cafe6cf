// Computes something costly and rarely needed on first use.

/** The same computation, done once. */
export function once<T>(find: () => T): () => T {
  let found: { readonly value: T } | undefined
  return () => (found ??= { value: find() }).value
}
