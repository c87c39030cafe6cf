// The types of a schema as read from a database. Types only.

/** One column. */
export interface ColumnShape {
  /** In lower case, quoted if necessary. */
  readonly name: string
  /** The column with all its own properties: type, NOT NULL, default, collation, generation. */
  readonly text: string
  /** The part of these that PRAGMAs do not report. */
  readonly untold: string
}

/** The meaning of a table. */
export interface TableShape {
  readonly columns: readonly ColumnShape[]
  /** Keys, checks, foreign keys and the table's options, deduplicated and sorted. */
  readonly constraints: readonly string[]
  /** Columns, constraints and options as they are written, in order, including constraint names. */
  readonly definitions: readonly string[]
}

/** The kinds of objects that a schema has. */
export type ObjectType = 'table' | 'index' | 'view' | 'trigger'

/** The SQL of an object, normalised. Depends on nothing but this SQL. */
export interface Canonical {
  /** All tokens after the name, without comments, simple names without quotes, everything but literals in lower case. */
  readonly text: string
  /** The same for all spellings with the same meaning; digests are computed from it. */
  readonly meaning: string
  /** Present for an ordinary table whose definition could be parsed. */
  readonly shape?: TableShape
}

/** What PRAGMAs report about a table: the names of its columns as they are spelled, and everything in sorted lines. */
export interface TableFacts {
  readonly columns: readonly string[]
  readonly lines: readonly string[]
}

/** One object of a schema. */
export interface SchemaObject extends Canonical {
  readonly type: ObjectType
  /** As it is spelled. */
  readonly name: string
  /** The table or view that an index or a trigger is on; for tables and views, their own name. */
  readonly table: string
  /** The statement that created it, as stored by SQLite. */
  readonly sql: string
  /** Present for an ordinary table. */
  readonly facts?: TableFacts
}

/** A schema: its objects, keyed like `table users` with the name in lower case, in order of creation. */
export type Schema = ReadonlyMap<string, SchemaObject>

/** A database to query; every driver is one. */
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

/** A row of `sqlite_master` for a user-defined object. */
export type WrittenRow = MasterRow & { readonly sql: string }
