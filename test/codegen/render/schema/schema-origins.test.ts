// With which version tables and columns came, through renames and rebuilds.
import { expect, test } from 'vitest'
import { schemaOrigins } from '../../../../codegen/render/schema/schema-origins.js'
import { proveScripts } from './prove-scripts.js'

const originsOf = (...scripts: string[]): Record<string, unknown> =>
  Object.fromEntries(
    [...schemaOrigins(proveScripts(...scripts).proof)].map(([key, { version, columns }]) => [
      key,
      [version, Object.fromEntries(columns)],
    ]),
  )

const TABLE = 'CREATE TABLE Notes (id INTEGER PRIMARY KEY, Title TEXT)'

test('columns come with their own version', () => {
  expect(originsOf(TABLE, 'SELECT 1', 'ALTER TABLE notes ADD COLUMN body TEXT')).toEqual({
    'table notes': [1, { id: 1, title: 1, body: 3 }],
  })
})

test('a rebuilt table stays the one that it was', () => {
  const rebuild = `CREATE TABLE n (id INTEGER PRIMARY KEY, title TEXT NOT NULL, extra INT); DROP TABLE notes; ALTER TABLE n RENAME TO notes`
  expect(originsOf(TABLE, rebuild)).toEqual({
    'table notes': [1, { id: 1, title: 1, extra: 2 }],
  })
})

test('a renamed table stays the one that it was, with a new column as well', () => {
  const rename = 'ALTER TABLE notes RENAME TO posts; ALTER TABLE posts ADD COLUMN body TEXT'
  expect(originsOf(TABLE, rename)).toEqual({
    'table posts': [1, { id: 1, title: 1, body: 2 }],
  })
})

test('a table of its own that replaces another is new', () => {
  const replace = 'DROP TABLE notes; CREATE TABLE posts (id INTEGER PRIMARY KEY, body TEXT)'
  expect(originsOf(TABLE, replace)).toEqual({ 'table posts': [2, { id: 2, body: 2 }] })
})

test('what was dropped and comes back is new', () => {
  expect(originsOf(`${TABLE}; CREATE INDEX i ON notes (title)`, 'DROP TABLE notes', TABLE)).toEqual(
    {
      'table notes': [3, { id: 3, title: 3 }],
    },
  )
})
