// CONSTRAINT_LOST
import { describe, expect, test } from 'vitest'
import { onlyFinding, placesAfterReplay, sqlFile } from '../replayed-folder.js'

const PARENT = 'CREATE TABLE p (id INTEGER PRIMARY KEY, code TEXT UNIQUE);\n'
const settings = {
  rules: {
    FOREIGN_KEY_WITHOUT_INDEX: 'off',
    COLUMN_DROPPED: 'off',
    COLUMN_NARROWED: 'off',
    COLUMN_RENAMED: 'off',
    TABLE_DROPPED: 'off',
  },
} as const
const rebuild = (was: string, is: string, { copy = 'id', after = '', comment = '' } = {}) => ({
  '001_a.sql': sqlFile(`${PARENT}CREATE TABLE t (${was});`),
  '002_b.sql': sqlFile(
    `${comment}CREATE TABLE n (${is});\nINSERT INTO n (${copy}) SELECT id FROM t;\nDROP TABLE t;\nALTER TABLE n RENAME TO t;\n${after}`,
  ),
})
const ID = 'id INTEGER PRIMARY KEY'

describe('valid', () => {
  test.each([
    [
      'the same in other words',
      `${ID}, a UNIQUE, CHECK (id > 0)`,
      `${ID} CHECK ("id">0), "A" UNIQUE`,
    ],
    ['a unique index for UNIQUE', `${ID}, a UNIQUE`, `${ID}, a`, 'CREATE UNIQUE INDEX i ON t (a);'],
    ['fewer columns in UNIQUE', `${ID}, a, b, UNIQUE (a, b)`, `${ID}, a, b UNIQUE`],
    ['a wider CHECK', `${ID}, a CHECK (a > 1)`, `${ID}, a CHECK (a > 0)`],
    ['another action', `${ID}, a REFERENCES p`, `${ID}, a REFERENCES p ON DELETE CASCADE`],
    ['a column that is gone', `${ID}, a UNIQUE CHECK (a > 1) REFERENCES p`, ID],
    ['a parent that is gone', `${ID}, a REFERENCES p`, `${ID}, a`, 'DROP TABLE p;'],
    ['another primary key', `${ID}, a`, 'id INTEGER, a, PRIMARY KEY (id, a)'],
    ['STRICT that comes', `${ID}, a TEXT`, `${ID}, a TEXT) STRICT; --`],
    ['the same collation', `${ID}, a UNIQUE COLLATE NOCASE`, `${ID}, "A" COLLATE nocase UNIQUE`],
    ['a collation of nothing unique', `${ID}, a COLLATE NOCASE, b UNIQUE`, `${ID}, a, b UNIQUE`],
    ['another collation', `${ID}, a UNIQUE COLLATE NOCASE`, `${ID}, a UNIQUE COLLATE RTRIM`],
    [
      'the collation in the constraint',
      `${ID}, a UNIQUE COLLATE NOCASE`,
      `${ID}, a, UNIQUE (a COLLATE NOCASE)`,
    ],
    [
      'the collation in an index',
      `${ID}, a UNIQUE COLLATE NOCASE`,
      `${ID}, a`,
      'CREATE UNIQUE INDEX i ON t (a COLLATE NOCASE);',
    ],
    [
      'small letters instead of a collation',
      `${ID}, a UNIQUE COLLATE NOCASE`,
      `${ID}, a UNIQUE`,
      'UPDATE t SET a = lower(a) WHERE id > 0;',
    ],
    ['NOT NULL and a default', `${ID}, a NOT NULL DEFAULT 1`, `${ID}, a`],
  ])('%s', async (_, was, is, after = '') =>
    expect(await placesAfterReplay(rebuild(was, is, { after }), { settings })).toEqual([]),
  )

  test('ALTER TABLE, which names what goes', async () => {
    const folder = {
      '001_a.sql': sqlFile(
        'CREATE TABLE t (id INTEGER PRIMARY KEY, a CONSTRAINT c CHECK (a > 1));',
      ),
      '002_b.sql': sqlFile('ALTER TABLE t DROP CONSTRAINT c;'),
    }
    expect(await placesAfterReplay(folder)).toEqual([])
  })

  test('a comment with a reason', async () => {
    const comment = '-- lockstep-ignore CONSTRAINT_LOST: values below 2 are fine now\n'
    const folder = rebuild(`${ID}, a CHECK (a > 1)`, `${ID}, a`, { comment })
    expect(await placesAfterReplay(folder)).toEqual([])
  })
})

describe('invalid', () => {
  test.each([
    ['PRIMARY KEY (id)', ID, 'id INTEGER'],
    ['PRIMARY KEY (a, id)', 'id INTEGER, a, PRIMARY KEY (a, id)', 'id INTEGER, a'],
    ['UNIQUE (a)', `${ID}, a UNIQUE`, `${ID}, a`],
    ['UNIQUE (a)', `${ID}, a UNIQUE`, `${ID}, a, UNIQUE (a, id)`],
    ['UNIQUE (a)', `${ID}, a UNIQUE`, `${ID}, a`, 'CREATE UNIQUE INDEX i ON t (a) WHERE a > 1;'],
    ['FOREIGN KEY (a) REFERENCES p', `${ID}, a REFERENCES p`, `${ID}, a`],
    ['CHECK (a > 1)', `${ID}, a CHECK (a > 1)`, `${ID}, a`],
    ['STRICT', `${ID}, a TEXT) STRICT; --`, `${ID}, a TEXT`],
    [
      'COLLATE NOCASE under the UNIQUE of a',
      `${ID}, a TEXT UNIQUE COLLATE NOCASE`,
      `${ID}, a TEXT UNIQUE`,
    ],
    [
      'COLLATE NOCASE under the UNIQUE of a',
      `${ID}, "A" TEXT COLLATE nocase, b, UNIQUE (a, b)`,
      `${ID}, a TEXT COLLATE BINARY, b`,
      'CREATE UNIQUE INDEX i ON t (b, a);',
    ],
    ['UNIQUE (a) and CHECK (a > 1)', `${ID}, a UNIQUE CHECK (a > 1)`, `${ID}, a`],
  ])('%s', async (lost, was, is, after = '') => {
    const found = await onlyFinding(rebuild(was, is, { after }), { settings })
    const { code, severity, line, message } = found
    expect([code, severity, line]).toEqual(['CONSTRAINT_LOST', 'warning', 2])
    expect(message).toContain(`makes t anew without ${lost}: rows that`)
  })

  test('CREATE TABLE … AS SELECT, which keeps none, told once', async () => {
    const { code, message, fix } = await onlyFinding({
      '001_a.sql': sqlFile(`CREATE TABLE t (${ID}, a TEXT UNIQUE);`),
      '002_b.sql': sqlFile(
        'CREATE TABLE n AS SELECT id, a FROM t;\nDROP TABLE t;\nALTER TABLE n RENAME TO t;',
      ),
    })
    expect(code).toBe('CONSTRAINT_LOST')
    expect(message).toContain('without PRIMARY KEY (id) and UNIQUE (a): rows that they kept out')
    expect(fix).toContain('Give the new table `PRIMARY KEY (id)` and `UNIQUE (a)` as well.')
  })
})

describe('a unique index that is made again', () => {
  const indexed = (was: string, is: string, more = '') => ({
    '001_a.sql': sqlFile(`CREATE TABLE t (${ID}, a TEXT, b TEXT, c TEXT);\n${was};`),
    '002_b.sql': sqlFile(
      `${more}CREATE TABLE n (${ID}, a TEXT, b TEXT, c TEXT, d TEXT);\nINSERT INTO n (id, a, b, c) SELECT id, a, b, c FROM t;\nDROP TABLE t;\nALTER TABLE n RENAME TO t;\n${is};`,
    ),
  })

  test.each([
    ['CREATE UNIQUE INDEX i ON t (a)', 'CREATE INDEX i ON t (a)'],
    ['CREATE UNIQUE INDEX i ON t (a)', 'CREATE UNIQUE INDEX i ON t (a, b)'],
    ['CREATE UNIQUE INDEX i ON t (a) WHERE b > 1', 'CREATE INDEX i ON t (a) WHERE b > 1'],
    [
      'CREATE UNIQUE INDEX i ON t (a) WHERE a NOT NULL',
      'CREATE UNIQUE INDEX i ON t (a, d) WHERE a NOT NULL',
    ],
    ['CREATE UNIQUE INDEX i ON t (lower(a))', 'CREATE INDEX i ON t (lower(a))'],
  ])('%s, then %s', async (was, is) => {
    const found = await onlyFinding(indexed(was, is), { settings })
    expect(found).toMatchObject({ code: 'CONSTRAINT_LOST', severity: 'warning', line: 6 })
    expect(found.message).toContain('its index i again as one that is not as unique as it was')
    expect(found.fix).toContain(`\`${was}\``)
  })

  test.each([
    ['as it was', 'CREATE UNIQUE INDEX i ON t (a, b)', 'CREATE UNIQUE INDEX i ON t (b, a)'],
    ['over fewer columns', 'CREATE UNIQUE INDEX i ON t (a, b)', 'CREATE UNIQUE INDEX i ON t (a)'],
    [
      'beside another one',
      'CREATE UNIQUE INDEX i ON t (a)',
      'CREATE INDEX i ON t (a);\nCREATE UNIQUE INDEX j ON t (a)',
    ],
    [
      'over an expression',
      'CREATE UNIQUE INDEX i ON t (lower(a))',
      'CREATE UNIQUE INDEX i ON t (lower(b))',
    ],
    ['though it never was', 'CREATE INDEX i ON t (a)', 'CREATE INDEX i ON t (a, b)'],
    ['of a primary key', 'CREATE UNIQUE INDEX i ON t (id, a)', 'CREATE INDEX i ON t (id, a)'],
  ])('%s', async (_, was, is) =>
    expect(await placesAfterReplay(indexed(was, is), { settings })).toEqual([]),
  )

  test('after DROP INDEX, which names it', async () => {
    const folder = indexed(
      'CREATE UNIQUE INDEX i ON t (a)',
      'CREATE INDEX i ON t (a)',
      'DROP INDEX i;\n',
    )
    expect(await placesAfterReplay(folder, { settings })).toEqual([])
  })

  test('under its name after a column of it is gone', async () => {
    const folder = {
      '001_a.sql': sqlFile(`CREATE TABLE t (${ID}, a, b);\nCREATE UNIQUE INDEX i ON t (a);`),
      '002_b.sql': sqlFile(
        `CREATE TABLE n (${ID}, b);\nINSERT INTO n SELECT id, b FROM t;\nDROP TABLE t;\nALTER TABLE n RENAME TO t;\nCREATE INDEX i ON t (b);`,
      ),
    }
    expect(await placesAfterReplay(folder, { settings })).toEqual([])
  })
})
