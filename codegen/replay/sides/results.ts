// The results of replaying a history, for each way of replaying it. Types only; everything survives JSON.
import type { Proof, VersionProof } from '../../model/evidence.js'

/** What the schemas of a history prove; `versions` are those after `provenTo`. */
export type SchemaProof = Proof

/** What rows in the tables reveal, by version; there are findings only for versions after `provenTo`. */
export type RowFacts = readonly VersionFacts[]

/** The findings about one version. */
export interface VersionFacts extends Pick<VersionProof, 'version' | 'facts' | 'ran'> {
  /** The SQL of each object that `up` made or changed while there were rows, by `table users`; null if it was removed. */
  readonly written: Readonly<Record<string, string | null>>
}

/** What to carry from one version to the end. */
export interface Carriage {
  /** The tables of this version get rows. */
  readonly from: number
  /** Tables that get fewer rows, because steps failed with more. */
  readonly spared: Spared
}

/** By name in lower case: tables that get one row, or none. */
export type Spared = Readonly<Record<string, 'one' | 'none'>>

/** What happened to the rows. */
export interface Carried {
  /** Every table at the end, if the only rows were those of the migrations themselves. */
  readonly plain: RowDigests
  /** What it took for every step to succeed. */
  readonly spared: Spared
  /** The tables that had rows at the start, by name, with a digest of the rows. */
  readonly begun: RowDigests
  /** The other tables at the start. */
  readonly empty: readonly string[]
  /** Every table at the end; null if a step fails with rows, whichever tables are spared. */
  readonly ended: RowDigests | null
  /** The error message of that step. */
  readonly failure: string | null
}

/** A digest of the rows of each table, regardless of their order. */
export type RowDigests = Readonly<Record<string, string>>
