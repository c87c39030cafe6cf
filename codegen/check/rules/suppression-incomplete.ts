// A comment that is to switch something off, without a code or without a reason.
import type { Rule } from '../subject/rule.js'

/** Such a comment switches off nothing. */
export const suppressionIncomplete: Rule = {
  code: 'SUPPRESSION_INCOMPLETE',
  severity: 'warning',
  standing: 'adjustable',
  stage: 'suppressions',
  meaning: 'A `lockstep-ignore` comment names no code or gives no reason.',
  problem: 'Without a reason nobody can tell later whether the warning may be switched off still.',
  solution: 'Write `lockstep-ignore CODE: reason`, or several codes with commas between them.',
  *check({ suppressions }) {
    for (const { outcome, code, at } of suppressions) {
      if (outcome !== 'incomplete') continue
      yield {
        at,
        message: `A comment in ${at.file} ${code === null ? 'names no code' : `gives no reason for switching off ${code}`}, so it switches off nothing.`,
        fix: `Write \`lockstep-ignore ${code ?? 'CODE'}: reason\`.`,
      }
    }
  },
}
