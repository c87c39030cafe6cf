// A comment switches off what is not found.
import type { Rule } from '../rule.js'

/** Says nothing in files with errors, where a finding may be hidden. */
export const suppressionUnused: Rule = {
  code: 'SUPPRESSION_UNUSED',
  severity: 'warning',
  standing: 'adjustable',
  stage: 'suppressions',
  meaning: 'A `lockstep-ignore` comment switches off nothing.',
  problem:
    'A comment that is left behind would hide the next finding of its kind, for a reason that no longer holds.',
  solution: 'Remove the comment, or correct its code.',
  *check({ suppressions, troubled }) {
    for (const { outcome, code, at, files } of suppressions) {
      if (outcome !== 'unused' || files.some((file) => troubled.has(file))) continue
      yield {
        at,
        message: `A comment in ${at.file} switches off ${code!}, but there is no such finding in this migration.`,
        fix: 'Remove the comment, or correct its code.',
      }
    }
  },
}
