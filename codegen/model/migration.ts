// The data that flows through the build: discover → parse → check → render. Types only.
import type { Node } from 'ts-morph'
import type { Diagnostic, Position } from './diagnostic.js'

/** What a file of the folder contains, judged by its name. */
export type FileKind = 'script' | 'sql' | 'sql-up' | 'sql-down'

/** A file of the migrations folder that takes part. */
export interface MigrationFile {
  /** Relative to the project root, with `/`, as it is printed. */
  readonly file: string
  /** Absolute, for reading. */
  readonly path: string
  readonly kind: FileKind
  /** First and last version according to the file name; equal except for list files (`001-005_name.ts`). */
  readonly from: number
  readonly to: number
  readonly name: string
  /** The text without a byte order mark; line endings as on disk. */
  readonly text: string
  /** Set for a CommonJS file, whose `text` is converted to an ES module. */
  readonly commonJs?: true
  /** Set for a JavaScript file that is an ES module by its name or package.json, whatever its content: which of them. */
  readonly moduleBy?: 'name' | 'package'
}

/** What the names that the folder imports, `@app/names` or `#names`, mean according to tsconfig and package.json. */
export interface Aliases {
  /** Name → absolute path. */
  readonly paths: ReadonlyMap<string, string>
  /** The files, absolute, that may change their meaning; they may be missing. */
  readonly consulted: readonly string[]
}

/** What the nearest package.json says about its `.js` files. */
export interface PackageKind {
  /** Its `type`, verbatim. */
  readonly type: unknown
  /** The files, absolute, that determine it; all but the last are missing. */
  readonly consulted: readonly string[]
}

/** The result of discovery: the participating files, the helper files beside them, and problems of the folder. */
export interface Discovery {
  /** In ascending order of version; within one version in order of file name. */
  readonly files: readonly MigrationFile[]
  /** `_*` files, which migrations may import: absolute path → text. */
  readonly helpers: ReadonlyMap<string, string>
  /** Where imports that are not paths lead, as far as they are not packages. */
  readonly aliases?: Aliases | undefined
  /** The package.json setting for `.js` files; absent if there are none, and for the files of a commit. */
  readonly package?: PackageKind | undefined
  /** Absolute path → for each line appended below the file's own last one, the offset of what it stands for. */
  readonly below?: ReadonlyMap<string, readonly number[]>
  readonly diagnostics: readonly Diagnostic[]
}

/** How a migration is written (DESIGN: the six forms). */
export type Form = 'object' | 'exports' | 'class' | 'list' | 'sql'

/** One script of SQL with the place of its first character. */
export interface SqlPiece {
  readonly text: string
  readonly position: Position
  /** Whether line k of the text is k lines below `position` in the file (false for assembled text). */
  readonly verbatim: boolean
}

/** `up` or `down` as SQL that was read without executing. */
export interface SqlSide {
  readonly kind: 'sql'
  /** One piece for a string or a file section, several for a list. */
  readonly pieces: readonly SqlPiece[]
  readonly position: Position
  /** The expression in a TypeScript file; absent for SQL files and derived SQL. */
  readonly node?: Node
  /** Set if it is derived from `up`, for `down: 'auto'`; then `position` is where that is requested. */
  readonly derived?: true
}

/** `up` or `down` as a function. */
export interface CodeSide {
  readonly kind: 'code'
  readonly async: boolean
  readonly position: Position
  /** The function, method or arrow function; or the declaration of declared changes or batches. */
  readonly node: Node
  /** The steps of declared changes, if they are more than SQL; null while unknown. */
  readonly steps?: readonly AlterStep[] | null
}

/** A statement of an SQL side that is not replayed: its piece, and its offsets there. */
export interface LeftOut {
  readonly version: number
  readonly direction: 'up' | 'down'
  readonly script: number
  readonly start: number
  readonly end: number
}

/** What `up` or `down` does: SQL that was read, or a function that was not run. */
export type Side = SqlSide | CodeSide

/** A value stated in the code, with its place. */
export interface Declared<T> {
  readonly value: T
  readonly position: Position
  /** Where the text itself begins; absent if it is not verbatim in the file. */
  readonly text?: Position
  /** The expression; absent for SQL files. */
  readonly node?: Node
}

/** A version of another history. */
export interface Need {
  readonly history: string
  readonly version: number
}

/** One migration as read. What could not be read has a diagnostic and is `null`. */
export interface ParsedMigration {
  readonly version: number
  readonly name: string
  readonly form: Form
  /** The file it is in; the `.up.sql` file of a pair. */
  readonly file: MigrationFile
  /** The `.down.sql` file of a pair. */
  readonly downFile?: MigrationFile
  /** Where the migration begins: the default export, the list element, line 1 of an SQL file. */
  readonly position: Position
  /** The number and name that the code itself states, if it does. */
  readonly declaredVersion: Declared<number> | null
  readonly declaredName: Declared<string> | null
  readonly description: Declared<string> | null
  readonly up: Side | null
  readonly down: Side | null
  /** The changes that it declares instead of `up`, which is then their expansion. */
  readonly alter?: Alteration
  /** The walks over rows that it declares instead of `up`, which is then the list of them. */
  readonly batches?: readonly BatchWalk[]
  readonly irreversible: Declared<string> | null
  readonly transaction: Declared<boolean> | null
  readonly foreignKeys: Declared<'enforce'> | null
  readonly effects: Declared<string> | null
  /** Versions of other histories that must be applied before; absent if none. */
  readonly needs?: readonly Declared<Need>[]
  /** Comments of an SQL file that mean `needs` if they name configured histories, and are prose otherwise. */
  readonly maybeNeeds?: readonly Declared<string>[]
  /**
   * Whether something essential could not be read. A diagnostic already says so; rules stay silent about the consequences (no
   * "missing down" after "cannot be read").
   */
  readonly unreadable: boolean
}

/** A walk over rows, with the work on each batch: a statement, or a function. */
export interface BatchWalk {
  readonly query: Declared<string>
  readonly by: Declared<string>
  /** Null for a function. */
  readonly update: Declared<string> | null
  /** Null for a statement. */
  readonly each: Side | null
  /** Where the size of a batch is stated, if it is: it changes how long a batch takes, but not the result. */
  readonly size: Node | null
}

/** Everything read from the folder. */
export interface Reading {
  readonly discovery: Discovery
  /** In ascending order of version, then of file name; duplicates and gaps included. */
  readonly migrations: readonly ParsedMigration[]
  /** From discovery and reading, not yet from the rules. */
  readonly diagnostics: readonly Diagnostic[]
  /** The files of the histories that it needs: see `fingerprint.ts`. */
  readonly consulted?: readonly string[]
}

/** The two digests of a migration; `down` is null if there is none. */
export interface Checksums {
  readonly up: string
  readonly down: string | null
}

/** The declared properties of one column: all of a new one, or the changes of an existing one. */
export interface ColumnWish {
  readonly column: Declared<string>
  /** The text after the name of a new column, if given as a single text. */
  readonly definition: Declared<string> | null
  readonly type: Declared<string> | null
  readonly notNull: Declared<boolean> | null
  /** As SQL; null removes it. */
  readonly default: Declared<string | null> | null
  /** An expression for the value, over the row as it was. */
  readonly using: Declared<string> | null
  /** An expression over the row that the step leaves, which gives the value that a derived `down` writes. */
  readonly back: Declared<string> | null
}

/** A column to rename. */
export interface ColumnRenaming {
  readonly from: Declared<string>
  readonly to: Declared<string>
}

/** A foreign key of the table. */
export interface ForeignKeyWish {
  readonly columns: readonly Declared<string>[]
  readonly parent: Declared<string>
  /** Empty for the primary key of the parent. */
  readonly parentColumns: readonly Declared<string>[]
  /** The text after the parent: `ON DELETE CASCADE`. */
  readonly actions: string
}

/** The changes to one table. All names are those from before the step. */
export interface TableChange {
  readonly table: Declared<string>
  readonly drop: readonly Declared<string>[]
  readonly rename: readonly ColumnRenaming[]
  readonly add: readonly ColumnWish[]
  readonly change: readonly ColumnWish[]
  readonly foreignKeys: {
    readonly add: readonly ForeignKeyWish[]
    /** By their columns. */
    readonly drop: readonly (readonly Declared<string>[])[]
  }
  readonly checks: {
    readonly add: readonly Declared<string>[]
    /** By name, or by expression. */
    readonly drop: readonly Declared<string>[]
  }
  /** All columns in their new order; null if it stays. */
  readonly order: readonly Declared<string>[] | null
}

/** `alter` of a migration. */
export interface Alteration {
  readonly position: Position
  readonly tables: readonly TableChange[]
}

/** A statement to run, or a table to rebuild with a CREATE TABLE statement. */
export type AlterStep =
  | { readonly kind: 'run'; readonly sql: string }
  | {
      readonly kind: 'rebuild'
      readonly table: string
      readonly create: string
      /** All columns that the table then has; absent in older registries. */
      readonly columns?: readonly string[]
      readonly copy: Readonly<Record<string, string>>
    }

/** The expansion of a declaration; `down` is null if it is not derived. */
export interface Expansion {
  readonly up: readonly AlterStep[]
  readonly down: readonly AlterStep[] | null
}
