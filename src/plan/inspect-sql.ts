// Finds statements that a migration may not contain, before anything runs.
import { splitStatements, tokensOf, type Statement } from '../sql/split-statements.js'
import { foldCase, plainName } from '../sql/names.js'

/** A statement that the runner refuses, and why. */
export interface RefusedStatement {
  readonly why: 'transaction' | 'foreign-keys'
  readonly statement: Statement
}

/** Text without any of these words needs no closer look, which would cost a split. */
const SUSPECT = /\b(?:begin|commit|end|rollback|savepoint|release|foreign_keys|journal_mode)\b/i

/** Whether a script may end the transaction it runs in: without any of these words, wherever they occur, it cannot. */
export const mayEndTransaction = (script: string): boolean => SUSPECT.test(script)

/** Matches every text that can remove a parent, or add a row without one. */
export const WRITES = /insert|update|delete|replace|table|drop|references|attach/i

/** Whether a text may concern the ledger of this name. */
export const mentions = (text: string, table: string): boolean =>
  foldCase(text).includes(foldCase(table))

const TRANSACTION = /^(?:BEGIN|COMMIT|END|ROLLBACK|SAVEPOINT|RELEASE)\b/i

/**
 * What a PRAGMA switches: `foreign_keys` with a value, or `journal_mode` to `off`, without which no transaction can be rolled
 * back. SQLite accepts abbreviations of that word.
 */
function switchedBy(statement: string): RefusedStatement['why'] | undefined {
  if (!/^PRAGMA\b/i.test(statement)) return undefined
  const words = Array.from(tokensOf(statement), ({ text }) => plainName(text)).join(' ')
  if (/ foreign_keys [=(]/.test(words)) return 'foreign-keys'
  return / journal_mode [=(] of?f?\b/.test(words) ? 'transaction' : undefined
}

/** Whether a script reaches beyond the tables of its database: other files, or connection settings. */
export const reachesOut = (script: string): boolean =>
  /attach|pragma|vacuum/i.test(script) &&
  Array.from(splitStatements(script)).some(({ text }) =>
    /^(?:ATTACH|DETACH|PRAGMA|VACUUM)\b/i.test(text),
  )

/** The first statement of a script that controls the transaction or switches foreign keys; reading a setting is fine. */
export function refusedStatement(script: string): RefusedStatement | undefined {
  if (!mayEndTransaction(script)) return undefined
  for (const statement of splitStatements(script)) {
    if (TRANSACTION.test(statement.text)) return { why: 'transaction', statement }
    const why = switchedBy(statement.text)
    if (why) return { why, statement }
  }
  return undefined
}
