// FOREIGN_KEY_WITHOUT_INDEX
import { describe, expect, test } from 'vitest'
import { onlyFinding, placesAfterReplay, replayFolder, sqlFile } from '../replayed-folder.js'

const PARENT = 'CREATE TABLE p (id INTEGER PRIMARY KEY, a, b, UNIQUE (a, b));'
const history = (...ups: string[]) =>
  Object.fromEntries(ups.map((up, at) => [`00${at + 1}_m.sql`, sqlFile(up)]))

test.each([
  ['an index', 'CREATE TABLE c (p REFERENCES p); CREATE INDEX c_p ON c (p);'],
  [
    'an index with more columns',
    'CREATE TABLE c (p REFERENCES p, x); CREATE INDEX c_p ON c (P, x);',
  ],
  [
    'an index of all rows that point at a parent',
    'CREATE TABLE c (p REFERENCES p); CREATE INDEX c_p ON c (p) WHERE p IS NOT NULL;',
  ],
  ['the rowid', 'CREATE TABLE c (id INTEGER PRIMARY KEY REFERENCES p);'],
  ['a key', 'CREATE TABLE c (p REFERENCES p, x, PRIMARY KEY (p, x));'],
  ['a key without rowid', 'CREATE TABLE c (p REFERENCES p, x, PRIMARY KEY (p, x)) WITHOUT ROWID;'],
  ['UNIQUE', 'CREATE TABLE c (p UNIQUE REFERENCES p);'],
  [
    'two columns in another order',
    'CREATE TABLE c (x, y, FOREIGN KEY (x, y) REFERENCES p (a, b)); CREATE INDEX i ON c (y, x);',
  ],
])('valid: %s', async (_, up) => expect(await placesAfterReplay(history(PARENT, up))).toEqual([]))

describe('an index that a later version makes', () => {
  const key = 'CREATE TABLE c (p REFERENCES p);'

  test('is one', async () =>
    expect(await placesAfterReplay(history(PARENT, key, 'CREATE INDEX i ON c (p);'))).toEqual([]))
  test('is none once it is dropped', async () => {
    const ups = [PARENT, key, 'CREATE INDEX i ON c (p);', 'DROP INDEX i;']
    expect(await placesAfterReplay(history(...ups))).toEqual([
      '002_m.sql:2:1 info FOREIGN_KEY_WITHOUT_INDEX',
      '004_m.sql:2:1 info FOREIGN_KEY_WITHOUT_INDEX',
    ])
  })
})

describe('a partial index', () => {
  const key = 'CREATE TABLE c (id, x, p, FOREIGN KEY (p, x) REFERENCES p (a, b));'
  const placesWith = (where: string) =>
    placesAfterReplay(history(PARENT, `${key} CREATE INDEX i ON c (p, x) WHERE ${where};`))

  test.each(['"P" NOT NULL', '(p notnull)', '(x NOTNULL) AND p IS NOT NULL'])(
    'of all rows that point at a parent will do: %s',
    async (where) => expect(await placesWith(where)).toEqual([]),
  )

  test.each([
    'id IS NOT NULL',
    'p IS NOT NULL AND x > 1',
    'p IS NULL',
    'p IS NOT 1',
    'p NOTNULL OR x',
  ])('of others will not: %s', async (where) =>
    expect(await placesWith(where)).toEqual(['002_m.sql:2:1 info FOREIGN_KEY_WITHOUT_INDEX']),
  )
})

describe('invalid', () => {
  test.each([
    ['CREATE TABLE c (p REFERENCES p);', '002_m.sql:2:1'],
    ['CREATE TABLE c (x, p REFERENCES p);\nCREATE INDEX i ON c (x, p);', '002_m.sql:2:1'],
    ['CREATE TABLE c (p REFERENCES p);\nCREATE INDEX i ON c (p) WHERE p > 1;', '002_m.sql:2:1'],
    ['CREATE TABLE c (p REFERENCES p);\nCREATE INDEX i ON c (abs(p));', '002_m.sql:2:1'],
    [
      'CREATE TABLE c (x, y, FOREIGN KEY (x, y) REFERENCES p (a, b));\nCREATE INDEX i ON c (x);',
      '002_m.sql:2:1',
    ],
    ['CREATE TABLE c (x, p REFERENCES p, PRIMARY KEY (x, p));', '002_m.sql:2:1'],
    [
      'CREATE TABLE c (x);\nALTER TABLE c ADD COLUMN z;\nALTER TABLE c ADD COLUMN p REFERENCES p;',
      '002_m.sql:2:1',
    ],
  ])('%s', async (up, place) =>
    expect(await placesAfterReplay(history(PARENT, up))).toEqual([
      `${place} info FOREIGN_KEY_WITHOUT_INDEX`,
    ]),
  )

  test.each([
    [
      'CREATE TABLE c (x);',
      'ALTER TABLE c ADD COLUMN z;\nALTER TABLE c ADD COLUMN p REFERENCES p;',
      '003_m.sql:3:1',
    ],
    [
      'CREATE TABLE c (p REFERENCES p); CREATE INDEX i ON c (p);',
      'SELECT 1;\nDROP INDEX i;',
      '003_m.sql:3:1',
    ],
  ])('in the version that makes it so: %s %s', async (first, second, place) => {
    const later = 'ALTER TABLE c ADD COLUMN note TEXT;'
    expect(await placesAfterReplay(history(PARENT, first, second, later))).toEqual([
      `${place} info FOREIGN_KEY_WITHOUT_INDEX`,
    ])
  })

  test('not again when the table or the column is renamed, or the table is rebuilt', async () => {
    const settings = { rules: { TABLE_RENAMED: 'off', COLUMN_RENAMED: 'off' } } as const
    const ups = [
      'CREATE TABLE c (p REFERENCES p);',
      'ALTER TABLE c RENAME TO d;',
      'ALTER TABLE d RENAME p TO q;',
    ]
    const rebuild =
      'CREATE TABLE n (q REFERENCES p, x); INSERT INTO n (q) SELECT q FROM d; DROP TABLE d; ALTER TABLE n RENAME TO d;'
    expect(await placesAfterReplay(history(PARENT, ...ups, rebuild), { settings })).toEqual([
      '002_m.sql:2:1 info FOREIGN_KEY_WITHOUT_INDEX',
    ])
  })

  test('an index that a rebuild loses is told as lost', async () => {
    const rebuild = 'CREATE TABLE n (p REFERENCES p, x); DROP TABLE c; ALTER TABLE n RENAME TO c;'
    const folder = history(
      PARENT,
      'CREATE TABLE c (p REFERENCES p); CREATE INDEX i ON c (p);',
      rebuild,
    )
    expect((await onlyFinding(folder)).code).toBe('OBJECT_LOST')
  })

  test('the fix is the index', async () => {
    const { message, fix } = await onlyFinding(
      history(PARENT, 'CREATE TABLE "my c" ("a b" REFERENCES p);'),
    )
    expect(message).toContain(
      '(migrations/002_m.sql) leaves the foreign key of my c (a b) to p without an index',
    )
    expect(fix).toContain('`CREATE INDEX my_c_a_b ON "my c" ("a b")`')
  })
})

test('the fix speaks of a `down` that drops the column, and runs as printed', async () => {
  const told = (up: string, down: string) =>
    replayFolder({
      '001_a.sql': sqlFile(`${PARENT} CREATE TABLE c (id INTEGER PRIMARY KEY);`),
      '002_b.sql': sqlFile(up, down),
    })
  const up = 'ALTER TABLE c ADD COLUMN p INTEGER REFERENCES p;'
  const down = 'ALTER TABLE c DROP COLUMN p;'
  const [{ fix = '' } = {}] = await told(up, down)
  const [, index, drop] =
    /`(CREATE INDEX [^`]*)`, and in `down` .*?, `(DROP [^`]*)`/.exec(fix) ?? []
  expect([index, drop]).toEqual(['CREATE INDEX c_p ON c (p)', 'DROP INDEX c_p'])
  expect(await told(`${up} ${index};`, `${drop}; ${down}`)).toEqual([])
  const [{ fix: whole = '' } = {}] = await told(up, 'DROP TABLE c; CREATE TABLE c (id INTEGER);')
  expect(whole).not.toContain('`down`')
})
