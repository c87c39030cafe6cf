// Looks on while a migration's code uses a handle, by shadowing what it is used through.
import type { DatabasePort } from './handle.js'

/** What is known while a handle is watched. */
export interface Seen {
  /** The driver's own statements, which are not watched. */
  readonly own: WeakSet<object>
  /** Statements whose text has been inspected, and the text that the handle was asked last. */
  readonly inspected: WeakSet<object>
  asked: string
  inspect(sql: string): void
  use(sql: string): void
}

/** Watches a handle, and the statements of its client, of which one is given; answers what ends that. */
export function watchAll(handle: DatabasePort, statement: object, seen: Seen): () => void {
  const ends = [watchHandle(handle, seen), watchStatements(handle, statement, seen)]
  return () => ends.forEach((end) => end())
}

/** Shadows what the handle is asked through on the handle itself, and on each object that it has that from. */
function watchHandle(handle: DatabasePort, seen: Seen): () => void {
  const ends: (() => void)[] = []
  for (let at: object | null = handle; at; at = Object.getPrototypeOf(at) as object | null)
    for (const name of ['exec', 'prepare', 'pragma'])
      if (at === handle || Object.getOwnPropertyDescriptor(at, name)?.configurable)
        ends.push(shadow(at as Record<string, unknown>, name, handle, seen))
  return () => ends.forEach((end) => end())
}

/** Answers what puts back what stood there before. */
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
      // Other handles have it from there as well.
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

/** What the client itself runs for `transaction` when one is open already. */
const NESTED = '_bs3.'

/**
 * Shadows what statements are run through, of all statements that there are: some were prepared before the watch began.
 * Rows that are not read to their end keep the connection busy, so that nothing could be committed or rolled back: notes
 * what is read row by row, and ends in the end what is still open; a statement has no more than one reading at a time.
 */
function watchStatements(handle: DatabasePort, statement: object, seen: Seen): () => void {
  const shared = Object.getPrototypeOf(statement) as object
  // The handle that is given may stand in front of it, and hand on what it is asked.
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
