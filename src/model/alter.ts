// What an author writes to declare changes of tables.
import type { MigrationOptions, Script } from './migration.js'

/** SQL that follows the name of a column, or what is said of it one by one: `"TEXT NOT NULL DEFAULT ''"`. */
export type NewColumn = string | ColumnChanges

/** What a column is to be. What is not named stays as it is. */
export interface ColumnChanges {
  readonly type?: string
  readonly notNull?: boolean
  /** SQL: `'0'`, `"'{}'"`, `'CURRENT_TIMESTAMP'`; null for none. */
  readonly default?: string | null
  /** An SQL expression over the row as it was, by the names of before, that gives the value: `"coalesce(meta, '{}')"`. */
  readonly using?: string
}

/** What SQLite does to rows when the row that they refer to changes or goes. */
export type KeyAction = 'CASCADE' | 'RESTRICT' | 'SET NULL' | 'SET DEFAULT' | 'NO ACTION'

/** A foreign key that a table is to have. */
export interface NewForeignKey {
  readonly columns: readonly string[]
  /** The table that it refers to. */
  readonly references: string
  /** The columns there; its primary key unless told. */
  readonly to?: readonly string[]
  readonly onDelete?: KeyAction
  readonly onUpdate?: KeyAction
  /** Checked only when the transaction ends. */
  readonly deferred?: boolean
}

/** What is to become of one table. Every name is the one from before the step. */
export interface TableChanges {
  readonly drop?: readonly string[]
  /** The name that a column has → the one that it gets, after everything else. */
  readonly rename?: Readonly<Record<string, string>>
  readonly add?: Readonly<Record<string, NewColumn>>
  readonly change?: Readonly<Record<string, ColumnChanges>>
  readonly foreignKeys?: {
    readonly add?: readonly NewForeignKey[]
    /** The column of each that goes, or its columns. */
    readonly drop?: readonly (string | readonly string[])[]
  }
  readonly checks?: {
    /** Expressions that hold for every row: `'age >= 0'`. */
    readonly add?: readonly string[]
    /** By their name, or by their expression, however that is written. */
    readonly drop?: readonly string[]
  }
  /** All columns in the order that they are to have. */
  readonly order?: readonly string[]
}

/**
 * A migration that declares what becomes of tables, as literal data: the build makes SQL of it, for the schema as it is
 * then, and writes that into the registry. `down: 'auto'` is made in the same way.
 */
export type AlteringMigration = MigrationOptions & {
  readonly version?: number | string
  readonly name?: string
  /** By table. */
  readonly alter: Readonly<Record<string, TableChanges>>
  readonly up?: undefined
} & ({ readonly down: Script } | { readonly down?: undefined; readonly irreversible: string })
