// A migration does nothing.
import type { ParsedMigration } from '../../model/migration.js'
import type { Rule } from '../subject/rule.js'
import { ignoreComment } from '../wording/describe-step.js'
import { isSurelyUnrun } from '../source/unused-result.js'
import { isEmptyUp } from '../subject/step-content.js'

/**
 * SQL without a statement (comments only), or a function without one, or that only executes such SQL. A function that was seen to
 * send nothing to the database is a warning; reading is work enough, and so are declared `effects`.
 */
export const migrationEmpty: Rule = {
  code: 'MIGRATION_EMPTY',
  severity: 'error',
  override: 'acknowledged',
  *check({ reading, replay, scripts }) {
    const byFile = new Map(scripts.map((script) => [script.file, script]))
    const idle = new Set(
      replay?.steps
        .filter((step) => step.idle.includes('up'))
        .filter(({ statements }) => !statements.some((one) => isSurelyUnrun(one, byFile)))
        .map(({ migration }) => migration),
    )
    for (const migration of reading.migrations) {
      const { up, file, effects } = migration
      if (!up) continue
      if (isEmptyUp(migration))
        yield {
          at: up.position,
          message: `The \`${sideOf(migration)}\` in ${file.file} does nothing.`,
          fix: `${toWrite(migration)}, or in a comment: ${ignoreComment('MIGRATION_EMPTY', migration)}.`,
        }
      else if (idle.has(migration) && !effects)
        yield {
          at: up.position,
          severity: 'warning',
          message: `The \`up\` in ${file.file} runs no statement on the database, neither on empty tables nor with rows, so the version changes nothing. What it defers, in a timer or a promise, runs outside its transaction.`,
          fix: `Run the statements before \`up\` returns. If it works on something else, declare \`effects\` with the reason; if it is meant to do nothing, say why: ${ignoreComment('MIGRATION_EMPTY', migration)}.`,
        }
    }
  },
}

const sideOf = ({ alter, batches }: ParsedMigration): string =>
  alter ? 'alter' : batches ? 'batches' : 'up'

/** A declaration in place of `up` has no place for a statement that does nothing. */
function toWrite({ alter, batches }: ParsedMigration): string {
  const nothing = 'If the version must exist and do nothing, say so with'
  if (alter) {
    const [first] = alter.tables
    return `Declare in \`alter\` what changes in ${first?.table.value ?? 'the table'}. ${nothing} \`up: 'SELECT 1'\` in place of \`alter\``
  }
  return batches
    ? `Declare in \`batches\` what to do with the rows. ${nothing} \`up: 'SELECT 1'\` in place of \`batches\``
    : `Write what it should do. ${nothing} a statement such as \`SELECT 1\``
}
