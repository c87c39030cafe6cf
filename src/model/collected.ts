// Collects by key: items in groups, and results that are made once.

/** The items with each key, in the order in which keys and items come. */
export function groupedBy<T, K>(items: Iterable<T>, keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>()
  for (const item of items) remembered(groups, keyOf(item), () => []).push(item)
  return groups
}

/** How often each item comes. */
export function countedIn<T>(items: Iterable<T>): Map<T, number> {
  const counts = new Map<T, number>()
  for (const item of items) counts.set(item, (counts.get(item) ?? 0) + 1)
  return counts
}

/** The same computation, done once for each key, and again only if it gave null or undefined. */
export function memo<K, V>(make: (key: K) => V): (key: K) => V {
  const known = new Map<K, V>()
  return (key) => remembered(known, key, make)
}

/** What is known of a key, which is made and kept if it is null or undefined. */
export function remembered<K, V>(
  known: Pick<Map<K, V>, 'get'> & { set(key: K, value: V): unknown },
  key: K,
  make: (key: K) => V,
): V {
  const value = known.get(key) ?? make(key)
  known.set(key, value)
  return value
}
