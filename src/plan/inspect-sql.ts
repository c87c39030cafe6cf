// Which statements a migration may not contain, found before anything runs.
import { splitStatements, tokensOf, type Statement } from '../sql/split-statements.js'
import { plainName } from '../sql/names.js'

/** A statement that the runner refuses, and why. */
export interface RefusedStatement {
  readonly why: 'transaction' | 'foreign-keys'
  readonly statement: Statement
}

/** Text without any of these words needs no closer look; looking closer costs a split. */
const SUSPECT = /\b(?:begin|commit|end|rollback|savepoint|release|foreign_keys)\b/i

/** Whether a script can end the transaction it runs in: without one of the words for it, wherever they stand, it cannot. */
export const mayEndTransaction = (script: string): boolean => SUSPECT.test(script)

const TRANSACTION = /^(?:BEGIN|COMMIT|END|ROLLBACK|SAVEPOINT|RELEASE)\b/i

/** Whether a statement is a PRAGMA that hands a value to `foreign_keys`. */
function switchesForeignKeys(statement: string): boolean {
  if (!/^PRAGMA\b/i.test(statement)) return false
  let name = ''
  for (const { text } of tokensOf(statement)) {
    if (name === 'foreign_keys' && (text === '=' || text === '(')) return true
    name = plainName(text)
  }
  return false
}

/** The first statement of a script that controls the transaction or switches foreign keys; reading the setting is fine. */
export function refusedStatement(script: string): RefusedStatement | undefined {
  if (!mayEndTransaction(script)) return undefined
  for (const statement of splitStatements(script)) {
    if (TRANSACTION.test(statement.text)) return { why: 'transaction', statement }
    if (switchesForeignKeys(statement.text)) return { why: 'foreign-keys', statement }
  }
  return undefined
}
