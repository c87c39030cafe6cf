// A schema in the form used by the build: plain data that is passed between processes and cached. Types only.

/** One column of a table. */
export interface CatalogColumn {
  readonly name: string
  /** As declared; '' if there is none. */
  readonly type: string
  readonly notNull: boolean
  /** SQL of the default; null if there is none. */
  readonly default: string | null
  /** Position in the primary key from 1; 0 if it is not part of it. */
  readonly primaryKey: number
  readonly generated: 'virtual' | 'stored' | null
  /** For a virtual table: not included in `SELECT *`. */
  readonly hidden: boolean
}

/** A foreign key. */
export interface CatalogForeignKey {
  readonly columns: readonly string[]
  readonly parent: string
  /** The columns it refers to; for a reference without columns, the parent's primary key ([] if there is no parent). */
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
  /** The columns of each UNIQUE constraint and of a primary key that is not the rowid. */
  readonly uniques: readonly (readonly string[])[]
  readonly strict: boolean
  readonly withoutRowid: boolean
  readonly autoincrement: boolean
  /** The module of a virtual table, in lower case: `fts5`. */
  readonly module: string | null
}

/** An index created by a statement (not implied by a constraint). */
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

/** One object of a schema, in the form used by the build. */
export type CatalogObject = CatalogTable | CatalogIndex | CatalogView | CatalogTrigger

/** A schema keyed like `table users` (type, and name in lower case), in order of creation. */
export type Catalog = ReadonlyMap<string, CatalogObject>

/** One column of a view. */
export interface ViewColumn {
  readonly name: string
  /** Declared type of the column it comes from; null for an expression. */
  readonly type: string | null
  /** The table and column that it shows unchanged; null for an expression. */
  readonly origin: { readonly table: string; readonly column: string } | null
}
