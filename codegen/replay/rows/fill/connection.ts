// The prover's own way to one database: statements that nobody watches, values as SQLite keeps them.
import type { Database, Statement } from '../../../../src/database/better-sqlite3/handle.js'
import type { Value } from './seed-values.js'

/** A row in the order of its columns; integers are big. */
export type RawRow = readonly Value[]

/** Asks and changes a database past whoever watches its handle. */
export interface Connection {
  readonly handle: Database
  all(sql: string, ...values: readonly Value[]): RawRow[]
  /** The first value of the first row; null when there is none. */
  single(sql: string, ...values: readonly Value[]): Value
  /** Runs one statement that answers no rows. */
  run(sql: string, ...values: readonly Value[]): void
  /** A statement for running many times. */
  prepare(sql: string): Statement<unknown[], RawRow>
}

/** Takes the handle's functions as they are now, before anything shadows them. */
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

/** Statements that are kept prepared: SQLite compiles them anew whenever the schema has changed, which costs little. */
const KEPT = 200

/** A key of one or several columns as one text. */
export const keyText = (values: RawRow): string =>
  values.map((value) => `${typeof value} ${value}`).join('\n')

/** What was thrown, in words. */
export const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error)

/** Runs work and takes everything back that it has done, whatever comes of it. Not inside a transaction. */
export function undoing<T>(connection: Connection, work: () => T): T {
  connection.run('BEGIN')
  try {
    return work()
  } finally {
    if (connection.handle.inTransaction) connection.run('ROLLBACK')
  }
}
