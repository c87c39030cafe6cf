// What a rule is, what it sees and what it finds. Types only.
import type { ts } from 'ts-morph'
import type { Catalog, CatalogColumn, CatalogTable } from '../../model/catalog.js'
import type { Direction, Fact, Proof, RanStatements } from '../../model/evidence.js'
import type { Diagnostic, Position, Severity } from '../../model/diagnostic.js'
import type { CodeSide, ParsedMigration, Reading, SqlPiece } from '../../model/migration.js'
import type { GenerateSettings } from '../../model/settings.js'
import type { Statement } from '../../sql/statement.js'
import type { Lines } from './other-side.js'

/** One thing that a rule has to say; code and severity are the rule's. */
export interface Finding {
  readonly at: Position
  /**
   * What it is about, as a comment names it that switches it off: `table`, `table.column`, or `kind name`; names as before
   * the step. Absent for the step itself.
   */
  readonly subject?: string
  /** What is wrong, in full sentences; names every file involved. */
  readonly message: string
  readonly fix: string
  /** Where it differs from the rule's own. */
  readonly severity?: Severity
  /** The statement without which replaying goes well; null where it goes well as it is, though the rule says otherwise. */
  readonly leavesOut?: FoundStatement | null
}

/** A static check of the migrations folder: one code, one file, one test, and one page that says what it is about. */
export interface Rule {
  /** Permanent `AREA_CONDITION`; the file's name in upper case. */
  readonly code: string
  readonly severity: Severity
  /**
   * Absent: the settings may choose another severity, and a comment switches warnings and hints off. `fixed`: an error of
   * numbering or of reading, without which no registry can be written; neither settings nor a comment change it.
   * `acknowledged`: a comment with a reason switches even an error off, in the migration that it is about;
   * `acknowledged in code`: only where code is to blame, which may be guarded as nobody can see who reads it.
   */
  readonly override?: 'fixed' | 'acknowledged' | 'acknowledged in code'
  /**
   * Absent: the rule needs nothing but what was read. `replay` rules look at what replaying brought to light, and have
   * nothing to say without it. `suppressions` rules run last: they judge the comments that switched the findings of the
   * others off.
   */
  readonly stage?: 'replay' | 'suppressions'
  /** The codes whose findings this rule's make superfluous at the same place, because they say the same with proof. */
  readonly supersedes?: readonly string[]
  /**
   * Replaying ends before the version in which an error of this code stands: it would be dangerous, or all that it finds may
   * follow from the error. It ends for errors that are fixed as well, and for no others.
   */
  readonly spoilsReplay?: true
  /** Whether rows decide what it says: nothing is said of steps that could not be tried on any. */
  readonly needsRows?: true
  /** Whether it matters of a migration that has shipped: no fresh database would come up, or it would differ. */
  readonly outlivesRelease?: true
  check(subject: Subject): Iterable<Finding>
}

/** Everything that rules look at. */
export interface Subject {
  readonly reading: Reading
  readonly settings: GenerateSettings
  /** Files with an error from discovery or reading; what else seems wrong with them may only follow from that. */
  readonly troubled: ReadonlySet<string>
  /** Migration scripts and the helpers beside them, without those that have syntax errors. */
  readonly scripts: readonly Script[]
  /**
   * Those of SQL, and of code those that ran in the replay; else those that can be read in the code it reaches. In order of
   * version.
   */
  readonly statements: readonly FoundStatement[]
  readonly finder: StatementFinder
  readonly reachOf: ReachOf
  /** Those of `up`, migration by migration in order of version, with what each of them does. */
  readonly upSteps: readonly UpStep[]
  readonly suppressions: readonly Suppression[]
  /** What is found about migrations that have shipped, and not told one by one; known to rules of the last stage. */
  readonly settled: readonly Diagnostic[]
  /** What replaying brought to light, version by version; null before replay and without it. */
  readonly replay: Replayed | null
  /** The codes that settings cannot change. */
  readonly fixedCodes: ReadonlySet<string>
  /** The codes of all rules. */
  readonly ruleCodes: readonly string[]
}

/** The history as it was replayed. */
export interface Replayed {
  readonly proof: Proof
  /** In ascending order of version; a version that could not be applied is the last. */
  readonly steps: readonly ReplayedStep[]
}

/** One version as it was replayed. */
export interface ReplayedStep {
  readonly migration: ParsedMigration
  readonly version: number
  /** The schema before `up`, and after it (the same where it failed). */
  readonly before: Catalog
  readonly after: Catalog
  /** The objects, as `table users`, in which the two differ. */
  readonly changed: readonly string[]
  readonly facts: readonly Fact[]
  /** The statements of the migration, of both sides, with those that `ctx` wrote for it. */
  readonly statements: readonly FoundStatement[]
  /** The sides that are code and were seen to run nothing on the database, with rows or without. */
  readonly idle: readonly Direction[]
  /** What those of each side do to the schema. */
  readonly acts: { readonly [D in Direction]: readonly SchemaAct[] }
  /** The tables that `up` changes or removes, in the order in which they were made. */
  readonly traces: readonly TableTrace[]
}

/** A table of the schema before `up`, and what became of it. */
export interface TableTrace {
  readonly before: CatalogTable
  /** Under the same name or another one, rebuilt or not; null when it is gone. */
  readonly after: CatalogTable | null
  /** The columns, in order; empty when the table is gone. */
  readonly columns: readonly ColumnTrace[]
  /** The statement that dropped, renamed or newly made it, or altered it last; null where none can be read. */
  readonly statement: FoundStatement | null
  /** The DROP TABLE that took it away, also where a new one took its place; null where none can be read. */
  readonly drop: FoundStatement | null
}

/** A column of the table before `up`, and what became of it. */
export interface ColumnTrace {
  readonly before: CatalogColumn
  readonly after: CatalogColumn | null
  /** The statement that dropped or renamed it; null where it is the table's, or cannot be read. */
  readonly statement: FoundStatement | null
}

/** A TypeScript or JavaScript file with its syntax. */
export interface Script {
  /** Relative to the project root, as it is printed. */
  readonly file: string
  /** Absolute, with `/`. */
  readonly path: string
  readonly syntax: ts.SourceFile
  /** All nodes, parents before children. */
  readonly nodes: readonly ts.Node[]
}

/** Nodes of one script. */
export interface ReachedCode {
  readonly script: Script
  readonly nodes: ReadonlySet<ts.Node>
}

/** Tells the code that one side consists of, its own script first. */
export type ReachOf = (side: CodeSide) => readonly ReachedCode[]

/** Finds the statements of migrations. Positions are computed only when one is reported. */
export interface StatementFinder {
  /** In order of execution as far as that is known. `ran` is what a replay has seen the migration run. */
  statementsOf(migration: ParsedMigration, ran?: RanStatements): FoundStatement[]
}

/** One SQL statement and where it stands. */
export interface FoundStatement {
  readonly migration: ParsedMigration
  /**
   * `script`: a step that is SQL. `code`: a text that a function hands to the database. `toolkit`: one that `ctx` wrote for
   * it.
   */
  readonly origin: 'script' | 'code' | 'toolkit'
  readonly direction: Direction
  /** Whether replay saw it run where there were rows, and nowhere else. */
  readonly onlyWithRows?: boolean
  /** Where it was prepared, if replay never saw it run; without a text where a function was given to `transaction`. */
  readonly prepared?: Position
  /** What it does. */
  readonly shape: Statement
  /** The whole statement, without `;`. */
  readonly text: string
  readonly piece: SqlPiece
  /** Offset of the statement in the text of its piece. */
  readonly start: number
  /** Of code: where a stack says that the call is, at the name of its method. Null in a step that is SQL. */
  readonly call: Position | null
}

/** One thing that a statement does. All names are in lower case, without quotes. */
export type SchemaAct = { readonly statement: FoundStatement } & (
  | { readonly kind: 'create' | 'drop'; readonly type: string; readonly name: string }
  | { readonly kind: 'rename-table'; readonly table: string; readonly to: string }
  | {
      readonly kind: 'rename-column'
      readonly table: string
      readonly column: string
      readonly to: string
    }
  | { readonly kind: 'drop-column'; readonly table: string; readonly column: string }
  /** Any other ALTER TABLE. */
  | { readonly kind: 'alter'; readonly table: string }
  /**
   * INSERT … SELECT from one table, joined with others or not: by column of the new table the column of the source that is
   * copied as it is, null for anything else.
   */
  | {
      readonly kind: 'copy'
      readonly from: string
      readonly to: string
      readonly columns: ReadonlyMap<string, string | null>
    }
)

/** The `up` of one migration. */
export interface UpStep {
  readonly migration: ParsedMigration
  /** In order of execution: of code that was not run, in the order in which it is written. */
  readonly statements: readonly FoundStatement[]
  /** Tables that it creates, by key. */
  readonly made: ReadonlySet<string>
  /** Those of them that it has put rows into, and so may have as many as any other table. */
  readonly filled: ReadonlySet<string>
  /** Names that it gives to tables which it created: the second side of a rebuild. */
  readonly rebuilt: ReadonlySet<string>
  /** Columns that it adds, by key of the table. */
  readonly added: ReadonlyMap<string, ReadonlySet<string>>
}

/** A comment that switches findings off: `lockstep-ignore CODE subject: reason`. */
export interface Suppression {
  readonly at: Position
  /** Null when the comment names none. */
  readonly code: string | null
  /** What it is about, as it is written; null when the comment names nothing. */
  readonly subject: string | null
  /** Null when the comment gives none. */
  readonly reason: string | null
  /** The files whose findings it covers. */
  readonly files: readonly string[]
  /** First and last line it covers: one element of a list, or everything. */
  readonly lines: readonly [first: number, last: number]
  /** The half of the migration that it does not stand in; null where it stands in neither. */
  readonly elsewhere: Lines | null
  /** What came of it; `pending` until the findings are known, `ambiguous` where it names none of several findings. */
  readonly outcome: 'pending' | 'used' | 'unused' | 'incomplete' | 'refused' | 'ambiguous'
  /** The subjects of the findings of its code, where it covers none of them. */
  readonly others?: readonly string[]
}
