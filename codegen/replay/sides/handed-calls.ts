// Records what code runs on its handle, with bound values, so that runs can be compared and what was looked for is known.
import { createHash } from 'node:crypto'
import type { Database, Statement } from '../../../src/database/better-sqlite3/handle.js'
import { placesHere, type StackPlace } from '../../project/stack-places.js'

/** A statement about to run, with its bound values. */
export interface HandedCall {
  readonly text: string
  /** As they were passed: one by one, as a list, or as an object by name. */
  readonly values: readonly unknown[]
  /** Whether it changes nothing. */
  readonly reads: boolean
  /** How many rows it changed, or returned all at once; absent if unknown. */
  rows?: number
  /** SQLite's error, if it failed. */
  refusal?: string
}

/** What a side ran, and the error it ended with; null if it ran to its end. */
export interface HandedRun extends Pick<HandedCalls, 'all'> {
  readonly print: string
  readonly failure: string | null
}

/** A function passed to `transaction`. */
export interface Wrapped {
  /** The stack of the call that passed it, innermost frame first. */
  readonly places: () => readonly StackPlace[]
  isCalled: boolean
}

/** Listens while code runs. */
export interface HandedCalls {
  /** The first thousand. */
  readonly wrapped: readonly Wrapped[]
  /** Whether a text has been run, not only prepared. */
  hasRun(text: string): boolean
  /** Whether it was passed to `exec`, which binds nothing. */
  isExecuted(text: string): boolean
  /** In order, the first thousand. */
  readonly all: readonly HandedCall[]
  /** Equal if the same statements ran with the same values; statements that only read do not count. */
  print(): string
  note(call: Omit<HandedCall, 'reads'>, reads?: boolean): void
  /** Records what runs on a handle until the returned function is called. */
  listenTo(handle: Database): () => void
  clear(): void
}

const MOST = 1000

/** Starts empty. */
export function handedCalls(): HandedCalls {
  const all: HandedCall[] = []
  const wrapped: Wrapped[] = []
  const ran = new Set<string>()
  const executed = new Set<string>()
  let digest = createHash('sha256')
  const note: HandedCalls['note'] = (call, reads = READS.test(call.text)) => {
    if (all.length < MOST) all.push(Object.assign(call, { reads }))
    if (!reads) digest.update(`${call.text}\0${shownValues(call.values)}\0`)
  }
  return {
    all,
    wrapped,
    hasRun: (text) => ran.has(text) || executed.has(text),
    isExecuted: (text) => executed.has(text),
    print: () => digest.copy().digest('hex'),
    note,
    listenTo(handle) {
      const run = (text: string): void => void ran.add(text)
      const ends = [
        noteScripts(handle, note, (text) => void executed.add(text)),
        noteTransactions(handle, wrapped),
        noteStatements(handle, note, run),
      ]
      return () => ends.forEach((end) => end())
    },
    clear() {
      all.length = 0
      wrapped.length = 0
      ran.clear()
      executed.clear()
      digest = createHash('sha256')
    },
  }
}

/** What was recorded so far. */
export const handedRun = (
  { all, print }: HandedCalls,
  failure: string | null = null,
): HandedRun => ({ all: [...all], print: print(), failure })

/** Whether a text changes nothing: it reads, or sets a savepoint, which a runner may name freely. */
const READS = /^\s*(?:select|values|explain|savepoint|release|rollback)\b/i

type Note = HandedCalls['note']

/** Called for each text that runs. */
type Run = (text: string) => void

function noteScripts(handle: Database, note: Note, run: Run): () => void {
  return shadow(handle, 'exec', (exec) => (given) => {
    const text = String(given)
    note({ text, values: [] })
    run(text)
    return exec.call(handle, given)
  })
}

function noteTransactions(handle: Database, wrapped: Wrapped[]): () => void {
  return shadow(handle, 'transaction', (wrap) => (given, ...others) => {
    if (typeof given !== 'function' || wrapped.length >= MOST)
      return wrap.call(handle, given, ...others)
    const work = given as Method
    const one: Wrapped = { places: placesHere(), isCalled: false }
    wrapped.push(one)
    const noting: Method = function (...values) {
      one.isCalled = true
      return work.apply(this, values)
    }
    return wrap.call(handle, noting, ...others)
  })
}

/** Covers all statements, as some were prepared earlier. A statement read row by row counts as run with its first row. */
function noteStatements(handle: Database, note: Note, run: Run): () => void {
  const shared = Object.getPrototypeOf(handle.prepare('SELECT 1')) as object
  const ends = ['run', 'get', 'all', 'iterate', 'bind'].map((name) =>
    shadow(
      shared,
      name,
      (original) =>
        function (this: Statement<unknown[]>, ...values: unknown[]) {
          if (this.database !== handle) return original.apply(this, values)
          const { source } = this
          const call: Omit<HandedCall, 'reads'> = { text: source, values }
          note(call, this.readonly)
          if (name === 'run' || name === 'get' || name === 'all') run(source)
          const answer = refusing(call, () => original.apply(this, values))
          if (name === 'run') call.rows = (answer as { readonly changes: number }).changes
          if (name === 'all') call.rows = (answer as readonly unknown[]).length
          if (name === 'iterate') whenAsked(answer as object, () => run(source))
          return answer
        } as Method,
    ),
  )
  return () => ends.forEach((end) => end())
}

function refusing(call: Omit<HandedCall, 'reads'>, work: () => unknown): unknown {
  try {
    return work()
  } catch (error) {
    call.refusal = error instanceof Error ? error.message : String(error)
    throw error
  }
}

const whenAsked = (rows: object, tell: () => void): void =>
  void shadow(rows, 'next', (next) => () => {
    tell()
    return next.call(rows)
  })

type Method = (this: unknown, ...values: unknown[]) => unknown

/** Replaces a method; returns a function that restores it. */
function shadow(owner: object, name: string, instead: (original: Method) => Method): () => void {
  const own = Object.getOwnPropertyDescriptor(owner, name)
  const original = (owner as Record<string, Method | undefined>)[name]
  if (!original || own?.configurable === false) return () => {}
  const value = instead(original)
  Object.defineProperty(owner, name, { configurable: true, writable: true, value })
  return () =>
    void (own ? Object.defineProperty(owner, name, own) : Reflect.deleteProperty(owner, name))
}

/** Bound values as JSON; '' if there are none. */
export function shownValues(values: readonly unknown[]): string {
  const plain = (_: string, value: unknown): unknown =>
    typeof value === 'bigint' ? `${value}n` : value
  return values.length === 0 ? '' : JSON.stringify(values, plain)
}
