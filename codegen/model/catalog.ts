// A schema as a build wants to know it: plain data that crosses a process border and is kept in a cache. Types only.

/** One column of a table. */
export interface CatalogColumn {
  readonly name: string
  /** As it is declared; '' when it has none. */
  readonly type: string
  readonly notNull: boolean
  /** SQL of the default; null when there is none. */
  readonly default: string | null
  /** Place in the primary key from 1; 0 when it is no part of it. */
  readonly primaryKey: number
  readonly generated: 'virtual' | 'stored' | null
  /** Of a virtual table: cannot be seen by `SELECT *`. */
  readonly hidden: boolean
}

/** A foreign key. */
export interface CatalogForeignKey {
  readonly columns: readonly string[]
  readonly parent: string
  /** The columns it points at; of a reference without columns, the parent's primary key ([] when there is no parent). */
  readonly parentColumns: readonly string[]
  /** `NO ACTION`, `CASCADE`, `SET NULL` … */
  readonly onUpdate: string
  readonly onDelete: string
}

/** A table with its columns in order. */
export interface CatalogTable {
  readonly type: 'table'
  readonly name: string
  readonly sql: string
  readonly columns: readonly CatalogColumn[]
  readonly foreignKeys: readonly CatalogForeignKey[]
  /** The columns of each UNIQUE constraint and of a primary key that is no rowid. */
  readonly uniques: readonly (readonly string[])[]
  readonly strict: boolean
  readonly withoutRowid: boolean
  readonly autoincrement: boolean
  /** The module of a virtual table, in lower case: `fts5`. */
  readonly module: string | null
}

/** An index that a statement made (not one that a constraint brings with it). */
export interface CatalogIndex {
  readonly type: 'index'
  readonly name: string
  readonly table: string
  readonly sql: string
  readonly unique: boolean
  readonly partial: boolean
  /** Null for an expression. */
  readonly columns: readonly (string | null)[]
}

/** A view; its columns are known only at the end of the history, see `Proof.views`. */
export interface CatalogView {
  readonly type: 'view'
  readonly name: string
  readonly sql: string
}

/** A trigger and the table or view it is on. */
export interface CatalogTrigger {
  readonly type: 'trigger'
  readonly name: string
  readonly table: string
  readonly sql: string
}

/** One object of a schema, as a build wants to know it. */
export type CatalogObject = CatalogTable | CatalogIndex | CatalogView | CatalogTrigger

/** A schema by `table users` (type, and name in lower case), in the order in which its objects were made. */
export type Catalog = ReadonlyMap<string, CatalogObject>

/** One column of a view. */
export interface ViewColumn {
  readonly name: string
  /** Declared type of the column it comes from; null for an expression. */
  readonly type: string | null
  /** The table and column that it shows as they are; null for an expression. */
  readonly origin: { readonly table: string; readonly column: string } | null
}
