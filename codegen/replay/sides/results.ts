// What replaying a history answers, for each way of replaying it. Types only; everything survives JSON.
import type { Proof, VersionProof } from '../../model/evidence.js'

/** What the schemas of a history prove; `versions` are those after `provenTo`. */
export type SchemaProof = Proof

/** What rows in the tables bring to light, for each version; there are facts only of those after `provenTo`. */
export type RowFacts = readonly VersionFacts[]

/** What was found out about one version. */
export interface VersionFacts extends Pick<VersionProof, 'version' | 'facts' | 'ran'> {
  /** The SQL of each object that `up` made or changed while there were rows, by `table users`; null for what it removed. */
  readonly written: Readonly<Record<string, string | null>>
}

/** What is to be carried from one version to the end. */
export interface Carriage {
  /** The tables of this version get rows. */
  readonly from: number
  /** Tables that get fewer rows, because steps failed on more. */
  readonly spared: Spared
}

/** By name in lower case: tables that get one row, or none. */
export type Spared = Readonly<Record<string, 'one' | 'none'>>

/** What became of the rows. */
export interface Carried {
  /** Every table at the end where there were no rows but the migrations' own. */
  readonly plain: RowDigests
  /** What it took for every step to succeed. */
  readonly spared: Spared
  /** The tables that had rows at the beginning, by their name, with a digest of these. */
  readonly begun: RowDigests
  /** Other tables that there were then. */
  readonly empty: readonly string[]
  /** Every table at the end; null when a step fails on rows, whichever are spared. */
  readonly ended: RowDigests | null
  /** What SQLite said then. */
  readonly failure: string | null
}

/** A digest of the rows of each table; they count as a set. */
export type RowDigests = Readonly<Record<string, string>>
