// A migration gives a table another name.
import { changePlace } from '../subject/place.js'
import { ignoreComment, sentence, versionName } from '../wording/describe-step.js'
import type { Rule } from '../subject/rule.js'
import { sqlName } from '../../sql/sql-name.js'
import { foldCase, isSameName } from '../../../src/sql/names.js'

/**
 * Judged by what there is before and after: the last step of a rebuild is no rename, nor is one there and back, nor one
 * that leaves a view with the old name.
 */
export const tableRenamed: Rule = {
  code: 'TABLE_RENAMED',
  severity: 'warning',
  override: 'adjustable',
  stage: 'replay',
  meaning: 'A migration renames a table.',
  problem:
    'No data is lost, but all code that is older than the migration and still runs, on another server or after a rollback of ' +
    'the application, fails at its first query.',
  solution:
    'Leave a view with the old name until the last code that uses it is gone, or accept it with a comment when nothing runs beside the migration.',
  *check({ replay }) {
    for (const step of replay?.steps ?? []) {
      for (const { before, after, statement } of step.traces) {
        if (!after || isSameName(before.name, after.name)) continue
        if (step.after.has(`view ${foldCase(before.name)}`)) continue
        const at = changePlace(statement, step)
        const [old, now] = [sqlName(before.name), sqlName(after.name)]
        yield {
          at,
          subject: old,
          message: sentence(
            `${versionName(step, at)} renames the table ${before.name} to ${after.name}. Code from before that still runs beside it fails with "no such table".`,
          ),
          fix: `Add \`CREATE VIEW ${old} AS SELECT * FROM ${now}\` for code that reads, and drop it in a later release; or, if nothing else uses the database meanwhile, say so: ${ignoreComment('TABLE_RENAMED', step.migration, old)}.`,
        }
      }
    }
  },
}
