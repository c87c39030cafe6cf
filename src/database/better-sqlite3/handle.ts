// The type of better-sqlite3's Database, written structurally: the runtime imports no types of the client.

/** The result of `run`. */
export interface RunResult {
  changes: number
  lastInsertRowid: number | bigint
}

/** One column of a statement's rows. */
export interface ColumnDefinition {
  name: string
  column: string | null
  table: string | null
  database: string | null
  type: string | null
}

/** A prepared statement; `P` are its bound parameters, `R` its rows. */
export interface Statement<P extends unknown[], R = unknown> {
  readonly database: Database
  readonly source: string
  readonly reader: boolean
  readonly readonly: boolean
  readonly busy: boolean
  run(...parameters: P): RunResult
  get(...parameters: P): R | undefined
  all(...parameters: P): R[]
  iterate(...parameters: P): IterableIterator<R>
  pluck(on?: boolean): this
  expand(on?: boolean): this
  raw(on?: boolean): this
  safeIntegers(on?: boolean): this
  bind(...parameters: P): this
  columns(): ColumnDefinition[]
}

type AnyFunction = (...parameters: any[]) => unknown
type Arguments<F> = F extends (...parameters: infer P) => unknown ? P : never

/** A function that runs in a transaction, or in a savepoint inside one. */
export interface Transaction<F extends AnyFunction> {
  (...parameters: Arguments<F>): ReturnType<F>
  default(...parameters: Arguments<F>): ReturnType<F>
  deferred(...parameters: Arguments<F>): ReturnType<F>
  immediate(...parameters: Arguments<F>): ReturnType<F>
  exclusive(...parameters: Arguments<F>): ReturnType<F>
}

/**
 * What a migration receives from better-sqlite3. Rich enough for completion of `db.prepare<[number], Row>()`, and
 * assignable from and to the client's own `Database` type.
 */
export interface Database {
  readonly memory: boolean
  readonly readonly: boolean
  readonly name: string
  readonly open: boolean
  readonly inTransaction: boolean
  prepare<P extends unknown[] | {} = unknown[], R = unknown>(
    source: string,
  ): P extends unknown[] ? Statement<P, R> : Statement<[P], R>
  transaction<F extends AnyFunction>(work: F): Transaction<F>
  exec(source: string): this
  pragma(source: string, options?: { simple?: boolean | undefined }): unknown
  function(name: string, work: AnyFunction): this
  function(
    name: string,
    options: {
      varargs?: boolean | undefined
      deterministic?: boolean | undefined
      safeIntegers?: boolean | undefined
      directOnly?: boolean | undefined
    },
    work: AnyFunction,
  ): this
  aggregate(name: string, options: any): this
  defaultSafeIntegers(on?: boolean): this
  loadExtension(file: string): this
  unsafeMode(on?: boolean): this
  close(): this
  serialize(options?: any): any
  backup(file: string, options?: any): any
  table(name: string, options: any): any
}

/** The minimum that migrating itself needs, so that every version of the client and of its types is accepted. */
export interface DatabasePort {
  readonly inTransaction: boolean
  readonly readonly: boolean
  exec(source: string): unknown
  prepare(source: string): {
    readonly reader: boolean
    all(...parameters: any[]): unknown[]
    run(...parameters: any[]): unknown
    get(...parameters: any[]): unknown
    pluck(on?: boolean): unknown
    safeIntegers?(on: boolean): unknown
    columns?(): readonly { readonly name: string; readonly column: string | null }[]
  }
}
