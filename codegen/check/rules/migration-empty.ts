// A migration does nothing.
import type { Rule } from '../subject/rule.js'
import { isEmptySide } from '../subject/step-content.js'

/** SQL without a statement (comments only), or a function without one. */
export const migrationEmpty: Rule = {
  code: 'MIGRATION_EMPTY',
  severity: 'error',
  standing: 'adjustable',
  stage: 'migrations',
  meaning: 'The `up` of a migration contains no statement.',
  problem:
    'An empty step is usually one that was created and forgotten. Once it is applied somewhere, filling it in changes a ' +
    'released migration.',
  solution: 'Write what the migration is to do, or delete it while it is the last one.',
  *check({ reading }) {
    for (const { up, file } of reading.migrations) {
      if (!up || !isEmptySide(up)) continue
      yield {
        at: up.position,
        message: `The \`up\` in ${file.file} does nothing.`,
        fix: 'Write what it is to do. If the version must exist and do nothing, say so with a statement such as `SELECT 1`.',
      }
    }
  },
}
