// A change of the ledger that runs no migration, as data: the result of planning to mark, repair, adopt or load.
import { LockstepError } from '../errors/lockstep-error.js'
import { optionInvalid } from '../errors/usage.js'
import type { LedgerRow } from '../model/ledger.js'
import type { RegistryEntry } from '../model/registry.js'

/** A row to write, replacing one of the same version. */
export interface WrittenRow<H> {
  readonly entry: RegistryEntry<H>
  /** ISO 8601, UTC; null for now, or for the time already in the row. */
  readonly appliedAt: string | null
  /** Whether it is the row of a partly done step that will resume. */
  readonly goesOn?: boolean
}

/** A line for the log beside the ledger. */
export interface LoggedLine {
  readonly migration: Pick<LedgerRow, 'version' | 'name'> | null
  readonly detail: string
}

/** Everything to change, in one transaction; without a log line there is nothing to do. */
export interface LedgerEdit<H, Answer> {
  readonly action: 'mark' | 'repair' | 'adopt' | 'load'
  /** What is returned to the caller, and shown to a person before. */
  readonly answer: Answer
  /** A table with the ledger's name that has to be renamed. */
  readonly renames: { readonly table: string; readonly to: string } | null
  readonly createsLedger: boolean
  readonly written: readonly WrittenRow<H>[]
  readonly removed: readonly number[]
  readonly log: readonly LoggedLine[]
  /** The highest applied version afterwards. */
  readonly version: number
}

/** A detail for the log, with the reason given by the user. */
export const withReason = (detail: string, reason: string | undefined): string =>
  reason === undefined || reason.trim() === '' ? detail : `${detail}: ${reason.trim()}`

/** Forcing a record against the schema needs a reason for those who read the log. Throws `OPTION_INVALID`. */
export function checkForce({
  force,
  reason,
}: {
  force?: unknown
  reason?: string | undefined
}): void {
  if (force === true && withReason('', reason) === '')
    throw new LockstepError({
      ...optionInvalid('reason', '', ''),
      message: 'What is forced needs a reason, which is kept in the log.',
      fix: 'Give one: the option `reason`, or `--reason "…"` on the command line.',
    })
}
