// FOREIGN_KEY_BROKEN
import { describe, expect, test } from 'vitest'
import type { ForeignKeyBroken, RowsLost } from '../../../../codegen/model/evidence.js'
import { proveHistory, type History } from '../proven-folder.js'
import { proveFiles } from '../../proven/prove-project.js'
import { onlyFinding, placeIn, placesAfterReplay, sqlFile } from '../replayed-folder.js'

const folder = (comment = '') => ({
  '001_a.sql': sqlFile(
    'CREATE TABLE users (id INTEGER PRIMARY KEY);\nCREATE TABLE posts (author REFERENCES users);\nCREATE INDEX i ON posts (author);',
  ),
  '002_b.sql': sqlFile(`${comment}SELECT 1;`),
})
const fact = (change: Partial<ForeignKeyBroken> = {}): ForeignKeyBroken => ({
  kind: 'foreign-key-broken',
  at: placeIn(2),
  table: 'posts',
  columns: ['author'],
  parent: 'users',
  rows: 2,
  message: null,
  ...change,
})
const lost: RowsLost = {
  kind: 'rows-lost',
  at: placeIn(2),
  table: 'Users',
  before: 2,
  after: 0,
  through: null,
}
describe('invalid', () => {
  test.each([
    [
      'no table',
      'CREATE TABLE c (a INTEGER PRIMARY KEY REFERENCES nowhere (id));',
      'of c (a) to nowhere cannot be checked: there is no table nowhere. Every',
      'Point the key at a table that exists, or create this one in the same migration or before it;',
    ],
    [
      'a view',
      'CREATE VIEW v AS SELECT 1 AS id; CREATE TABLE c (a INTEGER PRIMARY KEY REFERENCES v (id));',
      ': v is a view, not a table. Every',
      'Point the key at a table that exists',
    ],
    [
      'no column',
      'CREATE TABLE p (id INTEGER PRIMARY KEY, number UNIQUE); CREATE TABLE c (a INTEGER PRIMARY KEY REFERENCES p (nummer));',
      'of c (a) to p cannot be checked (foreign key mismatch - "c" referencing "p"): p has no column nummer. Every',
      'Point the key at what is unique, `p (id)` or `p (number)`;',
    ],
    [
      'not unique',
      'CREATE TABLE p (id INTEGER PRIMARY KEY, "e-mail" TEXT); CREATE INDEX i ON p ("e-mail"); CREATE TABLE c (a TEXT NOT NULL PRIMARY KEY REFERENCES p ("e-mail"));',
      ': nothing keeps "e-mail" unique in p. Every',
      'Point the key at what is unique, `p (id)`; or make this unique in the same migration, with `CREATE UNIQUE INDEX "p_e-mail" ON p ("e-mail")`;',
    ],
    [
      'unique in some rows only',
      'CREATE TABLE p (k, x); CREATE UNIQUE INDEX i ON p (k) WHERE x; CREATE TABLE c (a INTEGER PRIMARY KEY REFERENCES p (k));',
      ': nothing keeps k unique in p. Every',
      'Make this unique in the same migration, with `CREATE UNIQUE INDEX p_k ON p (k)`;',
    ],
    [
      'no primary key',
      'CREATE TABLE p (k); CREATE TABLE c (a INTEGER PRIMARY KEY REFERENCES p);',
      ': p has no PRIMARY KEY. Every',
      'Give p a PRIMARY KEY;',
    ],
    [
      'more columns',
      'CREATE TABLE p (x, y, PRIMARY KEY (x, y)); CREATE TABLE c (a INTEGER PRIMARY KEY REFERENCES p);',
      ': the key of p is (x, y). Every',
      'Give the key as many columns as that of p;',
    ],
    [
      'the second key to the same table',
      'CREATE TABLE p (id INTEGER PRIMARY KEY, k); CREATE TABLE c (a INTEGER PRIMARY KEY REFERENCES p, b REFERENCES p (k)); CREATE INDEX i ON c (b);',
      'of c (b) to p cannot be checked',
      'Point the key at what is unique, `p (id)`;',
    ],
    [
      'another collation',
      'CREATE TABLE p (k TEXT); CREATE UNIQUE INDEX i ON p (k COLLATE NOCASE); CREATE TABLE c (a TEXT NOT NULL PRIMARY KEY REFERENCES p (k));',
      'or only by a collation other than that of the columns. Every',
      'Point the key at a PRIMARY KEY, or at columns with a UNIQUE index of their own collation;',
    ],
  ])('a key that cannot be checked: %s', async (_, up, message, fix) => {
    const found = await proveHistory(up)
    expect(found.map(({ code }) => code)).toEqual(['FOREIGN_KEY_BROKEN'])
    expect(found[0]!.message).toContain(message)
    expect(found[0]!.fix).toContain(fix)
  })

  test('two keys that one index mends: it is printed once', async () => {
    const found = await proveHistory(
      'CREATE TABLE p (k, l); CREATE TABLE c (a INTEGER PRIMARY KEY REFERENCES p (k)); CREATE TABLE d (a INTEGER PRIMARY KEY REFERENCES p (k)); CREATE TABLE e (a INTEGER PRIMARY KEY REFERENCES p (l)); CREATE TABLE f (a INTEGER PRIMARY KEY REFERENCES nowhere (k)); CREATE TABLE g (a INTEGER PRIMARY KEY REFERENCES elsewhere (k));',
    )
    expect(found.map(({ subject, fix }) => [subject, fix.replace(/;[^]*/, '')]).sort()).toEqual([
      ['c.a', 'Make this unique in the same migration, with `CREATE UNIQUE INDEX p_k ON p (k)`'],
      ['d.a', 'The fix for c (a) also fixes this key'],
      ['e.a', 'Make this unique in the same migration, with `CREATE UNIQUE INDEX p_l ON p (l)`'],
      ['f.a', expect.stringMatching(/^Point the key at a table that exists/)],
      ['g.a', expect.stringMatching(/^Point the key at a table that exists/)],
    ])
  })

  test('a key to a table that is in no catalog', async () => {
    const message = 'foreign key mismatch - "posts" referencing "cache".'
    const found = await onlyFinding(folder(), {
      facts: [fact({ parent: 'cache', rows: 0, message })],
    })
    expect(found.message).toContain(
      'the foreign key of posts (author) to cache cannot be checked (foreign key mismatch - "posts" referencing "cache"): what it points at is missing, or not unique there',
    )
  })
})

test('the fix of several keys that one statement breaks is printed once', async () => {
  const found = await proveFiles({
    'migrations/001_a.sql': sqlFile(`CREATE TABLE p (id INTEGER PRIMARY KEY);
${['a', 'b', 'c'].map((name) => `CREATE TABLE ${name} (id INTEGER PRIMARY KEY, p_id INTEGER NOT NULL REFERENCES p (id) ON DELETE CASCADE); CREATE INDEX ${name}_p ON ${name} (p_id);`).join('\n')}`),
    'migrations/002_b.sql': sqlFile('DELETE FROM p WHERE id > 0;'),
  })
  const fixes = found.flatMap(({ code, fix = '' }) => (code === 'FOREIGN_KEY_BROKEN' ? [fix] : []))
  expect(fixes).toEqual([
    expect.stringMatching(
      /^To have ON DELETE CASCADE of a take effect, add a line .* `DELETE FROM a /,
    ),
    ...['b', 'c'].map((name) =>
      expect.stringMatching(
        RegExp(
          `^Do as for a, here with \`DELETE FROM ${name} WHERE .*\`; or, .* ${name}.p_id: reason`,
        ),
      ),
    ),
  ])
})

test('where only the step is known, the statement that changes the parent', async () => {
  const at = placeIn(2, { script: null, offset: null })
  const up = 'SELECT 1;\nCREATE TABLE n (id);\nDROP TABLE users;\nALTER TABLE n RENAME TO users;'
  const facts = [fact({ at, rows: 0, columns: [] })]
  const found = await onlyFinding(
    { ...folder(), '002_b.sql': sqlFile(up) },
    { facts, settings: { rules: { COLUMN_TYPE_CHANGED: 'off' } } },
  )
  expect(found.line).toBe(3)
  expect(found.message).toContain(
    'the foreign key of posts (author) to users cannot be checked: users has no PRIMARY KEY. Every',
  )
})

describe('the SQL that fixes the rows works where it is pasted', () => {
  const base = (parent: string, child: string) =>
    `CREATE TABLE p (${parent});\nCREATE TABLE c (n INTEGER PRIMARY KEY, ${child});\nCREATE INDEX i ON c (${child.includes('b') ? 'a, b' : 'a'});`
  const change = 'DELETE FROM p WHERE rowid > 0;'

  test.each([
    [
      'the child may have none',
      base('id INTEGER PRIMARY KEY', 'a REFERENCES p'),
      'UPDATE c SET a = NULL WHERE a NOT IN (SELECT id FROM p)',
    ],
    [
      'the child must have one',
      base('id INTEGER PRIMARY KEY', 'a INTEGER NOT NULL REFERENCES p (id)'),
      'DELETE FROM c WHERE a NOT IN (SELECT id FROM p)',
    ],
    [
      'its primary key is no way out',
      'CREATE TABLE p (id INTEGER PRIMARY KEY);\nCREATE TABLE c (a INT PRIMARY KEY REFERENCES p);',
      'DELETE FROM c WHERE a NOT IN (SELECT id FROM p)',
    ],
    [
      'nor is a column of it',
      'CREATE TABLE p (id INTEGER PRIMARY KEY);\nCREATE TABLE c (a INTEGER REFERENCES p, tag TEXT, PRIMARY KEY (a, tag));',
      'DELETE FROM c WHERE a NOT IN (SELECT id FROM p)',
    ],
    [
      'a parent with NULL',
      base('k TEXT UNIQUE', 'a TEXT NOT NULL REFERENCES P (K)'),
      'DELETE FROM c WHERE a NOT IN (SELECT K FROM P WHERE K IS NOT NULL)',
    ],
    [
      'two columns',
      base(
        'x INTEGER NOT NULL, y INTEGER NOT NULL, UNIQUE (x, y)',
        'a INTEGER NOT NULL, b INTEGER, FOREIGN KEY (a, b) REFERENCES p (x, y)',
      ),
      'UPDATE c SET b = NULL WHERE b IS NOT NULL AND (a, b) NOT IN (SELECT x, y FROM p)',
    ],
  ])('%s', async (_, schema, sql) => {
    const steps = (up: string): History => [schema, up]
    const found = await proveHistory(...steps(change))
    expect(found.map(({ code, fix }) => [code, /`([^`]*)`; or,/.exec(fix)?.[1]])).toEqual([
      ['FOREIGN_KEY_BROKEN', sql],
    ])
    expect(await proveHistory(...steps(`${change}\n${sql};`))).toEqual([])
  })
})

describe('one cause is one finding', () => {
  test('rows of the history and generated ones', async () => {
    const facts = [fact(), fact({ rows: 5, columns: ['AUTHOR'] }), fact({ rows: 5 })]
    expect((await onlyFinding(folder(), { facts })).message).toContain('5 rows of posts')
  })

  test('a parent that loses its rows', async () => {
    expect((await onlyFinding(folder(), { facts: [fact(), lost] })).code).toBe('ROWS_LOST')
  })

  test('told after all where that loss is acknowledged, or in the other half', async () => {
    const comment = '-- lockstep-ignore ROWS_LOST: on purpose\n'
    expect((await onlyFinding(folder(comment), { facts: [fact(), lost] })).code).toBe(
      'FOREIGN_KEY_BROKEN',
    )
    const down = { ...lost, at: placeIn(2, { direction: 'down' }) }
    expect(await placesAfterReplay(folder(), { facts: [fact(), down] })).toEqual([
      '002_b.sql:2:1 error FOREIGN_KEY_BROKEN',
      '002_b.sql:4:1 error ROWS_LOST',
    ])
  })
})
