// Pairs of schemas that differ.
import type { Pair } from './pair.js'
import { P, T, TR, V } from './parts.js'

export const differing: readonly Pair[] = [
  ['a table that is lost', T, ''],
  ['a table too many', '', T],
  ['a column that is lost', T, 'CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT)'],
  ['a column too many', T, `${T}; ALTER TABLE t ADD x`],
  [
    'columns in another order',
    T,
    'CREATE TABLE t (id INTEGER PRIMARY KEY, age INTEGER, name TEXT)',
  ],
  ['another type', T, T.replace('TEXT', 'BLOB')],
  ['INT for INTEGER at the key', T, T.replace('id INTEGER', 'id INT')],
  ['the length of a type', 'CREATE TABLE t (a VARCHAR(10))', 'CREATE TABLE t (a VARCHAR(20))'],
  ['NOT NULL', T, T.replace('name TEXT', 'name TEXT NOT NULL')],
  [
    'ON CONFLICT of NOT NULL',
    'CREATE TABLE t (a NOT NULL)',
    'CREATE TABLE t (a NOT NULL ON CONFLICT IGNORE)',
  ],
  ['a default', 'CREATE TABLE t (a DEFAULT 1)', 'CREATE TABLE t (a DEFAULT 2)'],
  ['capitals in a default', "CREATE TABLE t (a DEFAULT 'x')", "CREATE TABLE t (a DEFAULT 'X')"],
  [
    'capitals in a default without quotes',
    'CREATE TABLE t (a DEFAULT abc)',
    'CREATE TABLE t (a DEFAULT ABC)',
  ],
  ['spaces in a literal', "CREATE TABLE t (a DEFAULT 'a b')", "CREATE TABLE t (a DEFAULT 'a  b')"],
  [
    'a number and a text as default',
    'CREATE TABLE t (a DEFAULT 1)',
    "CREATE TABLE t (a DEFAULT '1')",
  ],
  ['a collation', 'CREATE TABLE t (a TEXT)', 'CREATE TABLE t (a TEXT COLLATE NOCASE)'],
  ['a check', 'CREATE TABLE t (a CHECK (a > 0))', 'CREATE TABLE t (a CHECK (a >= 0))'],
  ['a check that is lost', 'CREATE TABLE t (a CHECK (a > 0))', 'CREATE TABLE t (a)'],
  ['UNIQUE', 'CREATE TABLE t (a UNIQUE)', 'CREATE TABLE t (a)'],
  [
    'the columns of UNIQUE',
    'CREATE TABLE t (a, b, UNIQUE (a, b))',
    'CREATE TABLE t (a, b, UNIQUE (b, a))',
  ],
  [
    'a key of two columns',
    'CREATE TABLE t (a, b, PRIMARY KEY (a, b))',
    'CREATE TABLE t (a, b, PRIMARY KEY (b, a))',
  ],
  [
    'DESC in a key',
    'CREATE TABLE t (a, PRIMARY KEY (a))',
    'CREATE TABLE t (a, PRIMARY KEY (a DESC))',
  ],
  [
    'PRIMARY KEY DESC at the column and apart',
    'CREATE TABLE t (id INTEGER PRIMARY KEY DESC)',
    'CREATE TABLE t (id INTEGER, PRIMARY KEY (id DESC))',
  ],
  [
    'AUTOINCREMENT',
    'CREATE TABLE t (id INTEGER PRIMARY KEY)',
    'CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT)',
  ],
  ['STRICT', 'CREATE TABLE t (a TEXT)', 'CREATE TABLE t (a TEXT) STRICT'],
  [
    'WITHOUT ROWID',
    'CREATE TABLE t (a TEXT PRIMARY KEY)',
    'CREATE TABLE t (a TEXT PRIMARY KEY) WITHOUT ROWID',
  ],
  [
    'a key to several columns in another order',
    'CREATE TABLE p (a, b, PRIMARY KEY (b, a)); CREATE TABLE c (x, y, FOREIGN KEY (x, y) REFERENCES p)',
    'CREATE TABLE p (a, b, PRIMARY KEY (b, a)); CREATE TABLE c (x, y, FOREIGN KEY (x, y) REFERENCES p (a, b))',
  ],
  ['a foreign key that is lost', `${P} CREATE TABLE c (a REFERENCES p)`, `${P} CREATE TABLE c (a)`],
  [
    'the target of a foreign key',
    `${P} CREATE TABLE c (a REFERENCES p (id))`,
    `${P} CREATE TABLE c (a REFERENCES p (x))`,
  ],
  [
    'ON DELETE',
    `${P} CREATE TABLE c (a REFERENCES p ON DELETE CASCADE)`,
    `${P} CREATE TABLE c (a REFERENCES p ON DELETE SET NULL)`,
  ],
  [
    'ON UPDATE',
    `${P} CREATE TABLE c (a REFERENCES p ON UPDATE CASCADE)`,
    `${P} CREATE TABLE c (a REFERENCES p)`,
  ],
  [
    'a deferred foreign key',
    `${P} CREATE TABLE c (a REFERENCES p)`,
    `${P} CREATE TABLE c (a REFERENCES p DEFERRABLE INITIALLY DEFERRED)`,
  ],
  [
    'the columns of a foreign key, exchanged',
    'CREATE TABLE p (a, b, UNIQUE (a, b)); CREATE TABLE c (a, b, FOREIGN KEY (a, b) REFERENCES p (a, b))',
    'CREATE TABLE p (a, b, UNIQUE (a, b)); CREATE TABLE c (a, b, FOREIGN KEY (a, b) REFERENCES p (b, a))',
  ],
  [
    'the expression of a generated column',
    'CREATE TABLE t (a, b AS (a + 1))',
    'CREATE TABLE t (a, b AS (a + 2))',
  ],
  [
    'a stored generated column',
    'CREATE TABLE t (a, b AS (a + 1))',
    'CREATE TABLE t (a, b AS (a + 1) STORED)',
  ],
  [
    'a generated and an ordinary column',
    'CREATE TABLE t (a, b AS (a + 1))',
    'CREATE TABLE t (a, b)',
  ],
  ['an index that is lost', `${T}; CREATE INDEX i ON t (name)`, T],
  [
    'the columns of an index',
    `${T}; CREATE INDEX i ON t (name)`,
    `${T}; CREATE INDEX i ON t (name, age)`,
  ],
  ['a unique index', `${T}; CREATE INDEX i ON t (name)`, `${T}; CREATE UNIQUE INDEX i ON t (name)`],
  [
    'the order of an index',
    `${T}; CREATE INDEX i ON t (name)`,
    `${T}; CREATE INDEX i ON t (name DESC)`,
  ],
  [
    'the collation of an index',
    `${T}; CREATE INDEX i ON t (name)`,
    `${T}; CREATE INDEX i ON t (name COLLATE NOCASE)`,
  ],
  [
    'the condition of an index',
    `${T}; CREATE INDEX i ON t (name) WHERE age > 1`,
    `${T}; CREATE INDEX i ON t (name) WHERE age > 2`,
  ],
  [
    'the expression of an index',
    `${T}; CREATE INDEX i ON t (lower(name))`,
    `${T}; CREATE INDEX i ON t (upper(name))`,
  ],
  [
    'the table of an index',
    `${T}; CREATE TABLE u (name); CREATE INDEX i ON t (name)`,
    `${T}; CREATE TABLE u (name); CREATE INDEX i ON u (name)`,
  ],
  [
    'a column called asc',
    'CREATE TABLE t ("asc", b); CREATE INDEX i ON t (b, "asc")',
    'CREATE TABLE t ("asc", b); CREATE INDEX i ON t (b)',
  ],
  ['a view', V, V.replace('id, name', 'name, id')],
  [
    'a view over views',
    `${V}; CREATE VIEW w AS SELECT id FROM v`,
    `${V}; CREATE VIEW w AS SELECT name FROM v`,
  ],
  ['a literal in a view', `${V} WHERE name = 'a'`, `${V} WHERE name = 'A'`],
  [
    "the names of a view's columns",
    V.replace('v AS', 'v (a, b) AS'),
    V.replace('v AS', 'v (a, c) AS'),
  ],
  ['the body of a trigger', TR, TR.replace('age = 0', 'age = 1')],
  ['the time of a trigger', TR, TR.replace('AFTER', 'BEFORE')],
  ['the event of a trigger', TR, TR.replace('INSERT ON', 'UPDATE OF name ON')],
  ['the condition of a trigger', TR, TR.replace(' BEGIN', ' WHEN NEW.age > 1 BEGIN')],
  ['a view in place of a table', 'CREATE TABLE v (a)', 'CREATE VIEW v AS SELECT 1 AS a'],
  [
    'the columns of a full-text table',
    'CREATE VIRTUAL TABLE f USING fts5(a)',
    'CREATE VIRTUAL TABLE f USING fts5(a, b)',
  ],
  [
    'the tokenizer of a full-text table',
    "CREATE VIRTUAL TABLE f USING fts5(a, tokenize = 'porter')",
    "CREATE VIRTUAL TABLE f USING fts5(a, tokenize = 'ascii')",
  ],
  [
    'a full-text table in place of a table',
    'CREATE TABLE f (a)',
    'CREATE VIRTUAL TABLE f USING fts5(a)',
  ],
  [
    'names beyond ASCII, which have no small letters for SQLite',
    'CREATE TABLE t ("Ä" TEXT)',
    'CREATE TABLE t ("ä" TEXT)',
  ],
]
