// Watches a handle while a migration's code uses it, by shadowing its methods.
import type { DatabasePort } from './handle.js'

/** The state of a watch. */
export interface Seen {
  /** The driver's own statements, which are not watched. */
  readonly own: WeakSet<object>
  /** Statements whose text has been inspected, and the last text passed to the handle. */
  readonly inspected: WeakSet<object>
  asked: string
  inspect(sql: string): void
  use(sql: string): void
}

/** Watches a handle and its client's statements, given one of them; returns a function that ends the watch. */
export function watchAll(handle: DatabasePort, statement: object, seen: Seen): () => void {
  const ends = [watchHandle(handle, seen), watchStatements(handle, statement, seen)]
  return () => ends.forEach((end) => end())
}

/** Shadows the methods that take SQL on the handle itself and on each prototype that defines them. */
function watchHandle(handle: DatabasePort, seen: Seen): () => void {
  const ends: (() => void)[] = []
  for (let at: object | null = handle; at; at = Object.getPrototypeOf(at) as object | null)
    for (const name of ['exec', 'prepare', 'pragma'])
      if (at === handle || Object.getOwnPropertyDescriptor(at, name)?.configurable)
        ends.push(shadow(at as Record<string, unknown>, name, handle, seen))
  return () => ends.forEach((end) => end())
}

/** Returns a function that restores what was there before. */
function shadow(
  at: Record<string, unknown>,
  name: string,
  handle: DatabasePort,
  seen: Seen,
): () => void {
  const own = Object.getOwnPropertyDescriptor(at, name)
  const original = at[name] as (sql: string, ...others: unknown[]) => object
  Object.defineProperty(at, name, {
    configurable: true,
    writable: true,
    value(this: unknown, sql: string, ...others: unknown[]) {
      // The prototype is shared with other handles.
      if ((at as object) !== handle && this !== handle) return original.call(this, sql, ...others)
      seen.asked = name === 'pragma' ? `PRAGMA ${sql}` : sql
      seen.inspect(seen.asked)
      if (name !== 'prepare') seen.use(seen.asked)
      const answer = original.call(handle, sql, ...others)
      if (name === 'prepare') seen.inspected.add(answer)
      return answer
    },
  })
  return () => (own ? Object.defineProperty(at, name, own) : delete at[name])
}

/** Savepoints of the client itself, for `transaction` inside an open one. */
const NESTED = '_bs3.'

/**
 * Shadows the methods that run statements on the prototype of all statements, since some were prepared before the watch began.
 * Rows that are not read to the end keep the connection busy, so that nothing could be committed or rolled back: records
 * row-by-row reads, and closes those that are still open at the end; a statement has at most one at a time.
 */
function watchStatements(handle: DatabasePort, statement: object, seen: Seen): () => void {
  const shared = Object.getPrototypeOf(statement) as object
  // The given handle may be a wrapper that forwards calls to the real one.
  const { database = handle } = statement as { readonly database?: unknown }
  const reading = new Map<unknown, Iterator<unknown>>()
  const before = ['run', 'get', 'all', 'iterate'].map((name) => {
    const own = Object.getOwnPropertyDescriptor(shared, name)
    if (!own?.configurable) return () => {}
    const original = own.value as (...parameters: unknown[]) => unknown
    Object.defineProperty(shared, name, {
      ...own,
      value(this: { database: unknown; source: string }, ...parameters: unknown[]) {
        if (this.database !== database || seen.own.has(this))
          return original.apply(this, parameters)
        lookAt(this, seen)
        const answer = original.apply(this, parameters)
        if (name === 'iterate') reading.set(this, answer as Iterator<unknown>)
        return answer
      },
    })
    return () => Object.defineProperty(shared, name, own)
  })
  return () => {
    before.forEach((restore) => restore())
    reading.forEach((rows) => rows.return?.())
  }
}

function lookAt(statement: { source: string }, seen: Seen): void {
  const { source } = statement
  if (!seen.inspected.has(statement)) {
    if (source !== seen.asked && !source.includes(NESTED)) seen.inspect(source)
    seen.inspected.add(statement)
  }
  seen.use(source)
}
