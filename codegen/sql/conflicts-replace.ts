// Detects whether a table replaces rows by itself. Pure.
import { sqlTokens } from './sql-tokens.js'

/** Whether a constraint in a CREATE TABLE statement says ON CONFLICT REPLACE. */
export function conflictsReplace(sql: string): boolean {
  const tokens = [...sqlTokens(sql)]
  return tokens.some(
    (token, index) =>
      token === 'REPLACE' && tokens[index - 1] === 'CONFLICT' && tokens[index - 2] === 'ON',
  )
}
