// The prover's own access to a database: statements that no watch sees, and values as SQLite stores them.
import type { Database, Statement } from '../../../../src/database/better-sqlite3/handle.js'
import type { Value } from './seed-values.js'

/** A row in column order; integers are bigints. */
export type RawRow = readonly Value[]

/** Reads and changes a database without the watcher of its handle noticing. */
export interface Connection {
  readonly handle: Database
  all(sql: string, ...values: readonly Value[]): RawRow[]
  /** The first value of the first row; null if there is none. */
  single(sql: string, ...values: readonly Value[]): Value
  /** Runs one statement that returns no rows. */
  run(sql: string, ...values: readonly Value[]): void
  /** Prepares a statement that runs many times. */
  prepare(sql: string): Statement<unknown[], RawRow>
}

/** Captures the functions of the handle before anything shadows them. */
export function connectionTo(handle: Database): Connection {
  const compile = handle.prepare.bind(handle)
  const { all: read, run: change } = Object.getPrototypeOf(compile('SELECT 1')) as Statement<
    unknown[],
    RawRow
  >
  const kept = new Map<string, Statement<unknown[], RawRow>>()
  const prepare = (sql: string): Statement<unknown[], RawRow> => {
    const statement = compile<unknown[], RawRow>(sql)
    if (!statement.reader) return Object.assign(statement, { run: change })
    return Object.assign(statement.raw(true).safeIntegers(true), { all: read })
  }
  const keeping = (sql: string): Statement<unknown[], RawRow> => {
    const known = kept.get(sql)
    if (known) return known
    const statement = prepare(sql)
    if (kept.size > KEPT) kept.clear()
    kept.set(sql, statement)
    return statement
  }
  const all = (sql: string, ...values: readonly Value[]): RawRow[] => keeping(sql).all(...values)
  return {
    handle,
    all,
    single: (sql, ...values) => all(sql, ...values)[0]?.[0] ?? null,
    run: (sql, ...values) => void keeping(sql).run(...values),
    prepare,
  }
}

/** How many statements stay prepared. SQLite recompiles them when the schema changes, which is cheap. */
const KEPT = 200

/** Turns the values of a key into one text. */
export const keyText = (values: RawRow): string =>
  values.map((value) => `${typeof value} ${value}`).join('\n')

/** The message of whatever was thrown. */
export const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error)

/** Runs work and rolls back everything that it changed, even when it throws. Must not be called inside a transaction. */
export function undoing<T>(connection: Connection, work: () => T): T {
  connection.run('BEGIN')
  try {
    return work()
  } finally {
    if (connection.handle.inTransaction) connection.run('ROLLBACK')
  }
}

/** The same inside a transaction. */
export function undoingWithin<T>(connection: Connection, work: () => T): T {
  connection.run('SAVEPOINT undoing')
  try {
    return work()
  } finally {
    connection.run('ROLLBACK TO undoing')
    connection.run('RELEASE undoing')
  }
}
