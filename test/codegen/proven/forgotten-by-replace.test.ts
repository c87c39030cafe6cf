// REPLACE over rows that an earlier version, or the application, has for every parent: what it does not name begins anew.
import { expect } from 'vitest'
import { codesIn } from './prove-project.js'
import { testSome } from '../../support/some-of.js'

const P = 'CREATE TABLE p (id INTEGER PRIMARY KEY, n TEXT);'
const S = `CREATE TABLE s (p_id INTEGER PRIMARY KEY REFERENCES p (id), theme TEXT NOT NULL DEFAULT 'light', lang TEXT);
INSERT INTO s (p_id) SELECT id FROM p;`
const C = `CREATE TABLE c (id INTEGER PRIMARY KEY, p_id INTEGER NOT NULL REFERENCES p (id), kind TEXT NOT NULL, v TEXT, UNIQUE (p_id, kind));`

testSome([
  [
    'rows of an earlier version',
    [P, S, "INSERT OR REPLACE INTO s (p_id, theme) SELECT id, 'dark' FROM p"],
    ['s.lang'],
  ],
  ['by REPLACE', [P, S, "REPLACE INTO s (p_id, theme) SELECT id, 'dark' FROM p"], ['s.lang']],
  [
    'a CHECK',
    [
      P,
      S.replace('lang TEXT', "lang TEXT CHECK (lang IN ('de', 'en'))"),
      "REPLACE INTO s (p_id, theme) SELECT id, 'dark' FROM p",
    ],
    ['s.lang'],
  ],
  [
    'a pair of an earlier version',
    [
      P + C,
      "INSERT INTO c (p_id, kind) SELECT id, 'main' FROM p",
      "INSERT OR REPLACE INTO c (p_id, kind) SELECT id, 'main' FROM p",
    ],
    ['c.v'],
  ],
  [
    'a pair of the application',
    [P + C, "INSERT OR REPLACE INTO c (p_id, kind) SELECT id, 'main' FROM p"],
    ['c.v'],
  ],
  [
    'all columns are named',
    [P, S, "INSERT OR REPLACE INTO s (p_id, theme, lang) SELECT p_id, 'dark', lang FROM s"],
    [],
  ],
  [
    'only what is named is set',
    [
      P,
      S,
      "INSERT INTO s (p_id, theme) SELECT id, 'dark' FROM p WHERE true ON CONFLICT (p_id) DO UPDATE SET theme = excluded.theme",
    ],
    [],
  ],
  [
    'rows that are there stay',
    [P, S, "INSERT OR IGNORE INTO s (p_id, theme) SELECT id, 'dark' FROM p"],
    [],
  ],
  [
    'a moment that is set anew',
    [
      P,
      S.replace('lang TEXT', 'at TEXT DEFAULT CURRENT_TIMESTAMP'),
      "REPLACE INTO s (p_id, theme) SELECT id, 'dark' FROM p",
    ],
    [],
  ],
])('%s', async (_, steps, lost) =>
  expect(await codesIn(...steps)).toEqual(lost.map((one) => `error VALUES_LOST ${one}`)),
)

const A =
  'CREATE TABLE a (id TEXT PRIMARY KEY, json TEXT, kind TEXT NOT NULL, name TEXT, active INTEGER);'
const put = (
  where: string,
  columns: string,
  values: string,
): string => `export const irreversible = 'no'
export function up(db) {
  for (const r of db.prepare("SELECT * FROM a ${where}").all())
    db.prepare('INSERT OR REPLACE INTO a (${columns}) VALUES (${columns.replaceAll(/\w+/g, '?')})').run(${values})
}`

testSome([
  [put('WHERE name IS NULL', 'id, json, kind, name', "r.id, r.json, r.kind, 'x'"), ['a.active']],
  [put("WHERE kind = 'old'", 'id, json, kind, name', "r.id, r.json, 'new', r.name"), ['a.active']],
  [
    put(
      'WHERE name IS NULL',
      'id, json, kind, name, active',
      "r.id, r.json, r.kind, 'x', r.active",
    ),
    [],
  ],
])('rows that code has read by a condition: %s', async (change, lost) =>
  expect((await codesIn(A, change)).filter((one) => one.includes('_LOST'))).toEqual(
    lost.map((one) => `error VALUES_LOST ${one}`),
  ),
)
