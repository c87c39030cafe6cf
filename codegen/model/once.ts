// Computes something costly and rarely needed on first use.

/** The same computation, done once. What is made from the compiler is made so: a project of SQL alone never loads it. */
export function once<T>(find: () => T): () => T {
  let found: { readonly value: T } | undefined
  return () => (found ??= { value: find() }).value
}
