// What declared changes say in SQL where it is no SQL, or nothing new.
import Client from 'better-sqlite3'
import { expect, test } from 'vitest'
import { expandedIn, type Changes } from './altered.js'

function expanded(plain: Changes[string]) {
  const db = new Client(':memory:')
  try {
    db.exec('CREATE TABLE plain (a INTEGER, b TEXT, "c d" TEXT)')
    return expandedIn(db, { plain })
  } finally {
    db.close()
  }
}

const problemsOf = (change: Changes[string]): string[] =>
  expanded(change).problems.map(({ code, message, fix }) => `${code} ${message} ${fix}`)

test.each(['TEXT NOT NULL', 'INT REFERENCES plain (a)', 'INT DEFAULT 3 UNIQUE', 'TEXT AS (a)'])(
  '%s is more than a type',
  (type) =>
    expect(problemsOf({ change: { b: { type } } })).toEqual([
      expect.stringMatching(/^ALTER_REFUSED .*is more than a type\. Give only the type/),
    ]),
)

test.each(['VARCHAR(10)', 'DOUBLE PRECISION', '', 'numeric(10, 2)', 'TEXT COLLATE NOCASE'])(
  '%s is a type',
  (type) => expect(problemsOf({ change: { b: { type } } })).toEqual([]),
)

test.each(['hello', 'hello world'])('%s is no default', (value) =>
  expect(problemsOf({ change: { b: { default: value } } })).toEqual([
    `ALTER_REFUSED \`alter\` cannot do this: \`${value}\` is not an SQL value. A text needs quotes there: \`default: "'${value}'"\`.`,
  ]),
)

test.each(["'hello'", 'TRUE', 'current_timestamp', '-1.5', "(date('now'))", 'abs(3)', "x'00'"])(
  '%s is a default',
  (value) => expect(problemsOf({ change: { b: { default: value } } })).toEqual([]),
)

test('a column that goes twice is refused', () =>
  expect(problemsOf({ drop: ['b', 'B'] })).toEqual([
    'ALTER_REFUSED `alter` cannot do this: `drop` names B twice. Name each column once.',
  ]))

test('what is as it is to be is left alone', () =>
  expect(expanded({ change: { b: {} }, order: ['a', 'b', 'c d'] }).expansion).toEqual({
    up: [],
    down: [],
  }))
