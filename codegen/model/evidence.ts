// What replaying the migrations has found, as plain data; the rules add severities and text for people. Types only.
import type { OrderMatters, OrdersTried, OtherChanged } from './other-changed.js'
import type { Unproven } from './unproven.js'
import type { SchemaDifference } from '../../src/model/verification.js'
import type { CatalogObject, ViewColumn } from './catalog.js'
import type { Position } from './diagnostic.js'
import type { CopyFault, GivenTwice, Refusal, VersionFact } from './version-facts.js'
import type { MisfitCause } from './misfit-cause.js'
import type { CopyOfDropped, RowLoss, Spelling, ValueLoss } from './value-loss.js'

export type { Unproven }

/** Which side of a migration. */
export type Direction = 'up' | 'down'

/**
 * A place in a migration that does not change when its file is reformatted. `offset` counts characters in the text of script
 * number `script`, to the beginning of a statement.
 */
export interface StepPlace {
  readonly version: number
  readonly direction: Direction
  /** Which script of an SQL step, from 0; null for code, or if the statement is unknown. */
  readonly script: number | null
  readonly offset: number | null
  /** The statement that was run, truncated to 2,000 characters; null if unknown. */
  readonly statement: string | null
  /** For code that threw: where, with `file` absolute; null if unknown. */
  readonly frame: CodeFrame | null
}

/** Values of one row by column, for display: texts, numbers, null, blobs as `x'00ff'`. */
export type ShownRow = Readonly<Record<string, string | number | null>>

/** A place in a file of the project; `file` is absolute. */
export type CodeFrame = Position

/** A statement that code ran, as the handle received it. */
export interface RanStatement {
  /** Empty for a function that was passed to `transaction` and not called. Rows of data are truncated to 2,000 characters. */
  readonly text: string
  /** The calls that led to the handle, within the project's files: the innermost, then the migration's own. */
  readonly calls: readonly CodeFrame[]
  /** Whether `ctx` issued it, as `ctx.rebuild` does, and not the migration. */
  readonly toolkit?: true
  /** Whether it was only prepared and never run, with or without rows. */
  readonly prepared?: true
  /** Whether it was passed to `exec`, so that its parameters got no values. */
  readonly executed?: true
  /** Whether it ran only with rows. */
  readonly onlyWithRows?: true
}

/** What the code of one version ran, in order; undefined for a side that is SQL or was not run to its end. */
export type RanStatements = { readonly [D in Direction]?: readonly RanStatement[] }

/** Something that replay found about one version. */
export type Fact =
  | StepFailed
  | NotInverse
  | NotRepeatable
  | Uneven
  | ProcessDependent
  | RowsLost
  | RowsDoubled
  | ValuesChanged
  | ValuesKept
  | ValuesGone
  | WatermarkLost
  | IndexMisfit
  | Unseeded
  | FaultLeft
  | ConnectionLeft
  | LateCall
  | OrderMatters
  | OrdersTried
  | BrokenObject
  | ForeignKeyBroken
  | OtherChanged
  | Unproven
  | RanAway
  | RowsTried
  | LimitUntried
  | KeyTaken
  | VersionFact

/** A step failed. */
export interface StepFailed extends Partial<Refusal & GivenTwice & CopyFault> {
  readonly kind: 'step-failed'
  readonly at: StepPlace
  /** `empty`: with no rows except those of the history. `rows`: only with others. `again`: the second `up`, after a `down`. */
  readonly stage: 'empty' | 'rows' | 'again'
  /** Whether the failure comes from SQLite, or was thrown by the migration's own code. */
  readonly cause: 'sqlite' | 'code'
  /** The message from SQLite or the code. */
  readonly message: string
  /** The tables that the statement names, as they were before the step: their CREATE statements. */
  readonly schema: readonly string[]
  /** With `rows`: the table and the row that the failure is about, if known. */
  readonly table: string | null
  readonly row: ShownRow | null
  /** The column of that table whose value is to blame: with another value the step succeeds. */
  readonly column?: string
  /** The two tables that the step merges into one, if it fails because both have a row of the same number. */
  readonly merged?: readonly [string, string]
}

/** `down` does not restore the schema from before `up`. `found` is the schema after `down`. */
export interface NotInverse {
  readonly kind: 'not-inverse'
  readonly version: number
  /** `spelled` if all differences are only in spelling. */
  readonly grade: SchemaDifference['grade']
  readonly differences: readonly SchemaDifference[]
  /** Which of the ways known to `undoSql` was found to complete it; null if none does. */
  readonly undoing?: 'altered' | 'rebuilt' | null
}

/** `up` after `down` leads to a different schema than the first `up`. */
export interface NotRepeatable {
  readonly kind: 'not-repeatable'
  readonly version: number
  readonly differences: readonly SchemaDifference[]
}

/** The schema after `up` depends on the rows that exist. */
export interface Uneven {
  readonly kind: 'uneven'
  readonly version: number
  readonly differences: readonly SchemaDifference[]
}

/** Code behaves differently in a process of its own than after earlier versions, or after itself on another database. */
export interface ProcessDependent {
  readonly kind: 'process-dependent'
  readonly at: StepPlace
  /** The first statement that differs; null if the code has ended by then, or if it is too late to tell. */
  readonly together: BoundStatement | null
  readonly alone: BoundStatement | null
  /** The error when run alone; null if it succeeds. */
  readonly failure: string | null
  /** Whether it has run on another database before. */
  readonly twice?: true
}

/** A statement and its bound values as a JSON list, '' if there are none; each truncated to 2,000 characters. */
export interface BoundStatement {
  readonly text: string
  readonly values: string
}

/** Rows of a table are gone after a step that does not delete from it by name, or only to restore its rows. */
export interface RowsLost {
  readonly kind: 'rows-lost'
  readonly at: StepPlace
  readonly table: string
  readonly before: number
  /** How many of them are left; rows that replace others do not count. */
  readonly after: number
  /** The table whose removal deleted the rows (ON DELETE CASCADE), if so. */
  readonly through: string | null
  readonly by?: RowLoss
  /** With `forsaken` and `left`: the table that had them, or the first of several. With `another`: the copied one, or the first. */
  readonly source?: string
  /**
   * With `nulls`: the column that is NULL. With `conflict`: the first column of the key that others share. With `merged`: the
   * column that refers to the merged rows. With `taken`: the other column of these rows' key.
   */
  readonly column?: string
  /** With `early`: the statement that comes too late. */
  readonly later?: string
  /** With `wholly`, `merged` and `taken`: the columns of the key. */
  readonly key?: readonly string[]
  /** The other table, if the step merges both into one: rows with the same number are lost. */
  readonly merged?: string
  /** The table itself, if it still has them under another name. */
  readonly aside?: string
  /** The statement of an earlier version that copied the other rows. */
  readonly copied?: StepPlace
  /** The error for the shown row that code caught and went on. */
  readonly caught?: string
  /** One of the lost rows, if known. */
  readonly row?: ShownRow
}

/**
 * Rows of a table are duplicated, `more` in all, in a rebuilt table or in `into`; with `again`, only by a second `up`, after a `down`.
 * `source` is the table whose rows were made of this one, and are linked to other rows that agree with theirs.
 */
export interface RowsDoubled extends Pick<RowsLost, 'at' | 'table' | 'source'> {
  readonly kind: 'rows-doubled'
  readonly into?: string
  readonly again?: true
  readonly more: number
  /** One of the duplicated rows; with `source`, the values in which rows agree. */
  readonly row: ShownRow
}

/** Rows have other values after a step that does not update their table by name. */
export interface ValuesChanged {
  readonly kind: 'values-changed'
  readonly at: StepPlace
  readonly table: string
  readonly column: string
  /** The column whose values are now there: columns were swapped. Null if they come from elsewhere. */
  readonly from: string | null
  /** The table in which they are, if it has another name. */
  readonly into?: string
  readonly lost?: ValueLoss
  /** The columns that are rounded likewise, found by values beyond 2^53 made for the trial, which no application need have. */
  readonly supposed?: readonly string[]
  /**
   * With `shared`: the table the value is computed from; with `forsaken`: the dropped table; with `compared`: the text; with
   * `seeded`: the key; with `quotient`: the divided column; with `untied`: the condition that compares a column with itself, or
   * ''; with `unarchived`: the table that has the copy; with `unlisted`: another value that becomes the same; with `reworded`:
   * what `up` has made of both texts; with `unlinked`: the table of the duplicates; with `moved`: the new column; with `mixed`: the table
   * whose rows are looked up. With `shared` also how often a statement ran that changed all rows each time.
   */
  readonly source?: string
  readonly times?: number
  /** With `unlinked`: whether a later statement assigns the key another row. */
  readonly late?: true
  /** With `mixed`: the columns in which the other rows agree, if the step looks them up by these. */
  readonly agreeing?: readonly string[]
  /** The trigger that caused it, if rows were restored into its table, which is `source`. */
  readonly trigger?: string
  /** With `cast`: the type that it names. */
  readonly type?: string
  /** With `cast`: what the values are multiplied by before. With `divided`: what `up` multiplied or divided them by. With `quotient`: what they are divided by. */
  readonly factor?: number
  /** The other table, if the step merges its rows into this one: rows with the same number get its values. */
  readonly merged?: string
  readonly before: string | number | null
  readonly after: string | number | null
}

/** A table or column that is gone after `up` is elsewhere, row by row; or all rows were deleted by name, or go with the table, which is told. */
export interface ValuesKept {
  readonly kind: 'values-kept'
  readonly version: number
  readonly table: string
  /** Null if it is all of the table except its primary key. */
  readonly column: string | null
  /** The table in which it is now, or of several the one with the most columns. */
  readonly in: string
  /** Whether it has been there since an earlier version. */
  readonly earlier?: true
  /** Whether each tried value has a different result. */
  readonly tried?: true
}

/** Content of a table or columns that is gone after `up` and is nowhere else. */
export interface ValuesGone extends Pick<ValuesKept, 'version' | 'table'> {
  readonly kind: 'values-gone'
  /** The lost part of one of the rows. */
  readonly row: ShownRow
  /** The columns of which only some values are lost. */
  readonly parts?: readonly PartGone[]
  /** Whether some of the tried values have the same result, and others do not. */
  readonly tried?: true
  /** The table that has the other columns, if the table is dropped. */
  readonly rest?: string
  readonly copy?: CopyOfDropped
}

/**
 * Which values of a column are lost: of rows that a statement leaves out, or if others are NULL, or with this spelling, or
 * whatever the others are.
 */
export interface PartGone {
  readonly column: string
  /** Null if code does it. */
  readonly at: StepPlace | null
  readonly those?: Spelling | 'signs' | 'seconds' | 'some' | readonly string[]
}

/** After a step AUTOINCREMENT would assign numbers again that were assigned before. */
export interface WatermarkLost extends Pick<RowsLost, 'at' | 'table' | 'before'> {
  readonly kind: 'watermark-lost'
  /** Null if the counter is gone. */
  readonly after: number | null
}

/** After a step a full-text index reports that it does not match the rows it covers, or a table kept by triggers does not. */
export interface IndexMisfit {
  readonly kind: 'index-misfit'
  readonly at: StepPlace
  /** The table that was changed, or the table or view that the index covers. */
  readonly table: string
  /** The index, or with `keyed` any table. */
  readonly index: string
  readonly cause: MisfitCause
  /** SQLite's message for an index that cannot read its content. */
  readonly message: string | null
}

/** No rows could be generated for a table, so it is unknown how its rows fare in this version. */
export interface Unseeded {
  readonly kind: 'unseeded'
  readonly version: number
  readonly table: string
  readonly reason: string
}

/** A failure in the middle of a step left something behind. */
export interface FaultLeft {
  readonly kind: 'fault-left'
  readonly at: StepPlace
  readonly differences: readonly SchemaDifference[]
}

/** After a step a setting of the connection has changed. */
export interface ConnectionLeft {
  readonly kind: 'connection-left'
  readonly at: StepPlace
  /** Named like the PRAGMA, or `defaultSafeIntegers` of the client. */
  readonly setting: string
  readonly before: number
  readonly after: number
}

/** Code of a side tried to run a statement after the side had ended: in a promise, a timer or a callback. */
export interface LateCall {
  readonly kind: 'late-call'
  readonly at: StepPlace
}

/** A view or a trigger no longer compiles after a step. */
export interface BrokenObject {
  readonly kind: 'broken-object'
  readonly at: StepPlace
  /** `view v`, `trigger t`. */
  readonly object: string
  readonly message: string
}

/** After a step there are rows without a parent, or a foreign key that cannot be checked. */
export interface ForeignKeyBroken {
  readonly kind: 'foreign-key-broken'
  readonly at: StepPlace
  readonly table: string
  readonly columns: readonly string[]
  readonly parent: string
  /** How many rows; 0 if the key itself is wrong: its parent is missing or not unique. */
  readonly rows: number
  readonly message: string | null
}

/** With rows of every kind a side did not end, though it did without any: it was stopped, and tried again. */
export interface RanAway {
  readonly kind: 'ran-away'
  readonly at: StepPlace
  /** The rows with which it ended. */
  readonly rows: 'moderate' | 'none'
}

/** `up` succeeded although it tightens a table, with rows that show that it handles them. */
export interface RowsTried {
  readonly kind: 'rows-tried'
  readonly version: number
  /** By its name afterwards. */
  readonly table: string
  /** Columns in which some row had NULL, and which are NOT NULL afterwards. */
  readonly nulls: readonly string[]
  /** Checks of the table, in canonical form, that some earlier row violated. */
  readonly checks: readonly string[]
  /** The columns of new foreign keys, by their new names, for which some earlier row had no parent. */
  readonly keys: readonly (readonly string[])[]
  /** Columns in which code has replaced all texts that are not numbers, by their new names. */
  readonly converted: readonly string[]
  /** Whether none of the earlier rows remain, so that none is subject to the new constraints. */
  readonly emptied: boolean
}

/** A copy took all rows of the table that it replaces, but has a LIMIT that was not reached. */
export interface LimitUntried {
  readonly kind: 'limit-untried'
  readonly at: StepPlace
  readonly table: string
  readonly limit: number
  readonly rows: number
}

/** A side assigns keys that rows of the application may have, in a table into which no version had inserted rows. */
export interface KeyTaken {
  readonly kind: 'key-taken'
  readonly at: StepPlace
  readonly table: string
  readonly column: string
  readonly values: readonly (string | number | null)[]
  /** The consequence: the side fails, or the row of the application is lost. */
  readonly by: 'refused' | 'replaced'
  /** If an existing row gets the key: its old value, and the other columns of the key. */
  readonly of?: { readonly value: string | number | null; readonly along: readonly string[] }
}

/** What is known about one version. */
export interface VersionProof {
  readonly version: number
  /**
   * Digest of the schema after it, over what the history owns; null if it could not be applied, and from a version on that could
   * not be run to its end beside an empty database.
   */
  readonly schemaDigest: string | null
  readonly schemaChanges: Readonly<Record<string, string | null>>
  /** What it creates or changes, null for what it removes. */
  readonly catalog: Readonly<Record<string, CatalogObject | null>>
  readonly facts: readonly Fact[]
  /** Absent if all of it is SQL. */
  readonly ran?: RanStatements
}

/** What replaying a whole history has found. */
export interface Proof {
  /** From version 1 on, without gaps; ends where a version could not be applied to an empty database. */
  readonly versions: readonly VersionProof[]
  /** Whether every version could be applied in the same way as it will be. */
  readonly complete: boolean
  /** The columns of the views that exist at the end, by `view name`. */
  readonly views: Readonly<Record<string, readonly ViewColumn[]>>
  /** The SQLite version used for the replay: `3.53.0`. */
  readonly sqlite: string
}
