// The driver for better-sqlite3. Synchronous: every call returns at once.
import { LockstepError } from '../../errors/lockstep-error.js'
import { handleInvalid } from '../../errors/usage.js'
import type { Driver, Fault, Row, Value } from '../driver.js'
import type { DatabasePort } from './handle.js'
import { watchAll } from './watch.js'

/** How the client names a fault: the prefix of `error.code`. */
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
 * Wraps an open better-sqlite3 database. Statements with constant text are prepared once. Throws `HANDLE_INVALID` for anything
 * else, for example a path.
 */
export function betterSqlite3<H extends DatabasePort>(handle: H): Driver<H, 'sync'> {
  requireHandle(handle)
  // Bound before anybody watches the handle: what the runner itself runs is not inspected.
  const exec = handle.exec.bind(handle) as H['exec']
  const own = new WeakSet<object>()
  const prepare = preparing(handle, own)
  const value = preparing(handle, own, 'value')
  const plainly = readingPlainly(value)
  const query = (sql: string, parameters: readonly Value[] = []): readonly Row[] => {
    const statement = prepare(sql)
    if (statement.reader) return plainly(statement, parameters)
    statement.run(...parameters)
    return []
  }
  // A step reads several of these, and a row as an object costs many times the statement itself.
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
    now: () => Date.now(),
    pause: (ms) => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms),
    faultOf,
    watch(inspect, use = () => {}) {
      const seen = { own, inspected: new WeakSet(), asked: '', inspect, use }
      return watchAll(handle, prepare('PRAGMA data_version'), seen)
    },
  }
}

/** Prepares each text once, to return rows or only the first value of each. */
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
    // An application may have made BigInt the default; versions and counts are numbers here.
    statement.safeIntegers?.(false)
    if (answers) statement.pluck(true)
    own.add(statement)
    prepared.set(sql, statement)
    return statement
  }
}

type Statement = ReturnType<DatabasePort['prepare']>

type Prepare = (sql: string) => Statement

/**
 * Reads rows by the plain names of their columns. With `PRAGMA full_column_names`, or without `short_column_names`, SQLite names
 * a column without an alias `table.column`, or after the text of its expression.
 */
const readingPlainly =
  (value: Prepare) =>
  (statement: Statement, parameters: readonly Value[]): readonly Row[] => {
    const rows = statement.all(...parameters) as Row[]
    if (Object.keys(rows[0] ?? {}).every((name) => /^\w*$/.test(name))) return rows
    const isOdd =
      value('PRAGMA full_column_names').get() === 1 ||
      value('PRAGMA short_column_names').get() === 0
    return isOdd ? withPlainNames(rows, statement) : rows
  }

function withPlainNames(rows: readonly Row[], statement: Statement): readonly Row[] {
  const plain = new Map(
    statement.columns?.().map(({ name, column }) => {
      const isFull = name.endsWith(`.${column}`) || name === `"${column}"`
      return [name, (isFull && column) || name]
    }),
  )
  return rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([name, value]) => [plain.get(name) ?? name, value]),
    ),
  )
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
