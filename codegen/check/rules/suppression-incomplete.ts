// A comment meant to switch something off does not say what, or why.
import { listed } from '../../diagnostics/listed.js'
import type { Rule } from '../subject/rule.js'

/** Such a comment switches off nothing: what it does not name stays an error. */
export const suppressionIncomplete: Rule = {
  code: 'SUPPRESSION_INCOMPLETE',
  severity: 'warning',
  stage: 'suppressions',
  *check({ suppressions }) {
    for (const { outcome, code, subject, at, others = [] } of suppressions) {
      if (outcome === 'ambiguous')
        yield {
          at,
          message: `A comment in ${at.file} names none of the ${others.length} findings ${code} in this migration, so it suppresses nothing.`,
          fix: `Write one comment for each that you mean: ${listed(others.map((other) => `\`lockstep-ignore ${code} ${other}: reason\``))}.`,
        }
      if (outcome !== 'incomplete') continue
      const missing =
        code === null
          ? subject === null
            ? 'names no code'
            : 'names several codes and a subject, which only a single code can have'
          : `gives no reason for suppressing ${code}`
      yield {
        at,
        message: `A comment in ${at.file} ${missing}, so it suppresses nothing.`,
        fix: `Write \`lockstep-ignore ${code ?? 'CODE'}${code !== null && subject !== null ? ` ${subject}` : ''}: reason\`.`,
      }
    }
  },
}
