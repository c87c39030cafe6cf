// How two schemas differ, and what verifying a database found: plain data, ready for JSON.
import type { Problem, State } from './report.js'

/** One thing about an object that is not as expected. Texts are SQL in one way of writing. */
export interface SchemaDetail {
  /** `moved`: the same columns stand in another order. */
  readonly change: 'lost' | 'added' | 'changed' | 'moved'
  /** `column email`, `constraint`, `statement`, `name` … */
  readonly what: string
  /** Null when it was added. */
  readonly expected: string | null
  /** Null when it is lost. */
  readonly found: string | null
}

/** One object that is not as expected. */
export interface SchemaDifference {
  /** Type and name, the name in lower case: `table users`. */
  readonly object: string
  readonly change: 'lost' | 'added' | 'changed'
  /** `spelled`: written in another way (names of constraints, their order), with the same meaning. */
  readonly grade: 'spelled' | 'differs'
  /** Empty where only digests could be compared, and where the object as a whole is lost or added. */
  readonly details: readonly SchemaDetail[]
}

/** What verifying found. */
export interface Verification {
  /** Whether there is no problem of severity `error`. */
  readonly ok: boolean
  readonly state: State
  /** The highest applied version; 0 when none is. */
  readonly version: number
  /** The highest version of the registry; 0 when it is empty. */
  readonly latest: number
  /** Of the ledger, the schema, the integrity of the file and the foreign keys. */
  readonly problems: readonly Problem[]
  /** How the schema differs from the one that the applied version leads to, object by object. */
  readonly differences: readonly SchemaDifference[]
  /** What the schema was compared with; null when nothing tells how it should be. */
  readonly comparedWith: 'schema' | 'digests' | null
  /** How many objects of this history were compared. */
  readonly compared: number
  /** Objects that this history has not made, which never matter: `table spatial_ref_sys`. */
  readonly foreign: readonly string[]
  /**
   * Full-text indexes over the rows of other tables, of which it is not known whether they fit them: `table notes_search`.
   * Only the index itself can tell, and only while it may write: `lockstep verify` asks it on a copy of the file.
   */
  readonly unchecked: readonly string[]
}
