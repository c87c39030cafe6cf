// A migration switches foreign keys on or off, which only the runner may do.
import { statementPlace } from '../subject/place.js'
import type { Rule } from '../subject/rule.js'
import { inScript, orSayWhy, wayOn, REFUSED } from '../wording/left-out.js'
import { writeOption } from '../source/write-option.js'

/** Asking for the setting, `PRAGMA foreign_keys`, is allowed. */
export const sqlForeignKeysPragma: Rule = {
  code: 'SQL_FOREIGN_KEYS_PRAGMA',
  severity: 'error',
  override: 'acknowledged in code',
  spoilsReplay: true,
  supersedes: REFUSED,
  *check({ statements, replay, reading }) {
    for (const statement of statements) {
      const { shape } = statement
      if (shape.kind !== 'pragma' || shape.name.key !== 'foreign_keys' || !shape.sets) continue
      const at = statementPlace(statement)
      const { batches, foreignKeys, form } = statement.migration
      const isEnforced = foreignKeys !== null || (batches && statement.direction === 'up')
      const remedy = isEnforced
        ? 'foreign keys are enforced in this step, by SQLite itself'
        : `enforcement is off while migrations run, and violations are counted after each. A step that relies on ON DELETE CASCADE declares ${writeOption("foreignKeys: 'enforce'", form)}`
      yield {
        at,
        leavesOut: inScript(statement),
        message: `${at.file} sets PRAGMA foreign_keys, but the runner controls foreign keys; inside a transaction the statement would have no effect.${wayOn(statement, { replay, reading })}`,
        fix: `Remove it: ${remedy}${orSayWhy('SQL_FOREIGN_KEYS_PRAGMA', statement)}.`,
      }
    }
  },
}
