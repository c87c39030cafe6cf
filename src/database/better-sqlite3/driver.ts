// The driver for better-sqlite3. Synchronous: every call answers at once.
import { LockstepError } from '../../errors/lockstep-error.js'
import { handleInvalid } from '../../errors/usage.js'
import type { Driver, Fault, Row, Value } from '../driver.js'
import type { DatabasePort } from './handle.js'

/** How the client names a fault: the beginning of `error.code`. */
const FAULTS: readonly (readonly [prefix: string, fault: Fault])[] = [
  ['SQLITE_BUSY', 'busy'],
  ['SQLITE_LOCKED', 'busy'],
  ['SQLITE_READONLY', 'readonly'],
  ['SQLITE_FULL', 'full'],
  ['SQLITE_CORRUPT', 'corrupt'],
  ['SQLITE_NOTADB', 'not-a-database'],
  ['SQLITE_CANTOPEN', 'cannot-open'],
  ['SQLITE_IOERR', 'io'],
]

/**
 * Wraps an open better-sqlite3 database. Statements whose text never changes are prepared once. Throws `HANDLE_INVALID`
 * for what is no such database: a path, for example.
 */
export function betterSqlite3<H extends DatabasePort>(handle: H): Driver<H, 'sync'> {
  requireHandle(handle)
  // Taken before anybody watches the handle: what the runner itself runs is not inspected.
  const exec = handle.exec.bind(handle) as H['exec']
  const own = new WeakSet<object>()
  const prepare = preparing(handle, own)
  const query = (sql: string, parameters: readonly Value[] = []): readonly Row[] => {
    const statement = prepare(sql)
    if (statement.reader) return statement.all(...parameters) as readonly Row[]
    statement.run(...parameters)
    return []
  }
  // Of these a step asks several, and a row as an object costs many times the statement itself.
  const value = preparing(handle, own, 'value')
  const single = (sql: string): number => Number(value(sql).get() ?? 0)
  return {
    mode: 'sync',
    handle,
    runsScripts: true,
    readonly: handle.readonly,
    execute: (script) => void exec(script),
    query,
    inTransaction: () => handle.inTransaction,
    begin: () => hasBegun(() => query('BEGIN IMMEDIATE')),
    setBusyTimeout(ms) {
      const before = single('PRAGMA busy_timeout')
      exec(`PRAGMA busy_timeout=${Math.min(ms, 2 ** 31 - 1)}`)
      return before
    },
    dataVersion: () => single('PRAGMA data_version'),
    now: () => single("SELECT round((julianday('now') - 2440587.5) * 86400000)"),
    pause: (ms) => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms),
    faultOf,
    watch(inspect, use = () => {}) {
      const seen = { own, inspected: new WeakSet(), asked: '', inspect, use }
      return watchAll(handle, prepare('PRAGMA data_version'), seen)
    },
  }
}

/** Prepares each text once, to answer rows or only the first value of each. */
function preparing<H extends DatabasePort>(
  handle: H,
  own: WeakSet<object>,
  answers?: 'value',
): (sql: string) => ReturnType<H['prepare']> {
  const compile = handle.prepare.bind(handle) as H['prepare']
  const prepared = new Map<string, ReturnType<H['prepare']>>()
  return (sql) => {
    const known = prepared.get(sql)
    if (known) return known
    const statement = compile(sql) as ReturnType<H['prepare']>
    // An application may have made big integers the default; versions and counts are numbers here.
    statement.safeIntegers?.(false)
    if (answers) statement.pluck(true)
    own.add(statement)
    prepared.set(sql, statement)
    return statement
  }
}

function hasBegun(begin: () => void): boolean {
  try {
    begin()
    return true
  } catch (error) {
    if (faultOf(error) === 'busy') return false
    throw error
  }
}

function requireHandle(handle: DatabasePort): void {
  const { exec, prepare } = (handle ?? {}) as Partial<DatabasePort>
  if (!exec || !prepare) throw new LockstepError(handleInvalid(handle, 'better-sqlite3'))
}

function faultOf(error: unknown): Fault | undefined {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown }
  if (message === 'The database connection is not open') return 'closed'
  return FAULTS.find(([prefix]) => String(code).startsWith(prefix))?.[1]
}

/** What is known while a handle is watched. */
interface Seen {
  /** The driver's own statements, which are not watched. */
  readonly own: WeakSet<object>
  /** Statements whose text has been inspected, and the text that the handle was asked last. */
  readonly inspected: WeakSet<object>
  asked: string
  inspect(sql: string): void
  use(sql: string): void
}

function watchAll(handle: DatabasePort, statement: object, seen: Seen): () => void {
  const ends = [watchHandle(handle, seen), watchStatements(handle, statement, seen)]
  return () => ends.forEach((end) => end())
}

/** Shadows what the handle is asked through on the handle itself, and puts back what stood there before. */
function watchHandle(handle: DatabasePort, seen: Seen): () => void {
  const target = handle as unknown as Record<string, unknown>
  const before = ['exec', 'prepare', 'pragma'].map((name) => {
    const own = Object.getOwnPropertyDescriptor(target, name)
    const original = target[name] as (sql: string, ...others: unknown[]) => object
    Object.defineProperty(target, name, {
      configurable: true,
      writable: true,
      value: (sql: string, ...others: unknown[]) => {
        seen.asked = name === 'pragma' ? `PRAGMA ${sql}` : sql
        seen.inspect(seen.asked)
        if (name !== 'prepare') seen.use(seen.asked)
        const answer = original.call(handle, sql, ...others)
        if (name === 'prepare') seen.inspected.add(answer)
        return answer
      },
    })
    return () => (own ? Object.defineProperty(target, name, own) : delete target[name])
  })
  return () => before.forEach((restore) => restore())
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
  const reading = new Map<unknown, Iterator<unknown>>()
  const before = ['run', 'get', 'all', 'iterate'].map((name) => {
    const own = Object.getOwnPropertyDescriptor(shared, name)
    if (!own?.configurable) return () => {}
    const original = own.value as (...parameters: unknown[]) => unknown
    Object.defineProperty(shared, name, {
      ...own,
      value(this: { database: unknown; source: string }, ...parameters: unknown[]) {
        if (this.database !== handle || seen.own.has(this)) return original.apply(this, parameters)
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
