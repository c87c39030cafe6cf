// SQL as a part of a message, which is one line.
import { oneLine } from './one-line.js'

const LIMIT = 400

/** The whole statement, without `;`. The line ends of its literals become spaces. */
export const sqlInLine = (sql: string): string =>
  oneLine(sql)
    .replace(/\s*[\r\n]+\s*/g, ' ')
    .replace(/\s*;$/, '')

/** The same, cut off where it gets long. */
export function shortSql(sql: string): string {
  const line = sqlInLine(sql)
  return line.length > LIMIT ? `${line.slice(0, LIMIT)}…` : line
}
