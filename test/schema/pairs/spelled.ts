// Pairs of schemas that are written in another way.
import type { Pair } from './pair.js'
import { P, T, TR } from './parts.js'

export const spelled: readonly Pair[] = [
  [
    'a name in single quotes',
    T,
    "CREATE TABLE 't' ('id' INTEGER PRIMARY KEY, 'name' TEXT, age INTEGER)",
  ],
  [
    'names of keys in single quotes',
    `${P} CREATE TABLE c (a INTEGER, b, UNIQUE (a, b), FOREIGN KEY (a) REFERENCES p (id) ON DELETE CASCADE)`,
    `${P} CREATE TABLE c ('a' INTEGER, b, UNIQUE ('a', b), FOREIGN KEY ('a') REFERENCES 'p' ('id') ON DELETE CASCADE)`,
  ],
  [
    'a name for a constraint',
    'CREATE TABLE t (a, CHECK (a > 0))',
    'CREATE TABLE t (a, CONSTRAINT positive CHECK (a > 0))',
  ],
  [
    'another name for a constraint',
    'CREATE TABLE t (a CONSTRAINT x NOT NULL)',
    'CREATE TABLE t (a CONSTRAINT y NOT NULL)',
  ],
  [
    'constraints in another order',
    'CREATE TABLE t (a, b, CHECK (a > 0), UNIQUE (b))',
    'CREATE TABLE t (a, b, UNIQUE (b), CHECK (a > 0))',
  ],
  [
    'clauses of a column in another order',
    "CREATE TABLE t (a TEXT NOT NULL DEFAULT 'x')",
    "CREATE TABLE t (a TEXT DEFAULT 'x' NOT NULL)",
  ],
  [
    'a key at the column and apart',
    'CREATE TABLE t (id INTEGER PRIMARY KEY, b)',
    'CREATE TABLE t (id INTEGER, b, PRIMARY KEY (id))',
  ],
  ['UNIQUE at the column and apart', 'CREATE TABLE t (a UNIQUE)', 'CREATE TABLE t (a, UNIQUE (a))'],
  [
    'CHECK at the column and apart',
    'CREATE TABLE t (a CHECK (a > 0))',
    'CREATE TABLE t (a, CHECK (a > 0))',
  ],
  [
    'a foreign key at the column and apart',
    `${P} CREATE TABLE c (a REFERENCES p (id) ON DELETE CASCADE)`,
    `${P} CREATE TABLE c (a, FOREIGN KEY (a) REFERENCES p (id) ON DELETE CASCADE)`,
  ],
  [
    'actions in another order',
    `${P} CREATE TABLE c (a REFERENCES p ON DELETE CASCADE ON UPDATE SET NULL)`,
    `${P} CREATE TABLE c (a REFERENCES p ON UPDATE SET NULL ON DELETE CASCADE)`,
  ],
  [
    'NO ACTION, said and unsaid',
    `${P} CREATE TABLE c (a REFERENCES p)`,
    `${P} CREATE TABLE c (a REFERENCES p ON DELETE NO ACTION NOT DEFERRABLE)`,
  ],
  [
    'parentheses around a default',
    'CREATE TABLE t (a DEFAULT 1, b DEFAULT -2)',
    'CREATE TABLE t (a DEFAULT (1), b DEFAULT (-2))',
  ],
  ['DEFAULT NULL, said and unsaid', 'CREATE TABLE t (a)', 'CREATE TABLE t (a DEFAULT NULL)'],
  ['NULL, said and unsaid', 'CREATE TABLE t (a TEXT)', 'CREATE TABLE t (a TEXT NULL)'],
  [
    'COLLATE BINARY, said and unsaid',
    'CREATE TABLE t (a TEXT)',
    'CREATE TABLE t (a TEXT COLLATE BINARY)',
  ],
  [
    'VIRTUAL, said and unsaid',
    'CREATE TABLE t (a, b AS (a + 1))',
    'CREATE TABLE t (a, b GENERATED ALWAYS AS (a + 1) VIRTUAL)',
  ],
  [
    'ON CONFLICT ABORT, said and unsaid',
    'CREATE TABLE t (a NOT NULL UNIQUE)',
    'CREATE TABLE t (a NOT NULL ON CONFLICT ABORT UNIQUE ON CONFLICT ABORT)',
  ],
  [
    'options in another order',
    'CREATE TABLE t (a INT PRIMARY KEY) STRICT, WITHOUT ROWID',
    'CREATE TABLE t (a INT PRIMARY KEY) WITHOUT ROWID, STRICT',
  ],
  ['UNIQUE twice', 'CREATE TABLE t (a UNIQUE)', 'CREATE TABLE t (a UNIQUE, UNIQUE (a))'],
  [
    'ASC in an index, said and unsaid',
    `${T}; CREATE INDEX i ON t (name)`,
    `${T}; CREATE INDEX i ON t (name ASC)`,
  ],
  ['FOR EACH ROW, said and unsaid', TR, TR.replace(' BEGIN', ' FOR EACH ROW BEGIN')],
  ['BEFORE, said and unsaid', TR.replace('AFTER', 'BEFORE'), TR.replace('AFTER ', '')],
  ['capitals in the name of a table', T, T.replace('t (', 'T (')],
  ['capitals in the name of a column', T, T.replace('name', 'Name')],
  [
    'constraints without commas between',
    'CREATE TABLE t (a, b, UNIQUE (a), CHECK (b > 0))',
    'CREATE TABLE t (a, b, UNIQUE (a) CHECK (b > 0))',
  ],
]
