// What code has its handle run while it is watched, with the values that it binds: so that one run can be compared with
// another, and to know what was looked for.
import { createHash } from 'node:crypto'
import type { Database, Statement } from '../../../src/database/better-sqlite3/handle.js'
import { placesHere, type StackPlace } from '../../project/stack-places.js'

/** A text that is about to run, and what is bound to it. */
export interface HandedCall {
  readonly text: string
  /** As they were given: one by one, as a list, or as an object by name. */
  readonly values: readonly unknown[]
  /** Whether it changes nothing. */
  readonly reads: boolean
  /** How many rows it has changed, or answered all at once; absent where that is not known. */
  rows?: number
}

/** What a side has run, and what it threw at last; null when it came to its end. */
export interface HandedRun extends Pick<HandedCalls, 'all'> {
  readonly print: string
  readonly failure: string | null
}

/** A function that was given to `transaction`. */
export interface Wrapped {
  /** Where the calls stood that gave it, the innermost first. */
  readonly places: () => readonly StackPlace[]
  isCalled: boolean
}

/** Listens while code runs. */
export interface HandedCalls {
  /** The first thousand. */
  readonly wrapped: readonly Wrapped[]
  /** Whether a text has been run, and not only prepared. */
  hasRun(text: string): boolean
  /** In order, the first thousand. */
  readonly all: readonly HandedCall[]
  /** Equal where the same was run with the same values; what only reads does not count. */
  print(): string
  note(call: Omit<HandedCall, 'reads'>, reads?: boolean): void
  /** Notes what a handle is given, until the returned function is called. */
  listenTo(handle: Database): () => void
  clear(): void
}

const MOST = 1000

/** Nothing was heard yet. */
export function handedCalls(): HandedCalls {
  const all: HandedCall[] = []
  const wrapped: Wrapped[] = []
  const ran = new Set<string>()
  let digest = createHash('sha256')
  const note: HandedCalls['note'] = (call, reads = READS.test(call.text)) => {
    if (all.length < MOST) all.push(Object.assign(call, { reads }))
    if (!reads) digest.update(`${call.text}\0${shownValues(call.values)}\0`)
  }
  return {
    all,
    wrapped,
    hasRun: (text) => ran.has(text),
    print: () => digest.copy().digest('hex'),
    note,
    listenTo(handle) {
      const run = (text: string): void => void ran.add(text)
      const ends = [
        noteScripts(handle, note, run),
        noteTransactions(handle, wrapped),
        noteStatements(handle, note, run),
      ]
      return () => ends.forEach((end) => end())
    },
    clear() {
      all.length = 0
      wrapped.length = 0
      ran.clear()
      digest = createHash('sha256')
    },
  }
}

/** What was heard by now. */
export const handedRun = (
  { all, print }: HandedCalls,
  failure: string | null = null,
): HandedRun => ({ all: [...all], print: print(), failure })

/** Whether a text changes nothing: it reads, or sets a mark, which a runner may name as it likes. */
const READS = /^\s*(?:select|values|explain|savepoint|release|rollback)\b/i

type Note = HandedCalls['note']

/** Told of each text that runs. */
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

/** Of all statements that there are: some were prepared before. Rows that are asked for one by one run one with the first. */
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
          const answer = original.apply(this, values)
          if (name === 'run') call.rows = (answer as { readonly changes: number }).changes
          if (name === 'all') call.rows = (answer as readonly unknown[]).length
          if (name === 'iterate') whenAsked(answer as object, () => run(source))
          return answer
        } as Method,
    ),
  )
  return () => ends.forEach((end) => end())
}

const whenAsked = (rows: object, tell: () => void): void =>
  void shadow(rows, 'next', (next) => () => {
    tell()
    return next.call(rows)
  })

type Method = (this: unknown, ...values: unknown[]) => unknown

/** Puts a function in the place of a method; answers what takes it back. */
function shadow(owner: object, name: string, instead: (original: Method) => Method): () => void {
  const own = Object.getOwnPropertyDescriptor(owner, name)
  const original = (owner as Record<string, Method | undefined>)[name]
  if (!original || own?.configurable === false) return () => {}
  const value = instead(original)
  Object.defineProperty(owner, name, { configurable: true, writable: true, value })
  return () =>
    void (own ? Object.defineProperty(owner, name, own) : Reflect.deleteProperty(owner, name))
}

/** Bound values as JSON has them; '' where there are none. */
export function shownValues(values: readonly unknown[]): string {
  const plain = (_: string, value: unknown): unknown =>
    typeof value === 'bigint' ? `${value}n` : value
  return values.length === 0 ? '' : JSON.stringify(values, plain)
}
