// What replaying the migrations brought to light: plain data that crosses a process border and is kept in a cache. Says
// nothing about severity and has no words for people: that is for the rules. Types only.
import type { OrderMatters, OrdersTried, OtherChanged } from './other-changed.js'
import type { Unproven } from './unproven.js'
import type { SchemaDifference } from '../../src/model/verification.js'
import type { CatalogObject, ViewColumn } from './catalog.js'
import type { GivenTwice, Refusal, VersionFact } from './version-facts.js'
import type { MisfitCause } from './misfit-cause.js'
import type { RowLoss, Spelling, ValueLoss } from './value-loss.js'

export type { Unproven }

/** Which side of a migration. */
export type Direction = 'up' | 'down'

/**
 * A place in a migration, told in a way that reformatting its file does not move.
 * `offset` counts characters of the text of script number `script`, at the beginning of a statement.
 */
export interface StepPlace {
  readonly version: number
  readonly direction: Direction
  /** Which script of a step that is SQL, from 0; null for code, and where the statement is not known. */
  readonly script: number | null
  readonly offset: number | null
  /** The statement that was run, cut off after 2,000 characters; null where it is not known. */
  readonly statement: string | null
  /** Of code that threw: where, `file` absolute; null where it is not known. */
  readonly frame: {
    readonly file: string
    readonly line: number
    readonly column: number
  } | null
}

/** Values of one row by column, ready to be shown: texts, numbers, null, blobs as `x'00ff'`. */
export type ShownRow = Readonly<Record<string, string | number | null>>

/** A place in a file of the project; `file` is absolute. */
export type CodeFrame = NonNullable<StepPlace['frame']>

/** A statement that code ran, as the handle received it. */
export interface RanStatement {
  /** Empty of a function that was given to `transaction`, and was not called. Rows of data are cut off after 2,000 characters. */
  readonly text: string
  /** The calls that led to the handle, as far as they stand in the project's files: the innermost, then the migration's own. */
  readonly calls: readonly CodeFrame[]
  /** Whether `ctx` wrote it, as `ctx.rebuild` does, and not the migration. */
  readonly toolkit?: true
  /** Whether it was only prepared, and did not run, with rows or without. */
  readonly prepared?: true
  /** Whether it ran only where there were rows. */
  readonly onlyWithRows?: true
}

/** What the code of one version ran, in order; undefined of a side that is SQL, or was not run to its end. */
export type RanStatements = { readonly [D in Direction]?: readonly RanStatement[] }

/** Something that replay found out about one version. */
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
export interface StepFailed extends Partial<Refusal & GivenTwice> {
  readonly kind: 'step-failed'
  readonly at: StepPlace
  /** `empty`: with no rows but those that the history makes. `rows`: only with others. `again`: the second `up`, after a `down`. */
  readonly stage: 'empty' | 'rows' | 'again'
  /** Whether the failure comes from SQLite, or was thrown by the migration's own code. */
  readonly cause: 'sqlite' | 'code'
  /** What SQLite or the code said. */
  readonly message: string
  /** The tables that the statement names, as they were before the step: their CREATE statements. */
  readonly schema: readonly string[]
  /** With `rows`: the table and the row that the failure is about, where that is known. */
  readonly table: string | null
  readonly row: ShownRow | null
  /** The column of that table whose value is to blame: with another value the step goes on. */
  readonly column?: string
  /** The two tables that the step puts into one, where it fails as both have a row of the same number. */
  readonly merged?: readonly [string, string]
}

/** `down` does not lead back to the schema that was there before `up`. `found` is what there is after `down`. */
export interface NotInverse {
  readonly kind: 'not-inverse'
  readonly version: number
  /** `spelled` when all differences are only in the way of writing. */
  readonly grade: SchemaDifference['grade']
  readonly differences: readonly SchemaDifference[]
  /** Which of the ways that `undoSql` knows was seen to complete it; null where none does. */
  readonly undoing?: 'altered' | 'rebuilt' | null
}

/** `up` after `down` leads to another schema than the first `up`. */
export interface NotRepeatable {
  readonly kind: 'not-repeatable'
  readonly version: number
  readonly differences: readonly SchemaDifference[]
}

/** The schema after `up` depends on what rows there are. */
export interface Uneven {
  readonly kind: 'uneven'
  readonly version: number
  readonly differences: readonly SchemaDifference[]
}

/** Code does something else in a process of its own than where earlier versions, or it itself on another database, have run before. */
export interface ProcessDependent {
  readonly kind: 'process-dependent'
  readonly at: StepPlace
  /** The first that is run otherwise; null where the code has come to its end by then, or where it comes too late to be told. */
  readonly together: BoundStatement | null
  readonly alone: BoundStatement | null
  /** What it throws alone; null where it comes to its end. */
  readonly failure: string | null
  /** Whether it has run on another database before. */
  readonly twice?: true
}

/** A statement and what is bound to it, as a list in JSON, '' where that is nothing; each is cut off after 2,000 characters. */
export interface BoundStatement {
  readonly text: string
  readonly values: string
}

/** Rows of a table are gone after a step that does not delete from it by name, or only to put its rows back. */
export interface RowsLost {
  readonly kind: 'rows-lost'
  readonly at: StepPlace
  readonly table: string
  readonly before: number
  /** How many of them are left; rows that stand in the place of replaced ones do not count. */
  readonly after: number
  /** The table whose removal took the rows along (ON DELETE CASCADE), where that is so. */
  readonly through: string | null
  readonly by?: RowLoss
  /** With `forsaken` and `left`: the table that had them, or the first of several. With `another`: the one that is copied, or the first. */
  readonly source?: string
  /** With `nulls`: the column in which they have none. With `conflict`: that of the key, or its first, in which others agree. With `merged`: the one that points at what was merged. With `taken`: the others of the key of these rows. */
  readonly column?: string
  /** With `early`: the statement that comes too late. */
  readonly later?: string
  /** With `wholly`, `merged` and `taken`: the columns of the key. */
  readonly key?: readonly string[]
  /** The other table, where the step puts both into one: rows of the same number are lost. */
  readonly merged?: string
  /** One of the rows that are gone, where they are known. */
  readonly row?: ShownRow
}

/** Rows of a table stand several times, `more` in all, where it was made anew, or in `into`, to which they or columns go. */
export interface RowsDoubled extends Pick<RowsLost, 'at' | 'table'> {
  readonly kind: 'rows-doubled'
  readonly into?: string
  readonly more: number
  /** One of those that stand there several times. */
  readonly row: ShownRow
}

/** Rows have other values after a step that does not update their table by name. */
export interface ValuesChanged {
  readonly kind: 'values-changed'
  readonly at: StepPlace
  readonly table: string
  readonly column: string
  /** The column whose values stand there now: columns were swapped. Null when they come from elsewhere. */
  readonly from: string | null
  /** The table in which they are, where that has another name. */
  readonly into?: string
  readonly lost?: ValueLoss
  /** The columns that are rounded alike, where values beyond 2^53 were made to see it: no application need have such. */
  readonly supposed?: readonly string[]
  /** With `shared`: the table that the value is made of; with `forsaken`: the one that is dropped; with `compared`: the text; with `seeded`: the key; with `quotient`: the column that is divided; with `untied`: the condition that compares a column with itself, or ''; with `unarchived`: the table that has the copy; with `unlisted`: another value that becomes the same; with `reworded`: what `up` has made of both texts; with `unlinked`: the table of the duplicates. With `shared` also how many times a statement ran that each time changed all rows. */
  readonly source?: string
  readonly times?: number
  /** With `unlinked`: whether a statement behind gives the key another row. */
  readonly late?: true
  /** With `mixed`: the columns in which the other rows agree, where the step looks them up by these. */
  readonly agreeing?: readonly string[]
  /** The trigger that did it, where rows were put back into its table, which is `source`. */
  readonly trigger?: string
  /** With `cast`: the type that it names. */
  readonly type?: string
  /** With `cast`: what the values are multiplied by before. With `divided`: what `up` multiplied or divided them by. With `quotient`: what they are divided by. */
  readonly factor?: number
  /** The other table, where the step puts its rows into this one: rows of the same number get values of it. */
  readonly merged?: string
  readonly before: string | number | null
  readonly after: string | number | null
}

/** What stood in a table or a column that is gone after `up` stands elsewhere, row by row; or all rows were deleted by name, or go with the table, which is told. */
export interface ValuesKept {
  readonly kind: 'values-kept'
  readonly version: number
  readonly table: string
  /** Null where it is all of the table but its primary key. */
  readonly column: string | null
  /** The table in which it stands now, or the first of several. */
  readonly in: string
  /** Whether it stands there since an earlier version. */
  readonly earlier?: true
  /** Whether each of the values that were tried leads to something else. */
  readonly tried?: true
}

/** What stood in a table or in columns that are gone after `up`, and stands nowhere else. */
export interface ValuesGone {
  readonly kind: 'values-gone'
  readonly version: number
  readonly table: string
  /** One of the rows, as far as it is gone. */
  readonly row: ShownRow
  /** The columns of which other values are kept. */
  readonly parts?: readonly PartGone[]
  /** Whether some of the values that were tried lead to one thing, and others to another. */
  readonly tried?: true
}

/** Which values of a column are gone: of rows that a statement leaves out, or beside NULL in others, or that are spelled so, or beside whatever others. */
export interface PartGone {
  readonly column: string
  /** Null where code does. */
  readonly at: StepPlace | null
  readonly those?: Spelling | 'signs' | 'seconds' | 'some' | readonly string[]
}

/** After a step AUTOINCREMENT would give numbers again that were given before. */
export interface WatermarkLost {
  readonly kind: 'watermark-lost'
  readonly at: StepPlace
  readonly table: string
  readonly before: number
  /** Null when nothing is remembered any more. */
  readonly after: number | null
}

/** After a step a full-text index says that it does not fit the rows which it is over, or a table that triggers keep does not. */
export interface IndexMisfit {
  readonly kind: 'index-misfit'
  readonly at: StepPlace
  /** The table that was changed, or the table or view that the index is over. */
  readonly table: string
  /** The index, or with `keyed` any table. */
  readonly index: string
  readonly cause: MisfitCause
  /** What SQLite says of one that cannot read. */
  readonly message: string | null
}

/** No rows could be made for a table, so nothing is known about how its rows fare in this version. */
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

/** After a step the connection has another setting than before it. */
export interface ConnectionLeft {
  readonly kind: 'connection-left'
  readonly at: StepPlace
  /** As PRAGMA names it; `defaultSafeIntegers` of the client. */
  readonly setting: string
  readonly before: number
  readonly after: number
}

/** Code of a side wanted to run a statement when the side had ended: in a promise, a timer or a callback. */
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
  /** How many rows; 0 when the key itself is wrong: a parent that is missing, or is not unique there. */
  readonly rows: number
  readonly message: string | null
}

/** With rows of every kind a side did not come to its end, though it did without any: it was ended, and tried anew. */
export interface RanAway {
  readonly kind: 'ran-away'
  readonly at: StepPlace
  /** With which rows it came to its end. */
  readonly rows: 'moderate' | 'none'
}

/** `up` went well, though it asks more of a table than before, with rows that show that it bears them. */
export interface RowsTried {
  readonly kind: 'rows-tried'
  readonly version: number
  /** By the name that it has afterwards. */
  readonly table: string
  /** Columns that some row had NULL in, and that are NOT NULL afterwards. */
  readonly nulls: readonly string[]
  /** Checks of the table, in the canonical way of writing, that some row from before would not have met. */
  readonly checks: readonly string[]
  /** The columns of new foreign keys, as they are called afterwards, that some row from before had no parent in. */
  readonly keys: readonly (readonly string[])[]
  /** Columns in which code has written something else for all texts that are no numbers, as they are called now. */
  readonly converted: readonly string[]
  /** Whether it has no rows of before afterwards, so that none is held to anything. */
  readonly emptied: boolean
}

/** A copy took all rows of the table that it replaces, but it has a limit that no more rows were there to reach. */
export interface LimitUntried {
  readonly kind: 'limit-untried'
  readonly at: StepPlace
  readonly table: string
  readonly limit: number
  readonly rows: number
}

/** A side gives rows keys that rows of the application may have, in a table that no version had put rows into. */
export interface KeyTaken {
  readonly kind: 'key-taken'
  readonly at: StepPlace
  readonly table: string
  readonly column: string
  readonly values: readonly (string | number | null)[]
  /** What becomes of it: the side fails, or the row of the application is gone. */
  readonly by: 'refused' | 'replaced'
  /** Where a row that there is gets the key: what it has had, and the other columns of the key. */
  readonly of?: { readonly value: string | number | null; readonly along: readonly string[] }
}

/** What is known about one version. */
export interface VersionProof {
  readonly version: number
  /**
   * Digest of the schema after it, over what the history owns; null when it could not be applied, and from a version on
   * that could not be run to its end beside an empty database.
   */
  readonly schemaDigest: string | null
  readonly schemaChanges: Readonly<Record<string, string | null>>
  /** What it makes or changes, null for what it removes. */
  readonly catalog: Readonly<Record<string, CatalogObject | null>>
  readonly facts: readonly Fact[]
  /** Absent where all of it is SQL. */
  readonly ran?: RanStatements
}

/** What replaying a whole history brought to light. */
export interface Proof {
  /** From version 1 on, without gaps; ends where a version could not be applied to an empty database. */
  readonly versions: readonly VersionProof[]
  /** Whether every version could be applied, and as it will be. */
  readonly complete: boolean
  /** The columns of the views that there are at the end, by `view name`. */
  readonly views: Readonly<Record<string, readonly ViewColumn[]>>
  /** The version of SQLite that replayed: `3.53.0`. */
  readonly sqlite: string
}
