// A comment tries to switch off an error.
import type { Rule } from '../subject/rule.js'

/** Only warnings and hints can be switched off by a comment. */
export const suppressionOfError: Rule = {
  code: 'SUPPRESSION_OF_ERROR',
  severity: 'warning',
  stage: 'suppressions',
  *check({ suppressions, fixedCodes }) {
    for (const { outcome, code, at } of suppressions) {
      if (outcome !== 'refused' || code === null) continue
      const setting = `set \`rules: { ${code}: 'warning' }\` in the configuration`
      yield {
        at,
        message: `${code} is an error, which a comment cannot suppress; one in ${at.file} tries to.`,
        fix: `Fix the error and remove the comment${fixedCodes.has(code) ? '' : `, or ${setting}`}.`,
      }
    }
  },
}
