// The differences between two schemas, and the result of verifying a database: plain data, ready for JSON.
import type { Problem, State } from './report.js'

/** One aspect of an object that is not as expected. Texts are normalised SQL. */
export interface SchemaDetail {
  /** `moved`: the same columns in another order. */
  readonly change: 'lost' | 'added' | 'changed' | 'moved'
  /** `column email`, `constraint`, `statement`, `name` … */
  readonly what: string
  /** Null if it was added. */
  readonly expected: string | null
  /** Null if it is lost. */
  readonly found: string | null
}

/** One object that is not as expected. */
export interface SchemaDifference {
  /** Type and name, the name in lower case: `table users`. */
  readonly object: string
  readonly change: 'lost' | 'added' | 'changed'
  /** `spelled`: written differently (names of constraints, their order) with the same meaning. */
  readonly grade: 'spelled' | 'differs'
  /** Empty if only digests could be compared, or if the whole object is lost or added. */
  readonly details: readonly SchemaDetail[]
}

/** The result of verifying. */
export interface Verification {
  /** Whether there is no problem of severity `error`. */
  readonly ok: boolean
  readonly state: State
  /** The highest applied version; 0 when none is. */
  readonly version: number
  /** The highest version of the registry; 0 when it is empty. */
  readonly latest: number
  /** Problems of the ledger, the schema, the integrity of the file and the foreign keys. */
  readonly problems: readonly Problem[]
  /** How the schema differs from that of the applied version, object by object. */
  readonly differences: readonly SchemaDifference[]
  /** What the schema was compared with; null if nothing says what it should be. */
  readonly comparedWith: 'schema' | 'digests' | null
  /** How many objects of this history were compared. */
  readonly compared: number
  /** Objects that this history has not created, which never matter: `table spatial_ref_sys`. */
  readonly foreign: readonly string[]
  /**
   * Full-text indexes over the rows of other tables, for which it is unknown whether they match them: `table notes_search`. Only
   * the index itself can tell, and only while it may write: `lockstep verify` checks it on a copy of the file.
   */
  readonly unchecked: readonly string[]
}
