// A statement fails inside a transaction, has no effect there, or is not rolled back with it.
import { statementPlace } from '../subject/place.js'
import type { FoundStatement, Rule } from '../subject/rule.js'
import { REFUSED, transactionRefusal, inScript, orSayWhy, wayOn } from '../wording/left-out.js'
import { writeOption } from '../source/write-option.js'

/**
 * VACUUM, ATTACH, DETACH, and the pragmas `journal_mode`, `synchronous` and `wal_checkpoint` (tried on SQLite 3.53).
 */
export const sqlNeedsNoTransaction: Rule = {
  code: 'SQL_NEEDS_NO_TRANSACTION',
  severity: 'error',
  override: 'acknowledged in code',
  spoilsReplay: true,
  supersedes: REFUSED,
  *check({ statements, replay, reading }) {
    for (const statement of statements) {
      const reason = transactionRefusal(statement.shape)
      const { migration } = statement
      if (!reason || migration.transaction?.value === false) continue
      const at = statementPlace(statement)
      yield {
        at,
        leavesOut: isAttached(statement) ? null : inScript(statement),
        message: `${at.file} runs in a transaction, but ${reason}.${isAttached(statement) ? '' : wayOn(statement, { replay, reading })}`,
        fix: `Put the statement into a migration of its own and declare ${writeOption('transaction: false', migration.form)} there${orSayWhy('SQL_NEEDS_NO_TRANSACTION', statement)}.`,
      }
    }
  },
}

/** Later statements need the other database, for which the replay has a stand-in. */
const isAttached = ({ shape }: FoundStatement): boolean =>
  shape.kind === 'other' && /^(?:at|de)tach$/.test(shape.words[0] ?? '')
