// What code has its handle run while it is watched, with the values that it binds: so that one run can be compared with
// another, and to know what was looked for.
import { createHash } from 'node:crypto'
import type { Database, Statement } from '../../../src/database/better-sqlite3/handle.js'

/** A text that is about to run, and what is bound to it. */
export interface HandedCall {
  readonly text: string
  /** As they were given: one by one, as a list, or as an object by name. */
  readonly values: readonly unknown[]
  /** Whether it changes nothing. */
  readonly reads: boolean
}

/** What a half has run, and what it threw at last; null when it came to its end. */
export interface HandedRun extends Pick<HandedCalls, 'all'> {
  readonly print: string
  readonly failure: string | null
}

/** Listens while code runs. */
export interface HandedCalls {
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
  let digest = createHash('sha256')
  const note: HandedCalls['note'] = (call, reads = READS.test(call.text)) => {
    if (all.length < MOST) all.push({ ...call, reads })
    if (!reads) digest.update(`${call.text}\0${shownValues(call.values)}\0`)
  }
  return {
    all,
    print: () => digest.copy().digest('hex'),
    note,
    listenTo(handle) {
      const ends = [noteScripts(handle, note), noteStatements(handle, note)]
      return () => ends.forEach((end) => end())
    },
    clear() {
      all.length = 0
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

function noteScripts(handle: Database, note: Note): () => void {
  const own = Object.getOwnPropertyDescriptor(handle, 'exec')
  const exec = handle.exec.bind(handle)
  const value = (text: string): Database => {
    note({ text, values: [] })
    return exec(text)
  }
  Object.defineProperty(handle, 'exec', { configurable: true, writable: true, value })
  return () => {
    if (own) Object.defineProperty(handle, 'exec', own)
    else delete (handle as { exec?: unknown }).exec
  }
}

/** Of all statements that there are: some were prepared before. */
function noteStatements(handle: Database, note: Note): () => void {
  const shared = Object.getPrototypeOf(handle.prepare('SELECT 1')) as object
  const ends = ['run', 'get', 'all', 'iterate', 'bind'].map((name) => {
    const own = Object.getOwnPropertyDescriptor(shared, name)
    if (!own?.configurable) return () => {}
    const original = own.value as (...values: unknown[]) => unknown
    Object.defineProperty(shared, name, {
      ...own,
      value(this: Statement<unknown[]>, ...values: unknown[]) {
        if (this.database === handle) note({ text: this.source, values }, this.readonly)
        return original.apply(this, values)
      },
    })
    return () => Object.defineProperty(shared, name, own)
  })
  return () => ends.forEach((end) => end())
}

/** Bound values as JSON has them; '' where there are none. */
export function shownValues(values: readonly unknown[]): string {
  const plain = (_: string, value: unknown): unknown =>
    typeof value === 'bigint' ? `${value}n` : value
  return values.length === 0 ? '' : JSON.stringify(values, plain)
}
