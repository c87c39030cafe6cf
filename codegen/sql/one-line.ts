// Formats SQL as a part of a message, which is one line.
import { tokenize } from '../../src/sql/tokenize.js'

/** The statement on one line as far as its literals allow it, without comments; otherwise as it is written. */
export function oneLine(sql: string): string {
  let line = ''
  for (const { kind, text } of tokenize(sql)) {
    const separates = kind === 'space' || kind === 'comment'
    if (!separates) line += text
    else if (line !== '' && !line.endsWith(' ')) line += ' '
  }
  return line.trimEnd()
}

/** The whole statement, without `;`. Line breaks in its literals become spaces. */
export const sqlInLine = (sql: string): string =>
  oneLine(sql)
    .replace(/\s*[\r\n]+\s*/g, ' ')
    .replace(/\s*;$/, '')

const LIMIT = 400

/** The same, truncated if it is long. */
export function shortSql(sql: string): string {
  const line = sqlInLine(sql)
  return line.length > LIMIT ? `${line.slice(0, LIMIT)}…` : line
}
