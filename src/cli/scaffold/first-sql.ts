// Guesses the SQL that a migration's name already says, so that the file is not empty. Pure.
import { RESERVED_KEYWORDS } from '../../sql/keywords.js'
import { foldUpper, quoteIdentifier } from '../../sql/names.js'

/** What a migration does and how it is undone; null where its name does not say. */
export interface FirstSql {
  readonly up: string
  readonly down: string
}

/** `add_users_table` → CREATE TABLE users; `add_email_to_users` → ALTER TABLE users ADD COLUMN email; else null. */
export const firstSql = (name: string): FirstSql | null => newColumn(name) ?? newTable(name)

function newColumn(name: string): FirstSql | null {
  const [, column, owner] = COLUMN.exec(name) ?? []
  if (!column || !owner || NO_COLUMN.test(column)) return null
  const alter = `ALTER TABLE ${identifier(owner)}`
  return {
    up: `${alter} ADD COLUMN ${identifier(column)} TEXT;`,
    down: `${alter} DROP COLUMN ${identifier(column)};`,
  }
}

function newTable(name: string): FirstSql | null {
  const table = TABLE.exec(name)?.[1]
  if (!table || table.includes('_to_')) return null
  return {
    up: `CREATE TABLE ${identifier(table)} (\n  id INTEGER PRIMARY KEY\n);`,
    down: `DROP TABLE ${identifier(table)};`,
  }
}

const COLUMN = /^add_(?:the_|a_)?(\w+?)(?:_column)?_to_(?:the_)?(\w+?)(?:_table)?$/
const TABLE = /^(?:add|create|new)_(?:the_|a_)?(\w+?)_table$/

/** `add_index_to_users` adds no column. */
const NO_COLUMN =
  /(^|_)(index|indexes|indices|trigger|view|constraint|key|unique|table|data|rows?)$/

const identifier = (name: string): string =>
  RESERVED_KEYWORDS.has(foldUpper(name)) || /^\d/.test(name) ? quoteIdentifier(name) : name
