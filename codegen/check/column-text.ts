// The definition of a column as the project wrote it.
import { wordsOf } from './word-reader.js'
import { readStatement } from './read-statement.js'
import { isSameName, unquote } from '../../src/sql/names.js'

/**
 * The name and all that follows it up to the next column, out of a CREATE TABLE; null where there is no such column, or
 * the statement lists none. Comments in it are kept, those after it are not.
 */
export function columnText(createTable: string, column: string): string | null {
  const shape = readStatement(createTable)
  const columns = shape.kind === 'create-table' ? (shape.columns ?? []) : []
  const found = columns.find(({ name }) => isSameName(unquote(name.text), column))
  if (!found) return null
  let depth = 0
  let end = found.start
  for (const { key, text, start } of wordsOf(createTable)) {
    if (start < found.start) continue
    if (depth === 0 && (key === ',' || key === ')')) break
    if (key === '(') depth += 1
    if (key === ')') depth -= 1
    end = start + text.length
  }
  return createTable.slice(found.start, end)
}
