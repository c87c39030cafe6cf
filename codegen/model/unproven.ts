// What a proof leaves open. Types only.

/**
 * Something that could not be proven, and why: time limit, `effects`, no transaction, other databases; `rows-ended` if rows did
 * not get that far, because a step ended the process with them or did not end; `trial-failed` if Lockstep itself failed at one of
 * its trials.
 */
export interface Unproven {
  readonly kind: 'unproven'
  readonly version: number
  readonly reason:
    | 'effects'
    | 'no-transaction'
    | 'time'
    | 'earlier-failure'
    | 'other-database'
    | 'rows-ended'
    | 'trial-failed'
  /** With `other-database`: the databases for which an empty one in memory stood in, as they are written. */
  readonly databases?: readonly string[]
  /** With `other-database`: the statements that were not run, each truncated to 2,000 characters. */
  readonly statements?: readonly string[]
  /** With `other-database`: those that were not run because an earlier version was not run to its end. */
  readonly following?: readonly string[]
  /** With `other-database`: what the step tried to do and was not allowed to, as in `load the extension x`. */
  readonly refused?: readonly string[]
  /** With `other-database`: the processes and threads that the step has started. */
  readonly started?: readonly string[]
  /**
   * With `other-database`: the error of a side beside an empty database; the rest of it was not run. With `trial-failed`: what
   * was thrown, and where.
   */
  readonly thrown?: string
  /** With `other-database`: that side was `up`, or a part of the schema was left out, which is unknown from there on. */
  readonly unfinished?: true
}
