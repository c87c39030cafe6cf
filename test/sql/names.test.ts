// How SQLite takes names, and that it takes them so: each case is asked of a real database as well.
import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import {
  foldCase,
  foldUpper,
  isSameName,
  plainName,
  quoteIdentifier,
  unquote,
} from '../../src/sql/names.js'

/** The name that SQLite gives to a column of this name, as it is written. */
function nameInSqlite(written: string): unknown {
  const db = new Database(':memory:')
  db.exec(`CREATE TABLE t (${written})`)
  const [column] = db.pragma('table_info(t)') as { name: string }[]
  db.close()
  return column?.name
}

const isTakenTwice = (one: string, other: string): boolean => {
  const db = new Database(':memory:')
  try {
    db.exec(`CREATE TABLE t (${quoteIdentifier(one)}, ${quoteIdentifier(other)})`)
    return false
  } catch {
    return true
  } finally {
    db.close()
  }
}

test.each([
  ['users', 'USERS', true],
  ['Users_2', 'uSERS_2', true],
  ['Übersicht', 'ÜBERSICHT', true],
  ['Übersicht', 'übersicht', false],
  ['İ', 'i', false],
  ['İ', 'i\u0307', false],
  ['K', 'k', true],
  ['\u212a', 'k', false],
  ['ß', 'SS', false],
  ['ß', 'ẞ', false],
  ['a"b', 'A"B', true],
  ['a[b', 'a{b', false],
  ['@', '`', false],
])('two names are one: %s and %s: %s', (one, other, same) => {
  expect(isSameName(one, other)).toBe(same)
  expect(isTakenTwice(one, other)).toBe(same)
})

test.each([
  ['ABC xyz', 'abc xyz', 'ABC XYZ'],
  ['ÄÖ ß İ ı', 'ÄÖ ß İ ı', 'ÄÖ ß İ ı'],
  ['Straße_İD', 'straße_İd', 'STRAßE_İD'],
  ['', '', ''],
])('of %s only A to Z have another case', (text, small, large) => {
  expect(foldCase(text)).toBe(small)
  expect(foldUpper(text)).toBe(large)
})

test.each([
  ['name', 'name'],
  ['"a""b"', 'a"b'],
  ['""""', '"'],
  ['"a\'\'b"', "a''b"],
  ['[a]', 'a'],
  ['[a"b]', 'a"b'],
  ['[a[[b]', 'a[[b'],
  ['`a``b`', 'a`b'],
  ['`a""b`', 'a""b'],
  ["'a''b'", "a'b"],
  ['"İß"', 'İß'],
  ['"Ünder Score"', 'Ünder Score'],
])('a token stands for the name: %s: %s', (written, name) => {
  expect(unquote(written)).toBe(name)
  expect(nameInSqlite(written)).toBe(name)
  expect(plainName(written)).toBe(foldCase(name))
})

test.each([
  'plain',
  'a"b',
  '"',
  '""',
  '[a]',
  '`a`',
  "it's",
  'a b',
  'select',
  'İ',
  'ß',
  '1',
  'a\nb',
])('quoting %j gives that name, and taking the quotes off does too', (name) => {
  expect(nameInSqlite(quoteIdentifier(name))).toBe(name)
  expect(unquote(quoteIdentifier(name))).toBe(name)
})
