// Names in SQL that is shown or written: whatever a table or column is called, SQLite takes it for a name.
import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { quoteIdentifier } from '../../../src/sql/names.js'
import { sqlName } from '../../../codegen/sql/sql-name.js'

const WORDS = (
  'abort action add after all alter always analyze and as asc attach autoincrement before begin between by cascade case ' +
  'cast check collate column commit conflict constraint create cross current current_date current_time ' +
  'current_timestamp database default deferrable deferred delete desc detach distinct do drop each else end escape ' +
  'except exclude exclusive exists explain fail false filter first following for foreign from full generated glob group ' +
  'groups having if ignore immediate in index indexed initially inner insert instead intersect into is isnull join key ' +
  'last left like limit match materialized natural no not nothing notnull null nulls of offset on or order others outer ' +
  'over partition plan pragma preceding primary query raise range recursive references regexp reindex release rename ' +
  'replace restrict returning right rollback row rows savepoint select set table temp temporary then ties to ' +
  'transaction trigger true unbounded union unique update using vacuum values view virtual when where window with ' +
  'within without'
).split(' ')

test.each(WORDS)('a name that is a word of the language: %s', (word) => {
  const db = new Database(':memory:')
  db.exec(`CREATE TABLE ${quoteIdentifier(word)} (${quoteIdentifier(word)})`)
  const name = sqlName(word)
  db.exec(`INSERT INTO ${name} (${name}) VALUES ('kept')`)
  db.exec(`UPDATE ${name} SET ${name} = 'is ' || ${name} WHERE ${name} IS NOT NULL`)
  const rows = db.prepare(`SELECT ${name} FROM ${name} GROUP BY ${name} HAVING count(*) = 1`)
  expect(rows.pluck().all()).toEqual(['is kept'])
  db.close()
})

test.each([
  ['users', 'users'],
  ['Users_2', 'Users_2'],
  ['Übersicht', 'Übersicht'],
  ['key', 'key'],
  ['order', '"order"'],
  ['Left', '"Left"'],
  ['2nd', '"2nd"'],
  ['full name', '"full name"'],
  ['a"b', '"a""b"'],
  ['', '""'],
])('%s is written %s', (name, written) => expect(sqlName(name)).toBe(written))
