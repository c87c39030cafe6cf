// Failures of the conformance suite for drivers. Only authors of drivers see these.
import type { Cause } from './lockstep-error.js'

/** A driver does not keep a promise of the port, or a run over it does not keep its own. */
export const conformanceFailed = (finding: string, promise?: string): Cause => ({
  code: 'CONFORMANCE_FAILED',
  message: `The driver does not keep a promise${promise === undefined ? '' : `, "${promise}"`}: ${finding}.`,
  fix: 'Fix the driver. If its database cannot keep the promise, say so in capabilities, and the case is skipped.',
  facts: { promise, finding },
})

/** A case that should be skipped was run. */
export const conformanceSkipped = (promise: string, reason: string): Cause => ({
  code: 'CONFORMANCE_SKIPPED',
  message: `The promise "${promise}" cannot be tested: ${reason}.`,
  fix: 'Skip the cases that have a reason in skip, as describeDriver does.',
  facts: { promise, reason },
})
