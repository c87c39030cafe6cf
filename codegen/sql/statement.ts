// What a statement does, as far as the build needs to know. Types only.
import type { Token } from '../../src/sql/tokenize.js'

/** A name: `key` is its form for comparison (lower case, quoted only if necessary), `text` its spelling. */
export interface Name {
  readonly key: string
  readonly text: string
  /** The key of the schema that precedes it: `temp`, or that of another database. */
  readonly schema?: string
}

/** One token that is neither space nor comment. `key` is its form for comparison, `start` its offset. */
export interface Word extends Name {
  readonly kind: Token['kind']
  readonly start: number
}

/** A column definition. */
export interface ColumnDefinition {
  readonly name: Name
  /** Its offset in the statement; it ends with its last clause. */
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
  /** The table options after the columns: `strict`, `without`, `rowid`. */
  readonly options: readonly string[]
  /** Whether it is created with rows from a SELECT. */
  readonly filled: boolean
  /** The SELECTs these come from. */
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
  /** Whether it has IF NOT EXISTS. */
  readonly guarded: boolean
  /** The indexed terms, each as its words: `email`, `lower ( email )`, `at desc`. */
  readonly terms: readonly (readonly string[])[]
  /** The words after WHERE. */
  readonly where: readonly string[]
}

/** CREATE VIEW. */
export interface CreateView {
  readonly kind: 'create-view'
  readonly name: Name
  /** The names that it gives its columns; null if they are those of its SELECT. */
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
  /** The table or view that it is on; null if none is named, which SQLite refuses. */
  readonly table: Name | null
  /** The event that fires it; null if SQLite knows no such event. */
  readonly event: 'delete' | 'insert' | 'update' | null
  readonly temporary: boolean
  readonly guarded: boolean
  /** Its statements, in order. */
  readonly body: readonly Statement[]
}

/** DROP of any object. */
export interface Drop {
  readonly kind: 'drop'
  readonly object: 'table' | 'index' | 'view' | 'trigger'
  readonly name: Name
  /** Whether it has IF EXISTS. */
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

/** How a statement handles conflicting rows: `replace` also for REPLACE INTO, `ignore` also for ON CONFLICT DO NOTHING. */
export type Conflict = 'abort' | 'fail' | 'ignore' | 'replace' | 'rollback'

/** A SELECT, or one part of a UNION. */
export interface Select {
  /** The items after SELECT, each as its words, including its alias. */
  readonly items: readonly (readonly Word[])[]
  /** The first table that it reads; null for a subquery, for a name of WITH, and if there is none. */
  readonly from: Name | null
  /** The alias of that table in the SELECT, if it has one. */
  readonly alias: Name | null
  /** The subquery that it reads first, or that a name of WITH stands for; absent if there is none. */
  readonly inner?: Subquery
}

/** A subquery in place of a table. */
export interface Subquery {
  /** The names that WITH gives its columns; null if they are those of its SELECT. */
  readonly columns: readonly Name[] | null
  /** Its first part, and those that follow with UNION. */
  readonly select: Select
  readonly others: readonly Select[]
}

/** INSERT or REPLACE. */
export interface Insert {
  readonly kind: 'insert'
  readonly table: Name
  readonly columns: readonly Name[] | null
  readonly conflict: Conflict | null
  /** The columns set by ON CONFLICT DO UPDATE; empty without it. */
  readonly updates: readonly Name[]
  /** The source of its rows; empty for VALUES. */
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

/** SELECT, VACUUM, BEGIN, and anything that cannot be parsed. `words` are its first ones, by key. */
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
