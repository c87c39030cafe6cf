// A migration has a `down` and claims to be irreversible.
import type { Rule } from '../subject/rule.js'

/** Such a migration counts as irreversible: its `down` is never run. */
export const downWithIrreversible: Rule = {
  code: 'DOWN_WITH_IRREVERSIBLE',
  severity: 'warning',
  *check({ reading }) {
    for (const { file, down, irreversible } of reading.migrations) {
      if (!down || !irreversible) continue
      yield {
        at: irreversible.position,
        message: `${file.file} has a \`down\` but is declared irreversible; it would not be rolled back.`,
        fix: 'Remove `irreversible` if `down` restores the old state, or remove `down` if it does not.',
      }
    }
  },
}
