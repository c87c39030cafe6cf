// What declared changes of tables become, and what of them is refused before anything changes.
import Client from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { expandedIn, runSteps, type Changes } from './altered.js'
import type { AlterStep } from '../../../codegen/model/migration.js'

const SETUP = `CREATE TABLE users (
  id INTEGER PRIMARY KEY, -- given out by us
  name TEXT NOT NULL,
  -- in years
  age INTEGER CONSTRAINT grown CHECK (age > 17),
  team INTEGER REFERENCES teams (id),
  meta JSON DEFAULT '{}' /* anything */,
  CHECK (length(name) > 0)
);
CREATE TABLE teams (id INTEGER PRIMARY KEY, title TEXT, boss INTEGER, size INTEGER AS (length(title)));
CREATE TABLE plain (a INTEGER, b TEXT, "c d" TEXT);
CREATE INDEX plain_a ON plain (a) WHERE b <> '';
CREATE VIEW seen AS SELECT name FROM users;
CREATE VIRTUAL TABLE words USING fts5 (word);`

function inDatabase<T>(work: (db: Client.Database) => T): T {
  const db = new Client(':memory:')
  try {
    db.exec(SETUP)
    return work(db)
  } finally {
    db.close()
  }
}

const textOf = (step: AlterStep): string =>
  step.kind === 'run' ? step.sql : `rebuild ${step.create} ${JSON.stringify(step.copy)}`

function stepsOf(
  changes: Changes,
  minimum: string | null = null,
  side: 'up' | 'down' = 'up',
): string[] {
  return inDatabase((db) => {
    const { expansion, problems } = expandedIn(db, changes, minimum)
    if (!expansion) throw new TypeError(problems.map(({ message }) => message).join('\n'))
    db.exec('BEGIN')
    runSteps(db, [...expansion.up, ...expansion.down!])
    return expansion[side]!.map(textOf)
  })
}

const problemsOf = (changes: Changes): string[] =>
  inDatabase((db) =>
    expandedIn(db, changes).problems.map(({ code, message, fix }) => `${code} ${message} ${fix}`),
  )

describe('ALTER TABLE does', () => {
  test.each<[string, Changes, string[], string[]]>([
    [
      'a new column',
      { plain: { add: { e: "TEXT NOT NULL DEFAULT ''" } } },
      ["ALTER TABLE plain ADD COLUMN e TEXT NOT NULL DEFAULT ''"],
      ['ALTER TABLE plain DROP COLUMN e'],
    ],
    [
      'a name, whatever it is',
      { plain: { rename: { 'c d': 'order', b: 'c d' } } },
      [
        'ALTER TABLE plain RENAME COLUMN "c d" TO "order"',
        'ALTER TABLE plain RENAME COLUMN b TO "c d"',
      ],
      [
        'ALTER TABLE plain RENAME COLUMN "c d" TO b',
        'ALTER TABLE plain RENAME COLUMN "order" TO "c d"',
      ],
    ],
    [
      'a column that goes',
      { plain: { drop: ['c d'] } },
      ['ALTER TABLE plain DROP COLUMN "c d"'],
      ['rebuild CREATE TABLE plain (a INTEGER, b TEXT, "c d" TEXT) {}'],
    ],
    [
      'names at last, of all tables, since they stand in other tables as well',
      {
        teams: { rename: { id: 'nr' }, add: { x: {} } },
        users: { add: { y: 'TEXT' }, rename: { team: 't' } },
      },
      [
        'ALTER TABLE teams ADD COLUMN x',
        'ALTER TABLE users ADD COLUMN y TEXT',
        'ALTER TABLE teams RENAME COLUMN id TO nr',
        'ALTER TABLE users RENAME COLUMN team TO t',
      ],
      [
        'ALTER TABLE users RENAME COLUMN t TO team',
        'ALTER TABLE teams RENAME COLUMN nr TO id',
        'ALTER TABLE users DROP COLUMN y',
        'ALTER TABLE teams DROP COLUMN x',
      ],
    ],
  ])('%s', (_, changes, up, down) => {
    expect(stepsOf(changes)).toEqual(up)
    expect(stepsOf(changes, null, 'down')).toEqual(down)
  })
})

describe('the table is rebuilt, and its text stays as it was written', () => {
  test.each<[string, Changes, string]>([
    [
      'where a comment would go with a column that it is not about',
      { users: { drop: ['age'] } },
      `rebuild CREATE TABLE users (
  id INTEGER PRIMARY KEY, -- given out by us
  name TEXT NOT NULL,
  team INTEGER REFERENCES teams (id),
  meta JSON DEFAULT '{}' /* anything */,
  CHECK (length(name) > 0)
) {}`,
    ],
    [
      'for another type, NOT NULL, default and value',
      {
        users: {
          change: {
            meta: {
              type: 'TEXT',
              notNull: true,
              default: '1 + 1',
              using: "coalesce(meta, '') -- x",
            },
          },
        },
      },
      `rebuild CREATE TABLE users (
  id INTEGER PRIMARY KEY, -- given out by us
  name TEXT NOT NULL,
  -- in years
  age INTEGER CONSTRAINT grown CHECK (age > 17),
  team INTEGER REFERENCES teams (id),
  meta TEXT NOT NULL DEFAULT (1 + 1) /* anything */,
  CHECK (length(name) > 0)
) {"meta":"coalesce(meta, '')"}`,
    ],
    [
      'for constraints that go and come',
      {
        users: {
          foreignKeys: {
            drop: ['TEAM'],
            add: [{ columns: ['team'], references: 'teams', onDelete: 'CASCADE' }],
          },
          checks: { drop: ['grown', '(LENGTH( "name" )>0)'], add: ['age < 200'] },
        },
      },
      `rebuild CREATE TABLE users (
  id INTEGER PRIMARY KEY, -- given out by us
  name TEXT NOT NULL,
  -- in years
  age INTEGER,
  team INTEGER,
  meta JSON DEFAULT '{}' /* anything */,
  CHECK (age < 200),
  FOREIGN KEY (team) REFERENCES teams ON DELETE CASCADE
) {}`,
    ],
    [
      'for another order, with each comment at its column',
      { users: { order: ['age', 'id', 'meta', 'name', 'team'] } },
      `rebuild CREATE TABLE users (
  -- in years
  age INTEGER CONSTRAINT grown CHECK (age > 17),
  id INTEGER PRIMARY KEY, -- given out by us
  meta JSON DEFAULT '{}' /* anything */,
  name TEXT NOT NULL,
  team INTEGER REFERENCES teams (id),
  CHECK (length(name) > 0)
) {}`,
    ],
    [
      'for a new column with a value of the row, and without NOT NULL',
      {
        plain: {
          add: { e: { type: 'TEXT', notNull: true, using: 'upper(b)' } },
          change: { a: { notNull: false } },
        },
      },
      'rebuild CREATE TABLE plain (a INTEGER, b TEXT, "c d" TEXT, e TEXT NOT NULL) {"e":"upper(b)"}',
    ],
  ])('%s', (_, changes, up) => {
    expect(stepsOf(changes)).toEqual([up])
  })

  test('where the oldest SQLite drops no columns', () => {
    const create = 'CREATE TABLE plain (a INTEGER, b TEXT)'
    expect(stepsOf({ plain: { drop: ['c d'] } }, '3.34')).toEqual([`rebuild ${create} {}`])
    expect(stepsOf({ plain: { add: { e: 'TEXT' } } }, '3.34', 'down')).toEqual([
      'rebuild CREATE TABLE plain (a INTEGER, b TEXT, "c d" TEXT) {}',
    ])
  })

  test('and `down` gives rows without a value the default of a column that must have one again', () => {
    expect(
      inDatabase((db) => {
        db.exec("CREATE TABLE n (a TEXT NOT NULL DEFAULT 'x'); INSERT INTO n VALUES ('y')")
        const { expansion } = expandedIn(db, { n: { change: { a: { notNull: false } } } })
        db.exec('BEGIN')
        runSteps(db, expansion!.up)
        db.exec('UPDATE n SET a = NULL')
        runSteps(db, expansion!.down!)
        return db.prepare('SELECT a FROM n').pluck().all()
      }),
    ).toEqual(['x'])
  })
})

test.each<[string, Changes, RegExp]>([
  [
    'a table that is not there',
    { user: {} },
    /^ALTER_UNKNOWN .*table `user`.*mean `users`.*teams, plain/,
  ],
  ['a view', { seen: { drop: ['name'] } }, /^ALTER_REFUSED .*seen is a view/],
  ['a virtual table', { words: { add: { a: '' } } }, /^ALTER_REFUSED .*virtual/],
  ['a table that is named twice', { plain: { add: { x: '' } }, PLAIN: {} }, /named twice/],
  [
    'a column that is not there',
    { users: { drop: ['agee'] } },
    /^ALTER_UNKNOWN .*`agee` of users.*mean `age`/,
  ],
  ['one that is renamed', { users: { rename: { nme: 'x' } } }, /`nme` of users.*mean `name`/],
  ['one that is changed', { users: { change: { x: { type: '' } } } }, /`x` of users/],
  ['one of an order', { plain: { order: ['a', 'b', 'c', 'c d'] } }, /`c` of plain/],
  [
    'a parent',
    { plain: { foreignKeys: { add: [{ columns: ['a'], references: 'team' }] } } },
    /table `team`.*mean `teams`/,
  ],
  [
    'a column of a parent',
    { plain: { foreignKeys: { add: [{ columns: ['a'], references: 'teams', to: ['ids'] }] } } },
    /`ids` of teams.*mean `id`/,
  ],
  [
    'a key that is not there',
    { users: { foreignKeys: { drop: ['age'] } } },
    /^ALTER_UNKNOWN .*foreign key over \(age\).*\(team\)/,
  ],
  [
    'a check that is not there',
    { users: { checks: { drop: ['age > 18'] } } },
    /^ALTER_UNKNOWN .*check `age > 18`.*age > 17/,
  ],
  ['a new column that is there', { users: { add: { AGE: 'TEXT' } } }, /users has a column AGE/],
  ['a name that is taken', { users: { rename: { age: 'Name' } } }, /another column Name/],
  ['names in a circle', { plain: { rename: { a: 'b', b: 'a' } } }, /names from each other/],
  [
    'a column that is renamed and dropped',
    { plain: { rename: { a: 'x' }, drop: ['a'] } },
    /dropped as well/,
  ],
  [
    'one that is changed and dropped',
    { plain: { change: { b: { type: '' } }, drop: ['b'] } },
    /dropped as well/,
  ],
  ['a primary key', { users: { drop: ['id'] } }, /part of the primary key/],
  [
    'a column that an index is over',
    { plain: { drop: ['a'] } },
    /index plain_a.*DROP INDEX plain_a/,
  ],
  ['one that its condition names', { plain: { drop: ['b'] } }, /index plain_a/],
  [
    'one that a check names',
    { users: { drop: ['name'] } },
    /CHECK \(length\(name\) > 0\)` refers to it/,
  ],
  [
    'one that another is made of',
    { teams: { drop: ['title'] } },
    /size INTEGER AS .* refers to it/,
  ],
  ['all columns', { plain: { drop: ['a', 'b', 'c d'] } }, /no column would be left/],
  [
    'a rowid that is made something else',
    { users: { change: { id: { type: 'TEXT' } } } },
    /id is the rowid/,
  ],
  [
    'a computed column',
    { teams: { change: { size: { type: 'TEXT' } } } },
    /computed from other columns/,
  ],
  [
    'a new key',
    { plain: { add: { e: 'INTEGER PRIMARY KEY' } } },
    /primary key of a table cannot change/,
  ],
  [
    'a new column that rows have no value for',
    { plain: { add: { e: 'TEXT NOT NULL' } } },
    /no value in e/,
  ],
  [
    'more than one definition',
    { plain: { add: { e: 'TEXT, f TEXT' } } },
    /not the definition of one column/,
  ],
  [
    'more than one statement',
    { plain: { add: { e: 'TEXT); DROP TABLE users; --' } } },
    /not the definition/,
  ],
  [
    'an expression that does not end',
    { plain: { change: { b: { using: "'a" } } } },
    /not an expression/,
  ],
  ['an order without a column', { plain: { order: ['a', 'b'] } }, /does not name c d/],
  ['an order with one twice', { plain: { order: ['a', 'b', 'c d', 'A'] } }, /one twice/],
])('%s is refused', (_, changes, message) => {
  const problems = problemsOf(changes)
  expect(problems.join('\n')).toMatch(message)
})

test('a key that others refer to stays', () => {
  const found = inDatabase((db) => {
    db.exec(
      'CREATE TABLE p (id INTEGER PRIMARY KEY, code TEXT UNIQUE); CREATE TABLE k (c REFERENCES p (code))',
    )
    return expandedIn(db, { p: { drop: ['code'] } }).problems
  })
  expect(found[0]?.message).toMatch(/a foreign key of k refers to it/)
})

test('`down` is not derived where a column must have a value that nobody knows', () => {
  const found = inDatabase((db) => {
    db.exec('CREATE TABLE n (a, b TEXT NOT NULL)')
    return expandedIn(db, { n: { drop: ['b'] } }).problems
  })
  expect(found.map(({ code }) => code)).toEqual(['ALTER_DOWN_NOT_DERIVED'])
})

test('SQLite before 3.25 renames no columns', () => {
  const found = inDatabase(
    (db) => expandedIn(db, { plain: { rename: { a: 'x' } } }, '3.24').problems,
  )
  expect(found[0]?.message).toMatch(/since 3\.25/)
})
