// What a statement does, as far as rules want to know it. Types only.

/** A name: `key` is what names are compared by (lower case, quoted only where it must be), `text` as it is written. */
export interface Name {
  readonly key: string
  readonly text: string
}

/** A column as it is declared. */
export interface ColumnDefinition {
  readonly name: Name
  /** Where it stands in the statement, from its name to its last clause. */
  readonly start: number
  readonly end: number
  /** The words of the type in lower case, parentheses included: `varchar`, `(`, `20`, `)`. */
  readonly type: readonly string[]
  /** NOT NULL, DEFAULT, REFERENCES …: each as its words in lower case. */
  readonly clauses: readonly (readonly string[])[]
}

/** CREATE TABLE. `columns` is null for CREATE TABLE … AS SELECT and for virtual tables. */
export interface CreateTable {
  readonly kind: 'create-table'
  readonly name: Name
  readonly temporary: boolean
  readonly guarded: boolean
  readonly columns: readonly ColumnDefinition[] | null
  /** Constraints of the table, each as its words. */
  readonly constraints: readonly (readonly string[])[]
  /** What stands after the columns: `strict`, `without`, `rowid`. */
  readonly options: readonly string[]
  /** Whether rows come with it, from a SELECT. */
  readonly filled: boolean
  readonly virtual: boolean
}

/** CREATE INDEX, VIEW or TRIGGER. `table` is what it is on; null for a view. */
export interface CreateOther {
  readonly kind: 'create-index' | 'create-view' | 'create-trigger'
  readonly name: Name
  readonly table: Name | null
  readonly temporary: boolean
  /** Whether it says IF NOT EXISTS. */
  readonly guarded: boolean
}

/** DROP of any object. */
export interface Drop {
  readonly kind: 'drop'
  readonly object: 'table' | 'index' | 'view' | 'trigger'
  readonly name: Name
  /** Whether it says IF EXISTS. */
  readonly guarded: boolean
}

/** ALTER TABLE … RENAME TO. */
export interface RenameTable {
  readonly kind: 'rename-table'
  readonly table: Name
  readonly to: Name
}

/** ALTER TABLE … ADD COLUMN. */
export interface AddColumn {
  readonly kind: 'add-column'
  readonly table: Name
  readonly column: ColumnDefinition
}

/** The other forms of ALTER TABLE; `column` is null where it is about a constraint. */
export interface AlterTable {
  readonly kind: 'rename-column' | 'drop-column' | 'alter-column' | 'alter-constraint'
  readonly table: Name
  readonly column: Name | null
}

/** INSERT or REPLACE. */
export interface Insert {
  readonly kind: 'insert'
  readonly table: Name
  readonly columns: readonly Name[] | null
  /** The table that all columns are taken from by `SELECT *`; null when it names the columns. */
  readonly starOf: Name | null
}

/** UPDATE; `columns` are those it sets, `from` whether it has a FROM clause. */
export interface Update {
  readonly kind: 'update'
  readonly table: Name
  readonly columns: readonly Name[]
  readonly limited: boolean
  readonly from: boolean
}

/** DELETE. */
export interface Delete {
  readonly kind: 'delete'
  readonly table: Name
  /** Whether it has a WHERE or a LIMIT. */
  readonly limited: boolean
}

/** PRAGMA, SELECT, VACUUM, and what cannot be read. */
export interface OtherStatement {
  readonly kind: 'other'
}

/** One statement. */
export type Statement =
  | CreateTable
  | CreateOther
  | Drop
  | RenameTable
  | AddColumn
  | AlterTable
  | Insert
  | Update
  | Delete
  | OtherStatement
