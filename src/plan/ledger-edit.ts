// A change of the ledger that runs no migration, as data: what marking, repairing, adopting and loading come down to.
import { LockstepError } from '../errors/lockstep-error.js'
import { optionInvalid } from '../errors/usage.js'
import type { LedgerRow } from '../model/ledger.js'
import type { RegistryEntry } from '../model/registry.js'

/** A row to be written, over one of the same version where there is one. */
export interface WrittenRow<H> {
  readonly entry: RegistryEntry<H>
  /** ISO 8601, UTC; null for now, or for what the row says already. */
  readonly appliedAt: string | null
  /** Whether it is the row of a step that is done in part, and will go on. */
  readonly goesOn?: boolean
}

/** A line for the log beside the ledger. */
export interface LoggedLine {
  readonly migration: Pick<LedgerRow, 'version' | 'name'> | null
  readonly detail: string
}

/** Everything to change, in one transaction; without a line for the log there is nothing to do. */
export interface LedgerEdit<H, Answer> {
  readonly action: 'mark' | 'repair' | 'adopt' | 'load'
  /** What is answered to the caller, and shown to a person before. */
  readonly answer: Answer
  /** A table in the ledger's place that has to make room. */
  readonly renames: { readonly table: string; readonly to: string } | null
  readonly createsLedger: boolean
  readonly written: readonly WrittenRow<H>[]
  readonly removed: readonly number[]
  readonly log: readonly LoggedLine[]
  /** The highest applied version afterwards. */
  readonly version: number
}

/** A detail for the log, with the reason that a person gave. */
export const withReason = (detail: string, reason: string | undefined): string =>
  reason === undefined || reason.trim() === '' ? detail : `${detail}: ${reason.trim()}`

/** What is recorded against the schema needs a reason for those who read the log. Throws `OPTION_INVALID`. */
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
