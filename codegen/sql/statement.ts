// What a statement does, as far as the build wants to know it. Types only.
import type { Token } from '../../src/sql/tokenize.js'

/** A name: `key` is what names are compared by (lower case, quoted only where it must be), `text` as it is written. */
export interface Name {
  readonly key: string
  readonly text: string
  /** The key of the schema that stands before it: `temp`, or that of another database. */
  readonly schema?: string
}

/** One token that is neither space nor comment. `key` is what it is compared by, `start` its offset. */
export interface Word extends Name {
  readonly kind: Token['kind']
  readonly start: number
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
  /** What these are made of. */
  readonly selects: readonly Select[]
  readonly virtual: boolean
}

/** CREATE INDEX. */
export interface CreateIndex {
  readonly kind: 'create-index'
  readonly name: Name
  readonly table: Name
  readonly unique: boolean
  readonly temporary: boolean
  /** Whether it says IF NOT EXISTS. */
  readonly guarded: boolean
  /** What it is over, each as its words: `email`, `lower ( email )`, `at desc`. */
  readonly terms: readonly (readonly string[])[]
  /** The words behind WHERE. */
  readonly where: readonly string[]
}

/** CREATE VIEW. */
export interface CreateView {
  readonly kind: 'create-view'
  readonly name: Name
  /** The names that it gives its columns; null where they have those of its SELECT. */
  readonly columns: readonly Name[] | null
  readonly selects: readonly Select[]
  readonly table: null
  readonly temporary: boolean
  readonly guarded: boolean
}

/** CREATE TRIGGER. */
export interface CreateTrigger {
  readonly kind: 'create-trigger'
  readonly name: Name
  /** The table or view that it is on; null where it names none, which SQLite refuses. */
  readonly table: Name | null
  /** What sets it off; null where it says nothing that SQLite knows. */
  readonly event: 'delete' | 'insert' | 'update' | null
  readonly temporary: boolean
  readonly guarded: boolean
  /** What it does, in order. */
  readonly body: readonly Statement[]
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

/** ALTER TABLE … RENAME COLUMN. */
export interface RenameColumn {
  readonly kind: 'rename-column'
  readonly table: Name
  readonly column: Name
  readonly to: Name
}

/** ALTER TABLE … DROP COLUMN and ALTER COLUMN. */
export interface AlterColumn {
  readonly kind: 'drop-column' | 'alter-column'
  readonly table: Name
  readonly column: Name
}

/** ALTER TABLE … ADD or DROP CONSTRAINT. `constraint` are the words of one that is added. */
export interface AlterConstraint {
  readonly kind: 'alter-constraint'
  readonly table: Name
  readonly constraint: readonly string[]
}

/** What a statement does about rows that are in the way: `replace` is also that of REPLACE INTO. */
export type Conflict = 'abort' | 'fail' | 'ignore' | 'replace' | 'rollback'

/** A SELECT, or one part of a UNION. */
export interface Select {
  /** What stands behind SELECT, each item as its words, its alias included. */
  readonly items: readonly (readonly Word[])[]
  /** The first table that it reads; null for a subquery, for what WITH names, and where there is none. */
  readonly from: Name | null
  /** What that table is called in the SELECT, where it gets another name. */
  readonly alias: Name | null
  /** The subquery that it reads first, or what WITH names; absent where it is none. */
  readonly inner?: Subquery
}

/** What stands in the place of a table. */
export interface Subquery {
  /** The names that WITH gives its columns; null where they have those of its SELECT. */
  readonly columns: readonly Name[] | null
  /** Its first part, and those that UNION puts behind it. */
  readonly select: Select
  readonly others: readonly Select[]
}

/** INSERT or REPLACE. */
export interface Insert {
  readonly kind: 'insert'
  readonly table: Name
  readonly columns: readonly Name[] | null
  readonly conflict: Conflict | null
  /** What ON CONFLICT DO UPDATE sets; empty where it does not say so. */
  readonly updates: readonly Name[]
  /** Where its rows come from; empty for VALUES. */
  readonly selects: readonly Select[]
  /** In a trigger, the first row of VALUES, each value as its words; else empty. */
  readonly values: readonly (readonly Word[])[]
}

/** UPDATE; `columns` are those it sets, `from` whether it has a FROM clause. */
export interface Update {
  readonly kind: 'update'
  readonly table: Name
  readonly columns: readonly Name[]
  readonly conflict: Conflict | null
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

/** PRAGMA. */
export interface Pragma {
  readonly kind: 'pragma'
  readonly name: Name
  /** Whether a value is given, by `=` or in parentheses. */
  readonly sets: boolean
}

/** SELECT, VACUUM, BEGIN, and what cannot be read. `words` are its first ones, by key. */
export interface OtherStatement {
  readonly kind: 'other'
  readonly words: readonly string[]
}

/** One statement. */
export type Statement =
  | CreateTable
  | CreateIndex
  | CreateView
  | CreateTrigger
  | Drop
  | RenameTable
  | AddColumn
  | RenameColumn
  | AlterColumn
  | AlterConstraint
  | Insert
  | Update
  | Delete
  | Pragma
  | OtherStatement
