// The types of declared table changes.
import type { MigrationOptions, Script } from './migration.js'

/** SQL that follows the name of a column, or its properties one by one: `"TEXT NOT NULL DEFAULT ''"`. */
export type NewColumn = string | ColumnChanges

/** The new properties of a column. What is left out stays as it is. */
export interface ColumnChanges {
  readonly type?: string
  readonly notNull?: boolean
  /** SQL: `'0'`, `"'{}'"`, `'CURRENT_TIMESTAMP'`; null for none. */
  readonly default?: string | null
  /** An SQL expression for the value, over the row and the column names from before the step: `"coalesce(meta, '{}')"`. */
  readonly using?: string
}

/** What changes in a column, and what its values become on the way back. */
export interface ChangedColumn extends ColumnChanges {
  /**
   * An SQL expression for the value that `down: 'auto'` writes, for rows that the column before the step does not take:
   * `"coalesce(name, '')"`. Over the row that the step leaves, with the names from before it, dropped columns excepted.
   */
  readonly back?: string
}

/** What SQLite does to rows when the row they refer to changes or is deleted. */
export type KeyAction = 'CASCADE' | 'RESTRICT' | 'SET NULL' | 'SET DEFAULT' | 'NO ACTION'

/** A foreign key to add to a table. */
export interface NewForeignKey {
  readonly columns: readonly string[]
  /** The table that it refers to. */
  readonly references: string
  /** The columns there; its primary key by default. */
  readonly to?: readonly string[]
  readonly onDelete?: KeyAction
  readonly onUpdate?: KeyAction
  /** Checked only when the transaction ends. */
  readonly deferred?: boolean
}

/** The changes to one table. All names are those from before the step. */
export interface TableChanges {
  readonly drop?: readonly string[]
  /** The current name of a column → its new name, applied after everything else. */
  readonly rename?: Readonly<Record<string, string>>
  readonly add?: Readonly<Record<string, NewColumn>>
  readonly change?: Readonly<Record<string, ChangedColumn>>
  readonly foreignKeys?: {
    readonly add?: readonly NewForeignKey[]
    /** Each key to drop, by its column or its list of columns. */
    readonly drop?: readonly (string | readonly string[])[]
  }
  readonly checks?: {
    /** Expressions that are true for every row: `'age >= 0'`. */
    readonly add?: readonly string[]
    /** By their name, or by their expression, however it is formatted. */
    readonly drop?: readonly string[]
  }
  /** All columns in their new order. */
  readonly order?: readonly string[]
}

/**
 * A migration that declares table changes as literal data: the build turns them into SQL for the schema at that version, and
 * writes it into the registry. `down: 'auto'` is derived in the same way.
 */
export type AlteringMigration = MigrationOptions & {
  readonly version?: number | string
  readonly name?: string
  /** By table. */
  readonly alter: Readonly<Record<string, TableChanges>>
  readonly up?: undefined
} & ({ readonly down: Script } | { readonly down?: undefined; readonly irreversible: string })
