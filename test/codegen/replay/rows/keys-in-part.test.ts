// Keys of several columns: rows may be equal in all of them but one, and what a key says beside the others is data.
import { expect } from 'vitest'
import { placesProven } from '../../proven/prove-project.js'
import { testSome } from '../../../support/some-of.js'

const sql = (...statements: string[]): string =>
  `-- irreversible: there is no way back\n-- migrate:up\n${statements.join(';\n')};\n`

/** `severity CODE` of what is found in the second version. */
async function found(first: string, ...second: string[]): Promise<string[]> {
  const places = await placesProven({ '001_a.sql': sql(first), '002_b.sql': sql(...second) })
  return places
    .filter((one) => one.startsWith('002') && !one.includes(' info '))
    .map((one) => one.replace(/^\S+ /, ''))
}

const PAIR = 'CREATE TABLE c (a INTEGER NOT NULL, b INTEGER NOT NULL, v TEXT, PRIMARY KEY (a, b))'
const NAMES =
  'CREATE TABLE u (id INTEGER PRIMARY KEY);\nCREATE TABLE c (id INTEGER PRIMARY KEY, a INTEGER NOT NULL REFERENCES u (id), b TEXT NOT NULL, UNIQUE (a, b))'
const SERIES =
  'CREATE TABLE c (host INTEGER NOT NULL, metric TEXT NOT NULL, ts INTEGER NOT NULL, v TEXT, PRIMARY KEY (host, metric, ts)) WITHOUT ROWID'
const ROLES =
  "CREATE TABLE c (a INTEGER NOT NULL, role TEXT NOT NULL CHECK (role IN ('x', 'y')), PRIMARY KEY (a, role))"
const MEMBERS = `CREATE TABLE g (id INTEGER PRIMARY KEY);
CREATE TABLE u (id INTEGER PRIMARY KEY);
CREATE TABLE c (g INTEGER NOT NULL REFERENCES g (id), u INTEGER NOT NULL REFERENCES u (id), PRIMARY KEY (g, u));
CREATE INDEX c_u ON c (u)`
const instead = (columns: string, copy: string): string[] => [
  `CREATE TABLE n (${columns})`,
  copy,
  'DROP TABLE c',
  'ALTER TABLE n RENAME TO c',
]

const FAILS = 'error REPLAY_FAILS_ON_ROWS'

testSome([
  ['an index over the first column', PAIR, ['CREATE UNIQUE INDEX n ON c (a)'], FAILS],
  ['an index over what is no parent', NAMES, ['CREATE UNIQUE INDEX n ON c (b)'], FAILS],
  ['one of a few words', ROLES, ['CREATE UNIQUE INDEX n ON c (role)'], FAILS],
  ['one of two parents', MEMBERS, ['CREATE UNIQUE INDEX n ON c (u)'], FAILS],
  ['the other parent', MEMBERS, ['CREATE UNIQUE INDEX n ON c (g)'], FAILS],
  ['two of three columns', SERIES, ['CREATE UNIQUE INDEX n ON c (metric, ts)'], FAILS],
  [
    'a key that an index has made',
    'CREATE TABLE c (id INTEGER PRIMARY KEY, a TEXT, b TEXT); CREATE UNIQUE INDEX u ON c (a, b)',
    ['CREATE TABLE n (b TEXT PRIMARY KEY NOT NULL)', 'INSERT INTO n SELECT b FROM c WHERE b > 0'],
    FAILS,
  ],
  [
    'a primary key without its first column',
    SERIES,
    instead(
      'host INTEGER NOT NULL, metric TEXT NOT NULL, ts INTEGER NOT NULL, v TEXT, PRIMARY KEY (metric, ts)',
      'INSERT INTO n SELECT host, metric, ts, v FROM c',
    ),
    FAILS,
  ],
  [
    'a group for each value of one',
    PAIR,
    instead(
      'a INTEGER NOT NULL, b INTEGER NOT NULL, v TEXT, PRIMARY KEY (a, b)',
      'INSERT INTO n SELECT max(a), b, v FROM c GROUP BY b',
    ),
    'error ROWS_LOST',
  ],
  [
    'OR IGNORE into a shorter key',
    PAIR,
    instead(
      'b INTEGER PRIMARY KEY, a INTEGER NOT NULL, v TEXT',
      'INSERT OR IGNORE INTO n SELECT b, a, v FROM c',
    ),
    'error ROWS_LOST',
  ],
])('rows that are equal in a part of a key show %s', async (_, first, second, finding) => {
  expect(await found(first, ...second)).toContain(finding)
})

testSome([
  [
    'a list that takes each value once',
    NAMES,
    ['CREATE TABLE n (b TEXT NOT NULL UNIQUE)', 'INSERT OR IGNORE INTO n SELECT b FROM c'],
  ],
  [
    'a summary',
    PAIR,
    [
      'CREATE TABLE n (b INTEGER PRIMARY KEY, v TEXT)',
      'INSERT INTO n SELECT b, max(v) FROM c GROUP BY b',
    ],
  ],
  [
    'rows that are deleted first',
    PAIR,
    [
      'DELETE FROM c WHERE EXISTS (SELECT 1 FROM c o WHERE o.b = c.b AND o.a < c.a)',
      'CREATE UNIQUE INDEX n ON c (b)',
    ],
  ],
  ['a longer key', NAMES, ['CREATE UNIQUE INDEX n ON c (a, b, id)']],
  [
    'a key that has another in it',
    'CREATE TABLE c (id INTEGER PRIMARY KEY, a TEXT NOT NULL, UNIQUE (id, a))',
    ['CREATE UNIQUE INDEX n ON c (id)'],
  ],
])('no such rows are against %s', async (_, first, second) => {
  expect(await found(first, ...second)).toEqual([])
})

const TOTALS =
  'CREATE TABLE c (metric TEXT NOT NULL, ts INTEGER NOT NULL, v REAL, PRIMARY KEY (metric, ts)) WITHOUT ROWID'

testSome([
  [
    'not copied',
    TOTALS,
    ['CREATE TABLE n (metric TEXT, v REAL)', 'INSERT INTO n SELECT metric, v FROM c'],
  ],
  [
    'replaced by a constant',
    PAIR,
    [
      'CREATE TABLE n (a INTEGER, b INTEGER, v TEXT, PRIMARY KEY (a, b))',
      'INSERT INTO n SELECT a, a, v FROM c WHERE true ON CONFLICT DO NOTHING',
    ],
  ],
  [
    'a text that alone tells the rows',
    'CREATE TABLE c (token TEXT PRIMARY KEY NOT NULL, v REAL)',
    ['CREATE TABLE n (id INTEGER PRIMARY KEY, v REAL)', 'INSERT INTO n (v) SELECT v FROM c'],
  ],
  [
    'divided between two tables',
    PAIR,
    [
      'CREATE TABLE n (a INTEGER, v TEXT)',
      'INSERT INTO n SELECT a, v FROM c',
      'CREATE TABLE o (b INTEGER, v TEXT)',
      'INSERT INTO o SELECT b, v FROM c',
    ],
  ],
])('a key is lost with its table where it is %s', async (_, first, second) => {
  expect(await found(first, ...second, 'DROP TABLE c')).toContain('error TABLE_DROPPED')
})

testSome([
  [
    'under other names',
    TOTALS,
    [
      'CREATE TABLE n (id INTEGER PRIMARY KEY, m TEXT, t INTEGER, x REAL)',
      'INSERT INTO n (m, t, x) SELECT metric, ts, v FROM c',
    ],
  ],
  [
    'beside each of the other columns',
    'CREATE TABLE c (a INTEGER NOT NULL, b INTEGER NOT NULL, v TEXT, w TEXT, PRIMARY KEY (a, b))',
    [
      'CREATE TABLE n (a INTEGER, b INTEGER, v TEXT)',
      'INSERT INTO n SELECT a, b, v FROM c',
      'CREATE TABLE o (a INTEGER, b INTEGER, w TEXT)',
      'INSERT INTO o SELECT a, b, w FROM c',
    ],
  ],
  [
    'a number that SQLite gives anew',
    'CREATE TABLE c (id INTEGER PRIMARY KEY, v TEXT)',
    ['CREATE TABLE n (id INTEGER PRIMARY KEY, v TEXT)', 'INSERT INTO n (v) SELECT v FROM c'],
  ],
])('a key is no loss with its table where it is %s', async (_, first, second) => {
  expect(await found(first, ...second, 'DROP TABLE c')).toEqual(['warning TABLE_RENAMED'])
})
