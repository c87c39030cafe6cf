// Pairs of schemas that are the same.
import type { Pair } from './pair.js'
import { P, T, TR, V } from './parts.js'

export const same: readonly Pair[] = [
  ['nothing', '', ''],
  ['the same text', T, T],
  ['white space', T, 'CREATE TABLE t(\n\tid INTEGER PRIMARY KEY ,name TEXT,\n age INTEGER )'],
  [
    'comments',
    T,
    'CREATE TABLE t (id INTEGER PRIMARY KEY, -- key\n name TEXT /* who */, age INTEGER)',
  ],
  ['letters of keywords', T, 'create table t (id integer primary key, name text, age integer)'],
  ['double quotes', T, 'CREATE TABLE "t" ("id" INTEGER PRIMARY KEY, "name" TEXT, "age" INTEGER)'],
  [
    'brackets and backticks',
    T,
    'CREATE TABLE [t] (`id` INTEGER PRIMARY KEY, [name] TEXT, age INTEGER)',
  ],
  ['IF NOT EXISTS', T, T.replace('TABLE', 'TABLE IF NOT EXISTS')],
  ['a name of the schema', T, T.replace('TABLE t', 'TABLE main.t')],
  [
    'a table renamed there and back',
    T,
    `${T}; ALTER TABLE t RENAME TO u; ALTER TABLE u RENAME TO t`,
  ],
  [
    'a column renamed there and back',
    T,
    `${T}; ALTER TABLE t RENAME name TO n; ALTER TABLE t RENAME n TO name`,
  ],
  ['a column added and dropped', T, `${T}; ALTER TABLE t ADD x TEXT; ALTER TABLE t DROP x`],
  [
    'a column added at the end',
    T,
    'CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT); ALTER TABLE t ADD age INTEGER',
  ],
  [
    'a column dropped and added again',
    T,
    `${T}; ALTER TABLE t DROP age; ALTER TABLE t ADD COLUMN age INTEGER`,
  ],
  [
    'a parent renamed there and back',
    `${P} CREATE TABLE c (p REFERENCES p)`,
    `${P} CREATE TABLE c (p REFERENCES p); ALTER TABLE p RENAME TO q; ALTER TABLE q RENAME TO p`,
  ],
  [
    'an index, its table renamed there and back',
    `${T}; CREATE INDEX i ON t (name)`,
    `${T}; CREATE INDEX i ON t (name); ALTER TABLE t RENAME TO u; ALTER TABLE u RENAME TO t`,
  ],
  [
    'an index, its column renamed there and back',
    `${T}; CREATE INDEX i ON t (name)`,
    `${T}; CREATE INDEX i ON t (name); ALTER TABLE t RENAME name TO n; ALTER TABLE t RENAME n TO name`,
  ],
  [
    'a view, its table renamed there and back',
    V,
    `${V}; ALTER TABLE t RENAME TO u; ALTER TABLE u RENAME TO t`,
  ],
  [
    'a trigger, its table renamed there and back',
    TR,
    `${TR}; ALTER TABLE t RENAME TO u; ALTER TABLE u RENAME TO t`,
  ],
  ['a trigger with comments and other quotes', TR, TR.replace('UPDATE t', '/* set */ UPDATE "t"')],
  [
    'foreign keys in another order',
    `${P} CREATE TABLE c (a, b, FOREIGN KEY (a) REFERENCES p (id), FOREIGN KEY (b) REFERENCES p (x))`,
    `${P} CREATE TABLE c (a, b, FOREIGN KEY (b) REFERENCES p (x), FOREIGN KEY (a) REFERENCES p (id))`,
  ],
  ['objects made in another order', `${T}; ${P}`, `${P} ${T}`],
  [
    'a default that is a name',
    'CREATE TABLE t (a DEFAULT Abc)',
    'CREATE TABLE t (a DEFAULT "Abc")',
  ],
  [
    'names that must be quoted',
    'CREATE TABLE "order" ("select" TEXT, "a b" TEXT)',
    'CREATE TABLE [order] (`select` TEXT, [a b] TEXT)',
  ],
  ['names beyond ASCII', 'CREATE TABLE "größe" ("名前" TEXT)', 'CREATE TABLE größe (名前 TEXT)'],
  [
    'a virtual table with other spaces',
    'CREATE VIRTUAL TABLE f USING fts5(a, b)',
    'create virtual table "f" using FTS5( a,b )',
  ],
  [
    'a full-text table filled and optimised',
    'CREATE VIRTUAL TABLE f USING fts5(a)',
    "CREATE VIRTUAL TABLE f USING fts5(a); INSERT INTO f VALUES ('x'); INSERT INTO f(f) VALUES ('optimize')",
  ],
  [
    'statistics',
    `${T}; CREATE INDEX i ON t (name)`,
    `${T}; CREATE INDEX i ON t (name); INSERT INTO t VALUES (1, 'a', 2); ANALYZE`,
  ],
  [
    'rows under AUTOINCREMENT',
    'CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT)',
    'CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT); INSERT INTO t DEFAULT VALUES',
  ],
  [
    'the ledger',
    T,
    `${T}; CREATE TABLE _migrations (version); CREATE TABLE _migrations_log (id); CREATE INDEX li ON _migrations (version)`,
  ],
]
