// What can keep the ledger from being set right by hand. Nothing was changed in any of these cases.
import { versionId } from '../model/version.js'
import { COMMITTED, NOTHING_CHANGED, ROLLED_BACK, TRANSACTION_CHANGED } from '../model/told-step.js'
import type { Cause } from './lockstep-error.js'

/** Marking this version would leave a ledger that is not whole. */
export const markRefused = (
  version: number,
  as: 'applied' | 'pending',
  reason: string,
  fix: string,
): Cause => ({
  code: 'MARK_REFUSED',
  message: `Version ${versionId(version)} was not marked as ${as}: ${reason}. Nothing was changed.`,
  fix,
  facts: { version, as },
})

/** What was to be written is not what had been shown and confirmed: the database or the code changed meanwhile. */
export const ledgerMoved = (): Cause => ({
  code: 'LEDGER_MOVED',
  message:
    'What would be written now is not what was confirmed: the ledger or the registry has changed meanwhile. Nothing was changed.',
  fix: 'Run again, and look at the new plan.',
})

/** A change of the ledger was not confirmed. */
export const editUnconfirmed = (reason: string): Cause => ({
  code: 'EDIT_UNCONFIRMED',
  message: `The ledger was not changed: ${reason}.`,
  fix: 'Run it in a terminal, where it shows what would be written before it asks; or confirm it with --yes.',
})

/** A mirror could not be written. */
export const mirrorFailed = (
  place: string,
  reason: string,
  facts: Readonly<Record<string, unknown>> = {},
): Cause => ({
  code: 'MIRROR_FAILED',
  message: `The schema version could not be copied into ${place}: ${reason}.`,
  state: reason === TRANSACTION_CHANGED ? COMMITTED : NOTHING_CHANGED,
  ofStep: reason === TRANSACTION_CHANGED ? COMMITTED : ROLLED_BACK,
  fix: 'Fix the mirror, or leave it out.',
  facts,
})
