// Makes a value when it is first asked for.

/** What is made from the compiler waits until then: a project of SQL alone never loads it. */
export function onFirstUse<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null
  return () => (made ??= { value: make() }).value
}
