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
    COLUMN_TYPE_CHANGED: 'off',
    TABLE_DROPPED: 'off',
  },
} as const
const rebuild = (was: string, is: string, { copy = 'id', after = '' } = {}) => ({
  '001_a.sql': sqlFile(`${PARENT}CREATE TABLE t (${was});`),
  '002_b.sql': sqlFile(
    `CREATE TABLE n (${is});\nINSERT INTO n (${copy}) SELECT id FROM t;\nDROP TABLE t;\nALTER TABLE n RENAME TO t;\n${after}`,
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
    expect(message).toContain(`rebuilds t without ${lost}: rows that`)
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

describe('what columns and keys were declared with', () => {
  const anew = (
    was: string,
    is: string,
    { copy = 'id, a', down = 'SELECT 1;', after = '' } = {},
  ) => ({
    '001_a.sql': sqlFile(`${PARENT}CREATE TABLE t (${was};\nCREATE INDEX i ON t (a);`),
    '002_b.sql': sqlFile(
      `CREATE TABLE n (${is};\nINSERT INTO n (${copy}) SELECT ${copy} FROM t;\nDROP TABLE t;\nALTER TABLE n RENAME TO t;\nCREATE INDEX i ON t (a);\n${after}`,
      down,
    ),
  })

  test.each([
    ['info', 'DEFAULT 1 of a', `${ID}, a DEFAULT 1)`, `${ID}, a, b)`],
    ['info', 'DEFAULT 1 of a', `${ID}, a DEFAULT 1)`, `${ID}, a NOT NULL)`],
    ['info', 'DEFAULT current_date of a', `${ID}, a DEFAULT current_date)`, `${ID}, a, b)`],
    ['info', 'DEFAULT (unixepoch()) of a', `${ID}, a DEFAULT (unixepoch()))`, `${ID}, a, b)`],
    ['info', 'DEFAULT \'x\' of "order"', `${ID}, a, "order" DEFAULT 'x')`, `${ID}, a, "order", b)`],
    ['info', 'NOT NULL of a', `${ID}, a NOT NULL)`, `${ID}, a, b)`],
    ['info', 'NOT NULL of a and DEFAULT 1 of a', `${ID}, a NOT NULL DEFAULT 1)`, `${ID}, a, b)`],
    [
      'warning',
      'NOT NULL of a and DEFAULT 1 of b',
      `${ID}, a NOT NULL, b DEFAULT 1)`,
      `${ID}, a, b, c)`,
    ],
    [
      'warning',
      'NOT NULL (by WITHOUT ROWID) of k',
      'k TEXT PRIMARY KEY, id, a) WITHOUT ROWID',
      'k TEXT PRIMARY KEY, id, a)',
      'k, id, a',
    ],
    ['info', 'COLLATE NOCASE of a', `${ID}, a TEXT COLLATE NOCASE)`, `${ID}, a TEXT, b)`],
    ['warning', 'AS (id + 1) STORED of b', `${ID}, a, b AS (id + 1) STORED)`, `${ID}, a, b)`],
    ['warning', 'AS (a) of b', `${ID}, a, b GENERATED ALWAYS AS (a))`, `${ID}, a, b, c)`],
    [
      'warning',
      'ON DELETE CASCADE of a',
      `${ID}, a REFERENCES p ON DELETE CASCADE)`,
      `${ID}, a REFERENCES p, b)`,
    ],
    [
      'warning',
      'ON DELETE SET NULL of a',
      `${ID}, a REFERENCES p (id) ON UPDATE NO ACTION ON DELETE SET NULL)`,
      `${ID}, a, b, FOREIGN KEY (a) REFERENCES p)`,
    ],
    [
      'warning',
      'ON UPDATE CASCADE of a',
      `${ID}, a REFERENCES p ON UPDATE CASCADE)`,
      `${ID}, a REFERENCES p, b)`,
    ],
    [
      'info',
      'DEFERRABLE INITIALLY DEFERRED of a',
      `${ID}, a REFERENCES p DEFERRABLE INITIALLY DEFERRED)`,
      `${ID}, a REFERENCES p, b)`,
    ],
    [
      'warning',
      'ON DELETE CASCADE of a',
      `${ID}, a NOT NULL REFERENCES p ON DELETE CASCADE)`,
      `${ID}, a REFERENCES p)`,
    ],
    [
      'warning',
      'DEFAULT 1 of b and ON DELETE CASCADE of a',
      `${ID}, a REFERENCES p ON DELETE CASCADE, b DEFAULT 1)`,
      `${ID}, a REFERENCES p, b)`,
    ],
  ])('%s: %s', async (severity, lost, was, is, copy = 'id, a') => {
    const found = await onlyFinding(anew(was, is, { copy }), { settings })
    expect([found.code, found.severity]).toEqual(['CONSTRAINT_LOST', severity])
    expect(found.message).toContain(`rebuilds t without ${lost}: `)
  })

  test('what happens without each, and what to write', async () => {
    const { message, fix } = await onlyFinding(
      anew(
        `${ID}, a NOT NULL REFERENCES p ON DELETE CASCADE, b DEFAULT 1)`,
        `${ID}, a REFERENCES p, b, c)`,
      ),
      { settings },
    )
    expect(message).toContain(
      'rows that the constraint kept out can get in from now on, without an error; rows inserted without b get NULL there, or are rejected; a parent cannot be deleted while the a of a row points at it.',
    )
    expect(fix).toContain(
      'Give the new table `NOT NULL` for a, `DEFAULT 1` for b and `ON DELETE CASCADE` for a as well.',
    )
  })

  test.each([
    [
      'NOT NULL, where the rebuild does nothing else',
      `${ID}, a NOT NULL DEFAULT 1, b NOT NULL)`,
      `${ID}, a, b)`,
    ],
    ['a default', `${ID}, a DEFAULT 1, b DEFAULT 2)`, `${ID}, a, b)`],
    ['an action', `${ID}, a REFERENCES p ON DELETE CASCADE)`, `${ID}, a REFERENCES p)`],
    ['another default', `${ID}, a DEFAULT 1)`, `${ID}, a DEFAULT (2), b)`],
    ['DEFAULT NULL', `${ID}, a DEFAULT NULL)`, `${ID}, a, b)`],
    [
      'another action',
      `${ID}, a REFERENCES p ON DELETE CASCADE)`,
      `${ID}, a REFERENCES p ON DELETE RESTRICT, b)`,
    ],
    [
      'no action, by name',
      `${ID}, a REFERENCES p ON DELETE CASCADE)`,
      `${ID}, a REFERENCES p ON DELETE NO ACTION, b)`,
    ],
    [
      'no deferring, by name',
      `${ID}, a REFERENCES p DEFERRABLE INITIALLY DEFERRED)`,
      `${ID}, a REFERENCES p NOT DEFERRABLE, b)`,
    ],
    [
      'RESTRICT, which is the rule',
      `${ID}, a REFERENCES p ON DELETE RESTRICT)`,
      `${ID}, a REFERENCES p, b)`,
    ],
    [
      'NULL that a key writes',
      `${ID}, a NOT NULL REFERENCES p ON DELETE CASCADE)`,
      `${ID}, a REFERENCES p ON DELETE SET NULL, b)`,
    ],
    ['another type', `${ID}, a TEXT NOT NULL DEFAULT '1')`, `${ID}, a INTEGER, b)`],
    [
      'the same in other words',
      `${ID}, a TEXT DEFAULT 1 NOT NULL COLLATE NOCASE REFERENCES p ON DELETE CASCADE)`,
      `${ID}, b, "A" TEXT COLLATE nocase NOT NULL DEFAULT 1, FOREIGN KEY (a) REFERENCES p ON DELETE CASCADE)`,
    ],
    ['NOT NULL of a rowid', 'id INTEGER NOT NULL PRIMARY KEY, a)', `${ID}, a, b)`],
    [
      'the key of a table without rowids',
      'id TEXT NOT NULL PRIMARY KEY, a) WITHOUT ROWID',
      'id TEXT PRIMARY KEY, a, b) WITHOUT ROWID',
    ],
  ])('nothing: %s', async (_, was, is) => {
    expect(await placesAfterReplay(anew(was, is), { settings })).toEqual([])
  })

  test('nothing: NULL that `down` makes a value of', async () => {
    const down =
      "CREATE TABLE o (id INTEGER PRIMARY KEY, a NOT NULL);\nINSERT INTO o (id, a) SELECT id, coalesce(a, '') FROM t;\nDROP TABLE t;\nALTER TABLE o RENAME TO t;\nCREATE INDEX i ON t (a);"
    const folder = anew(`${ID}, a NOT NULL)`, `${ID}, a, b)`, { down })
    expect(await placesAfterReplay(folder, { settings })).toEqual([])
  })

  test('nothing: a trigger that computes the column', async () => {
    const after =
      'CREATE TRIGGER g AFTER INSERT ON t BEGIN UPDATE t SET b = new.id + 1 WHERE id = new.id; END;'
    const folder = anew(`${ID}, a, b AS (id + 1))`, `${ID}, a, b)`, { after })
    expect(await placesAfterReplay(folder, { settings })).toEqual([])
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
    ['CREATE UNIQUE INDEX i ON t (a)', "CREATE UNIQUE INDEX i ON t (a) WHERE b <> ''"],
    ['CREATE UNIQUE INDEX i ON t (a)', 'CREATE UNIQUE INDEX i ON t (a) WHERE d IS NOT NULL'],
    ['CREATE UNIQUE INDEX i ON t (a)', 'CREATE UNIQUE INDEX i ON t (a) WHERE b IS NULL'],
  ])('%s, then %s', async (was, is) => {
    const found = await onlyFinding(indexed(was, is), { settings })
    expect(found).toMatchObject({ code: 'CONSTRAINT_LOST', severity: 'warning', line: 6 })
    expect(found.message).toContain('its index i so that it is less unique than before')
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
    [
      'of all that is not NULL',
      'CREATE UNIQUE INDEX i ON t (a)',
      'CREATE UNIQUE INDEX i ON t (a) WHERE a IS NOT NULL',
    ],
    [
      'of all rows of before, where a new column is NULL',
      'CREATE UNIQUE INDEX i ON t (a)',
      'CREATE UNIQUE INDEX i ON t (a) WHERE d IS NULL',
    ],
    [
      'of other rows than before',
      'CREATE UNIQUE INDEX i ON t (a) WHERE b > 1',
      'CREATE UNIQUE INDEX i ON t (a) WHERE b > 0',
    ],
  ])('%s', async (_, was, is) =>
    expect(await placesAfterReplay(indexed(was, is), { settings })).toEqual([]),
  )

  test.each([
    ['which only takes UNIQUE away', 'CREATE INDEX i ON t (a)', 'CONSTRAINT_LOST'],
    ['and over other columns, which is another index', 'CREATE INDEX i ON t (a, b)', null],
  ])('after DROP INDEX, %s', async (_, again, code) => {
    const folder = indexed('CREATE UNIQUE INDEX i ON t (a)', again, 'DROP INDEX i;\n')
    const places = await placesAfterReplay(folder, { settings })
    expect(places.map((place) => place.split(' ').at(-1))).toEqual(code === null ? [] : [code])
  })

  describe('with a column that is new', () => {
    const added = (was: string, column: string, is: string) => ({
      '001_a.sql': sqlFile(`CREATE TABLE t (${ID}, a${was};`),
      '002_b.sql': sqlFile(
        `CREATE TABLE n (${ID}, a, ${column});\nINSERT INTO n (id, a) SELECT id, a FROM t;\nDROP TABLE t;\nALTER TABLE n RENAME TO t;\nCREATE UNIQUE INDEX i ON t (${is};`,
      ),
    })
    const WAYS = [
      ['an index', '); CREATE UNIQUE INDEX i ON t (a)'],
      ['an index of another name', '); CREATE UNIQUE INDEX old ON t (a)'],
      ['a constraint', ' UNIQUE)'],
    ] as const

    describe.each(WAYS)('and %s', (_, was) => {
      test.each([
        ['gone INTEGER', 'a) WHERE gone IS NULL'],
        ['gone INTEGER', 'a) WHERE "GONE" ISNULL'],
        ['gone INTEGER NOT NULL DEFAULT 0', 'a) WHERE gone = 0'],
        ['gone BOOLEAN NOT NULL DEFAULT FALSE', 'a) WHERE NOT gone'],
        ['gone BOOLEAN NOT NULL DEFAULT FALSE', 'a) WHERE gone IS 0'],
        ["state TEXT NOT NULL DEFAULT 'there'", "a) WHERE state = 'there'"],
        ['tenant INTEGER NOT NULL DEFAULT 1', 'tenant, a)'],
      ])('nothing of %s (%s', async (column, is) =>
        expect(await placesAfterReplay(added(was, column, is), { settings })).toEqual([]),
      )

      test.each([
        ['gone INTEGER', 'a) WHERE gone IS NOT NULL'],
        ['gone INTEGER', 'a) WHERE gone = NULL'],
        ['gone INTEGER NOT NULL DEFAULT 0', 'a) WHERE gone = 1'],
        ['gone INTEGER NOT NULL DEFAULT 1', 'a) WHERE NOT gone'],
        ["state TEXT NOT NULL DEFAULT 'there'", "a) WHERE state = 'There'"],
        ['gone INTEGER NOT NULL DEFAULT 0', 'a) WHERE gone = 0 AND id > 5'],
        ['tenant INTEGER', 'tenant, a)'],
        ['tenant INTEGER NOT NULL DEFAULT 1', 'tenant)'],
      ])('but of %s (%s', async (column, is) => {
        const { code, severity } = await onlyFinding(added(was, column, is), { settings })
        expect(['CONSTRAINT_LOST', 'OBJECT_LOST']).toContain(code)
        expect(severity).toBe('warning')
      })
    })
  })

  describe('without a rebuild', () => {
    const again = (is: string) => ({
      '001_a.sql': sqlFile(`CREATE TABLE t (${ID}, a, b UNIQUE);\nCREATE UNIQUE INDEX i ON t (a);`),
      '002_b.sql': sqlFile(`DROP INDEX i;\n${is};`),
    })

    test.each([
      ['a and id, of which id is', 'CREATE UNIQUE INDEX i ON t (a, id)'],
      ['b and a, of which b is', 'CREATE UNIQUE INDEX other ON t (b, a)'],
    ])('over %s already unique', async (what, is) => {
      const { code, severity, line, message } = await onlyFinding(again(is))
      expect([code, severity, line]).toEqual(['CONSTRAINT_LOST', 'warning', 3])
      expect(message).toContain(`recreates the index i over ${what} already unique`)
    })

    test.each([
      'CREATE INDEX i ON t (a, id)',
      'CREATE UNIQUE INDEX i ON t (b, id)',
      'CREATE UNIQUE INDEX i ON t (a) WHERE b > 1',
      'CREATE UNIQUE INDEX i ON t (a);\nCREATE UNIQUE INDEX j ON t (a, id)',
    ])('%s', async (is) => expect(await placesAfterReplay(again(is))).toEqual([]))
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
