// A new demand is no doubt where the step itself makes the values that meet it, and rows were seen to go through.
import { describe, expect, test } from 'vitest'
import { findingsIn } from './proven-folder.js'

const BASE = `CREATE TABLE p (id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE);
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, b TEXT);
CREATE INDEX t_a ON t (a);`

interface Rebuild {
  readonly columns: string
  readonly copy: string
  readonly before?: string
  readonly after?: string
}

const rebuild = ({ columns, copy, before = '', after = '' }: Rebuild): string =>
  `${before}
CREATE TABLE n (id INTEGER PRIMARY KEY, ${columns});
${copy};
DROP TABLE t;
ALTER TABLE n RENAME TO t;
CREATE INDEX t_a ON t (a);
${after}`
const copyOf = (a: string, b = 'b'): string =>
  `INSERT INTO n (id, a, b) SELECT id, ${a}, ${b} FROM t`
const narrowed = async (parts: Rebuild): Promise<string[]> => findingsIn(BASE, rebuild(parts))
const NARROWED = ['002 error COLUMN_NARROWED']

test.each<[name: string, parts: Rebuild]>([
  [
    'coalesce for NOT NULL',
    { columns: 'a INTEGER NOT NULL, b TEXT', copy: copyOf('coalesce(a, 0)') },
  ],
  [
    'CASE for a CHECK',
    {
      columns: 'a INTEGER CHECK (a BETWEEN 1 AND 5), b TEXT',
      copy: copyOf('CASE WHEN a BETWEEN 1 AND 5 THEN a ELSE 1 END'),
    },
  ],
  [
    'substr for a length',
    {
      columns: 'a INTEGER, b TEXT CHECK (length(b) < 10)',
      copy: copyOf('a', 'substr(b, 1, 9)'),
    },
  ],
  [
    'conversions for STRICT',
    {
      columns: 'a INTEGER, b TEXT) STRICT; CREATE TABLE other (id INTEGER PRIMARY KEY',
      copy: copyOf('CAST(a AS INTEGER)', 'CAST(b AS TEXT)'),
    },
  ],
  [
    'an UPDATE ahead of the copy',
    {
      columns: 'a INTEGER NOT NULL, b TEXT CHECK (b <> char(7))',
      copy: copyOf('a'),
      before: 'UPDATE "T" SET A = 0 WHERE a IS NULL; UPDATE t SET b = trim(b, char(7));',
    },
  ],
  [
    'two copies, one for the rows that do not fit',
    {
      columns: 'a INTEGER NOT NULL, b TEXT',
      copy: `${copyOf('a')} WHERE a IS NOT NULL; ${copyOf('0')} WHERE a IS NULL`,
    },
  ],
  [
    'a foreign key filled afterwards',
    {
      columns: 'a INTEGER REFERENCES p (id), b TEXT',
      copy: copyOf('a'),
      after: 'UPDATE t SET a = NULL WHERE a NOT IN (SELECT id FROM p);',
    },
  ],
])('valid: %s', async (_, parts) => expect(await narrowed(parts)).toEqual([]))

test('of a foreign key filled from the parent, what it was is told alone', async () => {
  const columns = 'a INTEGER REFERENCES p (id), b TEXT'
  const copy = 'INSERT INTO n (id, a, b) SELECT t.id, p.id, t.b FROM t LEFT JOIN p ON p.code = t.b'
  expect(await narrowed({ columns, copy })).toEqual(['002 warning VALUES_LOST'])
})

test('of a constant the loss is told alone', async () => {
  const found = await narrowed({
    columns: 'a INTEGER CHECK (a = 1), b TEXT',
    copy: copyOf('1 AS a'),
  })
  expect(found).toEqual(['002 warning VALUES_LOST'])
})

test.each<[name: string, parts: Rebuild]>([
  [
    'an expression for another column',
    { columns: 'a INTEGER CHECK (a <> 7), b TEXT', copy: copyOf('a', "coalesce(b, '')") },
  ],
  [
    'one part of the CHECK only',
    { columns: 'a INTEGER, b TEXT, CHECK (a <> 7 AND b <> char(7))', copy: copyOf('abs(a / 2)') },
  ],
  [
    'an UPDATE that comes too late for a CHECK',
    {
      columns: 'a INTEGER CHECK (a <> 7), b TEXT',
      copy: copyOf('a'),
      after: 'UPDATE t SET a = 8 WHERE a > 6;',
    },
  ],
  [
    'an expression in a copy from another table',
    {
      columns: 'a INTEGER CHECK (a <> 7), b TEXT',
      copy: `${copyOf('a')}; INSERT INTO n (id, a, b) SELECT id + 900000000, 8 + 0, code FROM p`,
    },
  ],
  [
    'an UPDATE of another table',
    {
      columns: 'a INTEGER REFERENCES p (id), b TEXT',
      copy: copyOf('a'),
      before: 'UPDATE p SET code = code;',
    },
  ],
  [
    'a foreign key that is copied under the name of its table',
    {
      columns: 'a INTEGER REFERENCES p (id), b TEXT',
      copy: 'INSERT INTO n (id, a, b) SELECT x.id, x.a, x.b FROM t x',
    },
  ],
])('invalid: %s', async (_, parts) => expect(await narrowed(parts)).toEqual(NARROWED))

describe('a CHECK that rows did not meet', () => {
  const CHECKED =
    "CREATE TABLE n (id INTEGER PRIMARY KEY, a INTEGER, b TEXT CHECK (b IN ('x', 'y')))"
  const PLAIN = 'CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, b TEXT)'
  const REPLACE = 'DROP TABLE t; ALTER TABLE n RENAME TO t'

  test.each([
    `DELETE FROM t WHERE NOT (b IN ('x', 'y')); ${CHECKED}; INSERT INTO n SELECT * FROM t; ${REPLACE}`,
    `UPDATE t SET b = 'x' WHERE b NOT IN ('x', 'y'); ${CHECKED}; INSERT INTO n SELECT * FROM t; ${REPLACE}`,
    `CREATE TABLE kept AS SELECT * FROM t WHERE b IN ('x', 'y'); DELETE FROM t; INSERT INTO t SELECT * FROM kept; DROP TABLE kept; ${CHECKED}; INSERT INTO n SELECT * FROM t; ${REPLACE}`,
  ])('is none where they were out of the way in time: %s', async (up) => {
    expect(await findingsIn(PLAIN, up)).not.toContain('002 error COLUMN_NARROWED')
  })

  test('and the filter that drops them is told as that', async () => {
    const copy = "INSERT INTO n SELECT * FROM t WHERE b IN ('x', 'y')"
    expect(await findingsIn(PLAIN, `${CHECKED}; ${copy}; ${REPLACE}`)).toEqual([
      '002 error ROWS_LOST',
    ])
  })

  test('stays where no row was against it', async () => {
    const all = CHECKED.replace("b IN ('x', 'y')", 'a IS NULL OR a > -100 OR a < -99')
    expect(await findingsIn(PLAIN, `${all}; INSERT INTO n SELECT * FROM t; ${REPLACE}`)).toEqual([
      '002 error COLUMN_NARROWED',
    ])
  })
})
