// What a schema is made of, read from a database. Types only.

/** One column. */
export interface ColumnShape {
  /** In lower case, quoted where it must be. */
  readonly name: string
  /** The column with everything that is its own: type, NOT NULL, default, collation, generation. */
  readonly text: string
  /** The part of this that PRAGMAs do not tell. */
  readonly untold: string
}

/** A table's meaning. */
export interface TableShape {
  readonly columns: readonly ColumnShape[]
  /** Keys, checks, foreign keys and the table's options, each once, sorted. */
  readonly constraints: readonly string[]
  /** Columns, constraints and options as they are written, in order, constraint names included. */
  readonly definitions: readonly string[]
}

/** The kinds of objects that a schema has. */
export type ObjectType = 'table' | 'index' | 'view' | 'trigger'

/** What the SQL of an object says, in one way of writing. Depends on nothing but this SQL. */
export interface Canonical {
  /** All tokens after the name, comments left out, simple names without quotes, lower case but for literals. */
  readonly text: string
  /** The same for all ways of writing that mean the same; what digests are made of. */
  readonly meaning: string
  /** Of an ordinary table whose definition could be parsed. */
  readonly shape?: TableShape
}

/** What PRAGMAs tell of a table: the names of its columns as they are written, and everything in sorted lines. */
export interface TableFacts {
  readonly columns: readonly string[]
  readonly lines: readonly string[]
}

/** One object of a schema. */
export interface SchemaObject extends Canonical {
  readonly type: ObjectType
  /** As it is written. */
  readonly name: string
  /** The table or view that an index or a trigger is on; of tables and views, themselves. */
  readonly table: string
  /** What SQLite keeps of the statement that made it. */
  readonly sql: string
  /** Of an ordinary table. */
  readonly facts?: TableFacts
}

/** A schema: its objects by `table users`, the name in lower case, in the order in which they were made. */
export type Schema = ReadonlyMap<string, SchemaObject>

/** A database that can be asked; every driver is one. */
export interface SchemaSource {
  query(
    sql: string,
    parameters?: readonly string[],
  ):
    | readonly Readonly<Record<string, unknown>>[]
    | PromiseLike<readonly Readonly<Record<string, unknown>>[]>
}

/** A row of `sqlite_master`. */
export interface MasterRow {
  readonly type: string
  readonly name: string
  readonly tbl_name: string
  readonly sql: string | null
}

/** A row of `sqlite_master` for an object that somebody made. */
export type WrittenRow = MasterRow & { readonly sql: string }
