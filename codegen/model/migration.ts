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
  /** First and last version by the file name; equal except for list files (`001-005_name.ts`). */
  readonly from: number
  readonly to: number
  readonly name: string
  /** The text without a byte order mark; line ends as on disk. */
  readonly text: string
  /** Set where the file is CommonJS, of which `text` is what it would be as an ES module. */
  readonly commonJs?: true
  /** Set for a script in JavaScript that its name or package.json makes an ES module, whatever it looks like: which of them. */
  readonly moduleBy?: 'name' | 'package'
}

/** What tsconfig and package.json make of the names that the folder imports: `@app/names`, `#names`. */
export interface Aliases {
  /** Name → absolute path. */
  readonly paths: ReadonlyMap<string, string>
  /** The files, absolute, that may give them another meaning; they may be missing. */
  readonly consulted: readonly string[]
}

/** What the nearest package.json says about its `.js` files. */
export interface PackageKind {
  /** Its `type`, as it stands there. */
  readonly type: unknown
  /** The files, absolute, that say so; all but the last are missing. */
  readonly consulted: readonly string[]
}

/** What discovery found: what takes part, the helper files beside it, and what is wrong with the folder. */
export interface Discovery {
  /** In ascending order of version; within one version in order of file name. */
  readonly files: readonly MigrationFile[]
  /** `_*` files, which migrations may import: absolute path → text. */
  readonly helpers: ReadonlyMap<string, string>
  /** Where imports by other names than a path lead, as far as that is no package. */
  readonly aliases?: Aliases | undefined
  /** What package.json says of `.js` files; absent where there are none, and for the files of a commit. */
  readonly package?: PackageKind | undefined
  /** Absolute path → of each line that stands below the file's own last one, the offset of what it stands for. */
  readonly below?: ReadonlyMap<string, readonly number[]>
  readonly diagnostics: readonly Diagnostic[]
}

/** How a migration is written (DESIGN: the six forms). */
export type Form = 'object' | 'exports' | 'class' | 'list' | 'sql'

/** One script of SQL with the place of its first character. */
export interface SqlPiece {
  readonly text: string
  readonly position: Position
  /** Whether line k of the text stands k lines below `position` in the file (false for text put together). */
  readonly verbatim: boolean
}

/** `up` or `down` as SQL that was read without executing. */
export interface SqlSide {
  readonly kind: 'sql'
  /** One piece for a string or a file section, several for a list. */
  readonly pieces: readonly SqlPiece[]
  readonly position: Position
  /** The expression in a TypeScript file; absent for SQL files, and for what is derived. */
  readonly node?: Node
  /** Set where it is made from `up`, for `down: 'auto'`; then `position` is where that is asked for. */
  readonly derived?: true
}

/** `up` or `down` as a function. */
export interface CodeSide {
  readonly kind: 'code'
  readonly async: boolean
  readonly position: Position
  /** The function, method or arrow function; the declaration of declared changes, or of batches. */
  readonly node: Node
  /** What declared changes become, where it is more than SQL; null as long as that is not known. */
  readonly steps?: readonly AlterStep[] | null
}

/** A statement of an SQL side that is not replayed: the piece that it stands in, and its offsets there. */
export interface LeftOut {
  readonly version: number
  readonly direction: 'up' | 'down'
  readonly script: number
  readonly start: number
  readonly end: number
}

/** What `up` or `down` does: SQL that was read, or a function that was not run. */
export type Side = SqlSide | CodeSide

/** A value that the code states, with its place. */
export interface Declared<T> {
  readonly value: T
  readonly position: Position
  /** Where a text itself begins; absent where it does not stand in the file as it is. */
  readonly text?: Position
  /** The expression; absent for SQL files. */
  readonly node?: Node
}

/** A version of another history. */
export interface Need {
  readonly history: string
  readonly version: number
}

/** One migration as it was read. What could not be read has a diagnostic and is left `null`. */
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
  /** The number and name that the code itself states, where it does. */
  readonly declaredVersion: Declared<number> | null
  readonly declaredName: Declared<string> | null
  readonly description: Declared<string> | null
  readonly up: Side | null
  readonly down: Side | null
  /** The changes that it declares instead of `up`, which is what they become. */
  readonly alter?: Alteration
  /** The walks over rows that it declares instead of `up`, which is then the list of them. */
  readonly batches?: readonly BatchWalk[]
  readonly irreversible: Declared<string> | null
  readonly transaction: Declared<boolean> | null
  readonly foreignKeys: Declared<'enforce'> | null
  readonly effects: Declared<string> | null
  /** Versions of other histories that must be applied before; absent for none. */
  readonly needs?: readonly Declared<Need>[]
  /** Comments of an SQL file that mean `needs` if they name histories of the configuration, and are prose otherwise. */
  readonly maybeNeeds?: readonly Declared<string>[]
  /**
   * Whether something essential could not be read. A diagnostic says so already; rules stay silent about the
   * consequences (no "missing down" after "cannot be read").
   */
  readonly unreadable: boolean
}

/** A walk over rows, with what is done with each batch: a statement, or a function. */
export interface BatchWalk {
  readonly query: Declared<string>
  readonly by: Declared<string>
  /** Null for a function. */
  readonly update: Declared<string> | null
  /** Null for a statement. */
  readonly each: Side | null
  /** Where the size of a batch is said, if it is: it changes how long a batch takes, and nothing that comes of it. */
  readonly size: Node | null
}

/** Everything read from the folder. */
export interface Reading {
  readonly discovery: Discovery
  /** In ascending order of version, then of file name; duplicates and gaps included. */
  readonly migrations: readonly ParsedMigration[]
  /** Of discovery and of reading, not yet of the rules. */
  readonly diagnostics: readonly Diagnostic[]
  /** What the histories that it needs were read from: see `fingerprint.ts`. */
  readonly consulted?: readonly string[]
}

/** The two digests of a migration; `down` is null when there is none. */
export interface Checksums {
  readonly up: string
  readonly down: string | null
}

/** What is said of one column: of a new one all that it has, of another what is to be different. */
export interface ColumnWish {
  readonly column: Declared<string>
  /** What comes behind the name of a new column, where it is given as one text. */
  readonly definition: Declared<string> | null
  readonly type: Declared<string> | null
  readonly notNull: Declared<boolean> | null
  /** As SQL; null takes it away. */
  readonly default: Declared<string | null> | null
  /** An expression over the row as it was, which gives the value. */
  readonly using: Declared<string> | null
}

/** A column that gets another name. */
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
  /** What comes behind the parent: `ON DELETE CASCADE`. */
  readonly actions: string
}

/** What is to become of one table. All names are those from before the step. */
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
    /** By name, or by what they check. */
    readonly drop: readonly Declared<string>[]
  }
  /** All columns in the order that they are to have; null where it stays. */
  readonly order: readonly Declared<string>[] | null
}

/** `alter` of a migration. */
export interface Alteration {
  readonly position: Position
  readonly tables: readonly TableChange[]
}

/** A statement to be run, or a table to be rebuilt as a CREATE TABLE says. */
export type AlterStep =
  | { readonly kind: 'run'; readonly sql: string }
  | {
      readonly kind: 'rebuild'
      readonly table: string
      readonly create: string
      /** All columns that the table has then; absent in registries of before. */
      readonly columns?: readonly string[]
      readonly copy: Readonly<Record<string, string>>
    }

/** What a declaration becomes; `down` is null where it is not derived. */
export interface Expansion {
  readonly up: readonly AlterStep[]
  readonly down: readonly AlterStep[] | null
}
