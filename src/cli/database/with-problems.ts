// Adds what the command line has found to a verification. Pure.
import type { Problem } from '../../model/report.js'
import type { Verification } from '../../model/verification.js'

/** The same with more problems; no longer ok if one of them is an error. */
export function withProblems(verification: Verification, more: readonly Problem[]): Verification {
  const problems = [...verification.problems, ...more]
  return { ...verification, problems, ok: !problems.some(({ severity }) => severity === 'error') }
}
