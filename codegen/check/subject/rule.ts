// What a rule is, what it sees and what it finds. Types only.
import type { ts } from 'ts-morph'
import type { Catalog, CatalogColumn, CatalogTable } from '../../model/catalog.js'
import type { Direction, Fact, Proof, RanStatements } from '../../model/evidence.js'
import type { Diagnostic, Position, Severity } from '../../model/diagnostic.js'
import type { CodeSide, ParsedMigration, Reading, SqlPiece } from '../../model/migration.js'
import type { GenerateSettings } from '../../model/settings.js'
import type { Statement } from '../../sql/statement.js'
import type { Lines } from './other-side.js'

/** One finding of a rule; code and severity are the rule's. */
export interface Finding {
  readonly at: Position
  /**
   * The subject by which a comment can switch it off: `table`, `table.column`, or `kind name`; names as before the step, of
   * what the step creates as after it. Absent for the step itself.
   */
  readonly subject?: string
  /** What is wrong, in full sentences; names every file involved. */
  readonly message: string
  readonly fix: string
  /** If it differs from the rule's own. */
  readonly severity?: Severity
  /** The statement without which the replay works; null if it works as it is, though the rule says otherwise. */
  readonly leavesOut?: FoundStatement | null
}

/** A static check of the migrations folder: one code, one file, one page, and cases in the corpus. */
export interface Rule {
  /** Permanent `AREA_CONDITION`; the file's name in upper case. */
  readonly code: string
  readonly severity: Severity
  /**
   * Absent: the settings may choose another severity, and a comment switches warnings and hints off. `fixed`: an error of
   * numbering or of reading, with which no registry can be written; neither settings nor a comment change it. `acknowledged`: a
   * comment with a reason switches even an error off, in its migration; `acknowledged in code`: only if code is to blame, which
   * may be guarded in ways that cannot be seen.
   */
  readonly override?: 'fixed' | 'acknowledged' | 'acknowledged in code'
  /**
   * Absent: the rule only needs what was read. `replay` rules use the results of the replay, and find nothing without it.
   * `suppressions` rules run last: they judge the comments that switched off the findings of others.
   */
  readonly stage?: 'replay' | 'suppressions'
  /** The codes whose findings at the same place this rule's findings replace, because they say the same with proof. */
  readonly supersedes?: readonly string[]
  /**
   * The replay ends before the version with an error of this code: it would be dangerous, or all that it finds may follow from
   * the error. It also ends for `fixed` errors, and for no others.
   */
  readonly spoilsReplay?: true
  /** Whether the finding depends on rows: nothing is reported for steps that could not be tried on any. */
  readonly needsRows?: true
  /** Whether it matters for a released migration: no fresh database could be created, or it would differ. */
  readonly outlivesRelease?: true
  check(subject: Subject): Iterable<Finding>
}

/** Everything that rules have access to. */
export interface Subject {
  readonly reading: Reading
  readonly settings: GenerateSettings
  /** Files with an error from discovery or reading; other problems in them may only follow from that. */
  readonly troubled: ReadonlySet<string>
  /** Migration scripts and the helpers beside them, without those with syntax errors. */
  readonly scripts: readonly Script[]
  /**
   * Those of SQL, and for code those that ran in the replay; otherwise those that can be read in the code it reaches. In order of
   * version.
   */
  readonly statements: readonly FoundStatement[]
  readonly finder: StatementFinder
  readonly reachOf: ReachOf
  /** Those of `up`, by migration in order of version, with what each of them does. */
  readonly upSteps: readonly UpStep[]
  readonly suppressions: readonly Suppression[]
  /** The findings about released migrations that are not reported one by one; available to rules of the last stage. */
  readonly settled: readonly Diagnostic[]
  /** The results of the replay, by version; null before and without it. */
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

/** One version as replayed. */
export interface ReplayedStep {
  readonly migration: ParsedMigration
  readonly version: number
  /** The schema before `up`, and after it (the same if it failed). */
  readonly before: Catalog
  readonly after: Catalog
  /** The objects, as `table users`, in which the two differ. */
  readonly changed: readonly string[]
  readonly facts: readonly Fact[]
  /** The statements of the migration, of both sides, with those that `ctx` wrote for it. */
  readonly statements: readonly FoundStatement[]
  /** The sides that are code and were seen to run nothing on the database, with rows or without. */
  readonly idle: readonly Direction[]
  /** What the statements of each side do to the schema. */
  readonly acts: { readonly [D in Direction]: readonly SchemaAct[] }
  /** The tables that `up` changes or removes, in order of creation. */
  readonly traces: readonly TableTrace[]
}

/** A table of the schema before `up`, and what became of it. */
export interface TableTrace {
  readonly before: CatalogTable
  /** Under the same name or another one, rebuilt or not; null if it is gone. */
  readonly after: CatalogTable | null
  /** The columns, in order; empty if the table is gone. */
  readonly columns: readonly ColumnTrace[]
  /** The statement that dropped, renamed or recreated it, or altered it last; null if unknown. */
  readonly statement: FoundStatement | null
  /** The DROP TABLE that removed it, even if a new one replaced it; null if unknown. */
  readonly drop: FoundStatement | null
}

/** A column of the table before `up`, and what became of it. */
export interface ColumnTrace {
  readonly before: CatalogColumn
  readonly after: CatalogColumn | null
  /** The statement that dropped or renamed it; null if it is the table's, or unknown. */
  readonly statement: FoundStatement | null
}

/** A TypeScript or JavaScript file with its syntax. */
export interface Script {
  /** Relative to the project root, as printed. */
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

/** Returns the code that one side consists of, its own script first. */
export type ReachOf = (side: CodeSide) => readonly ReachedCode[]

/** Finds the statements of migrations. Positions are computed only when one is reported. */
export interface StatementFinder {
  /** In order of execution as far as known. `ran` are the statements that a replay has seen the migration run. */
  statementsOf(migration: ParsedMigration, ran?: RanStatements): FoundStatement[]
}

/** One SQL statement and its position. */
export interface FoundStatement {
  readonly migration: ParsedMigration
  /**
   * `script`: a step that is SQL. `code`: a text that a function hands to the database. `toolkit`: one that `ctx` wrote for
   * it.
   */
  readonly origin: 'script' | 'code' | 'toolkit'
  readonly direction: Direction
  /** Whether the replay saw it run only if there were rows. */
  readonly onlyWithRows?: boolean
  /** Where it was prepared, if the replay never saw it run; without a text if a function was passed to `transaction`. */
  readonly prepared?: Position
  /** Its parsed form. */
  readonly shape: Statement
  /** The whole statement, without `;`. */
  readonly text: string
  readonly piece: SqlPiece
  /** Offset of the statement in the text of its piece. */
  readonly start: number
  /** For code: the position of the call according to the stack, at the name of its method. Null in an SQL step. */
  readonly call: Position | null
  /** For code: whether it is passed to `exec` and nothing with it, so that its parameters get no value. */
  readonly executed?: true
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
   * INSERT … SELECT from one table, possibly joined with others: by column of the new table, the source column that is copied
   * unchanged, null for anything else.
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
  /** In order of execution: for code that was not run, in the order it is written. */
  readonly statements: readonly FoundStatement[]
  /** Tables that it creates, by key. */
  readonly made: ReadonlySet<string>
  /** Those of them into which it has inserted rows, so that they may have as many as any other table. */
  readonly filled: ReadonlySet<string>
  /** The new names of tables which it created: the second half of a rebuild. */
  readonly rebuilt: ReadonlySet<string>
  /** Columns that it adds, by key of the table. */
  readonly added: ReadonlyMap<string, ReadonlySet<string>>
}

/** A comment that switches findings off: `lockstep-ignore CODE subject: reason`. */
export interface Suppression {
  readonly at: Position
  /** Null if the comment names none. */
  readonly code: string | null
  /** The subject as written; null if the comment names none. */
  readonly subject: string | null
  /** Null if the comment gives none. */
  readonly reason: string | null
  /** The files whose findings it covers. */
  readonly files: readonly string[]
  /** First and last line it covers: one element of a list, or everything. */
  readonly lines: readonly [first: number, last: number]
  /** The side of the migration that it is not in; null if it is in neither. */
  readonly elsewhere: Lines | null
  /** The outcome; `pending` until the findings are known, `ambiguous` if it matches several findings without naming one. */
  readonly outcome: 'pending' | 'used' | 'unused' | 'incomplete' | 'refused' | 'ambiguous'
  /** The subjects of the findings of its code, if it covers none of them. */
  readonly others?: readonly string[]
}
