// Watches code use a handle, to find out later which statement an error came from.
import type { Database } from '../../../src/database/better-sqlite3/handle.js'
import { splitStatements } from '../../../src/sql/split-statements.js'

/** A running trace. */
export interface StatementTrace {
  /** The statement that threw the error, or the cause of the error; null if none did. */
  refused(error: unknown): string | null
  /** Restores the handle. */
  end(): void
}

/** Wraps running a statement; `later` if its rows are read one by one. */
export type Around = <T>(text: string, act: () => T, reads?: 'later') => T

type Method = (...parameters: unknown[]) => unknown
type Methods = Record<string, Method>

/** Starts watching, including statements that the handle prepares from here on. */
export function traceStatements(
  handle: Database,
  around: Around = (_, act) => act(),
): StatementTrace {
  const thrown = new Map<unknown, string>()
  const note = (owner: object, name: string, text: string | null): (() => void) =>
    shadow(owner as Methods, name, (original, parameters) => {
      try {
        const given = text ?? String(parameters[0])
        const act = (): unknown => original.apply(owner, parameters)
        if (name === 'prepare') return act()
        return around(given, act, name === 'iterate' ? 'later' : undefined)
      } catch (error) {
        // In nested calls, the statement that threw first counts.
        if (!thrown.has(error)) thrown.set(error, text ?? String(parameters[0]))
        throw error
      }
    })
  const restores = [
    note(handle, 'exec', null),
    shadow(handle as unknown as Methods, 'exec', execOneByOne(handle)),
    note(handle, 'prepare', null),
    shadow(handle as unknown as Methods, 'prepare', (original, parameters) => {
      const statement = original.apply(handle, parameters) as object
      for (const name of ['run', 'get', 'all', 'iterate'])
        note(statement, name, String(parameters[0]))
      return statement
    }),
  ]
  return {
    refused: (error) => refusedText(thrown, error),
    end: () => restores.reverse().forEach((restore) => restore()),
  }
}

/** Runs several statements one by one, as SQLite does, so that it is known which one throws. */
function execOneByOne(handle: Database): (original: Method, parameters: unknown[]) => unknown {
  return (original, parameters) => {
    const [text] = parameters
    const statements = typeof text === 'string' ? splitStatements(text) : []
    if (statements.length < 2) return original.apply(handle, parameters)
    for (const one of statements) original.call(handle, one.text)
    return handle
  }
}

/** Errors of the runtime and of code may have SQLite's error as their cause. */
function refusedText(thrown: ReadonlyMap<unknown, string>, error: unknown): string | null {
  for (let at = error, depth = 0; at && depth < 10; depth++) {
    const text = thrown.get(at)
    if (text !== undefined) return text
    at = (at as { cause?: unknown }).cause
  }
  return null
}

/** Wraps a method, on the object itself. */
function shadow(
  owner: Methods,
  name: string,
  call: (original: Method, parameters: unknown[]) => unknown,
): () => void {
  const own = Object.getOwnPropertyDescriptor(owner, name)
  const known = owner[name] as Method
  // A statement may outlive other wrappers of its methods, so its method is looked up on each call. Later wrappers of the handle's methods
  // have seen the whole script by then, and must not see its statements one by one.
  const original = (): Method =>
    own || 'exec' in owner ? known : ((Object.getPrototypeOf(owner) as Methods)[name] as Method)
  Object.defineProperty(owner, name, {
    configurable: true,
    writable: true,
    value: (...parameters: unknown[]) => call(original(), parameters),
  })
  return () => {
    if (own) Object.defineProperty(owner, name, own)
    else delete owner[name]
  }
}
