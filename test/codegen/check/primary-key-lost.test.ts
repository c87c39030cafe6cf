// CONSTRAINT_LOST, of a primary key in whose place the new table has another one.
import { expect, test } from 'vitest'
import { placesAfterReplay, replayFolder, sqlFile } from './replayed-folder.js'

const settings = {
  rules: { COLUMN_DROPPED: 'off', COLUMN_NARROWED: 'off', COLUMN_TYPE_CHANGED: 'off' },
} as const
const rebuild = (was: string, is: string, after = '') => ({
  '001_a.sql': sqlFile(`CREATE TABLE t (${was});`),
  '002_b.sql': sqlFile(
    `CREATE TABLE n (${is});\nINSERT INTO n (id) SELECT id FROM t;\nDROP TABLE t;\nALTER TABLE n RENAME TO t;\n${after}`,
  ),
})
const NUMBER = 'n INTEGER PRIMARY KEY'

test.each([
  ['(id)', 'id TEXT PRIMARY KEY', `${NUMBER}, id TEXT NOT NULL`],
  ['(id)', 'id TEXT PRIMARY KEY, u TEXT', 'id TEXT, u TEXT PRIMARY KEY'],
  ['(id, a)', 'id INTEGER, a, PRIMARY KEY (id, a)', `${NUMBER}, id INTEGER, a`],
  ['(id, a)', 'id INTEGER, a, b, PRIMARY KEY (id, a)', 'id, a, b, PRIMARY KEY (id, a, b)'],
])('lost: %s of %s', async (columns, was, is) => {
  const found = await replayFolder(rebuild(was, is), { settings })
  expect(found).toMatchObject([
    {
      code: 'CONSTRAINT_LOST',
      message: expect.stringContaining(`without PRIMARY KEY ${columns}: rows that it kept out`),
      fix: expect.stringContaining(`Give the new table \`UNIQUE ${columns}\` as well.`),
    },
  ])
})

test.each([
  [
    'with one more column, which is new',
    'id INTEGER, a, PRIMARY KEY (id, a)',
    "id, a, b DEFAULT '' NOT NULL, PRIMARY KEY (id, a, b)",
  ],
  ['of numbers that SQLite gives', 'id INTEGER PRIMARY KEY', 'id INTEGER, k TEXT PRIMARY KEY'],
  ['with UNIQUE in its place', 'id TEXT PRIMARY KEY', `${NUMBER}, id TEXT UNIQUE`],
  [
    'with an index in its place',
    'id INTEGER, a, PRIMARY KEY (id, a)',
    `${NUMBER}, id, a`,
    'CREATE UNIQUE INDEX i ON t (a, id);',
  ],
  ['whose column is gone', 'id TEXT, a, PRIMARY KEY (id, a)', `${NUMBER}, id TEXT`],
])('kept: one %s', async (_name, was, is, after = '') => {
  expect(await placesAfterReplay(rebuild(was, is, after), { settings })).toEqual([])
})
