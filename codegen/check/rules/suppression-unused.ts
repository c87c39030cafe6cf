// A comment switches off a finding that does not exist.
import { distance } from 'fastest-levenshtein'
import { listed } from '../../diagnostics/listed.js'
import type { Rule, Suppression } from '../subject/rule.js'

/** Silent in files with errors, where a finding may be hidden, except for an unknown code. */
export const suppressionUnused: Rule = {
  code: 'SUPPRESSION_UNUSED',
  severity: 'warning',
  stage: 'suppressions',
  *check({ suppressions, troubled, ruleCodes }) {
    for (const { outcome, code, subject, at, files, others } of suppressions) {
      if (outcome !== 'unused' || code === null) continue
      // Warnings of the reading have codes as well.
      const isKnown = ruleCodes.includes(code) || code.startsWith('READ_')
      if (isKnown && files.some((file) => troubled.has(file))) continue
      const said = `A comment in ${at.file} suppresses ${code}`
      if (!isKnown) {
        const meant = ruleCodes.find((one) => isNear(one, code))
        yield {
          at,
          message: `${said}, but no rule has this code.`,
          fix: `${meant === undefined ? '' : `Did you mean ${meant}? `}Remove the comment, or correct its code.`,
        }
      } else yield { at, ...inVain(said, code, { subject, others }) }
    }
  },
}

/** If there are such findings, but none has a subject, the subject is the mistake. */
function inVain(
  said: string,
  code: string,
  {
    subject,
    others,
  }: Pick<Suppression, 'subject'> & { readonly others: Suppression['others'] | undefined },
): { readonly message: string; readonly fix: string } {
  const about = subject === null ? '' : ` about ${subject}`
  if (subject !== null && others?.length === 0)
    return {
      message: `${said}${about}, but findings of this code have no subject: it suppresses none.`,
      fix: `Leave out ${subject}: \`lockstep-ignore ${code}: …\` covers them all in the migration.`,
    }
  const only = others?.length ? `, only about ${listed(others)}` : ''
  return {
    message: `${said}, but there is no such finding${about} in this migration${only}.`,
    fix: `Remove the comment, or correct ${only ? 'what it names' : 'its code'}.`,
  }
}

/** Within a slip of the fingers or two. */
const isNear = (code: string, given: string): boolean => distance(code, given) <= 2
