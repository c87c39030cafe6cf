// What `alter` advises where it cannot do a thing.
import Client from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { expandedIn, type Changes } from './altered.js'

function inDatabase<T>(work: (db: Client.Database) => T): T {
  const db = new Client(':memory:')
  try {
    db.exec('CREATE TABLE teams (id INTEGER PRIMARY KEY, title TEXT)')
    return work(db)
  } finally {
    db.close()
  }
}

describe('what to do is said where', () => {
  const HELD = `CREATE TABLE p (id INTEGER PRIMARY KEY, code TEXT UNIQUE);
CREATE TABLE k (c REFERENCES p (code));
CREATE TABLE h (
  id INTEGER PRIMARY KEY, a TEXT, b TEXT, c TEXT, d TEXT CHECK (d <> e), e TEXT, f TEXT, g TEXT AS (f), p INTEGER, q INTEGER,
  CONSTRAINT alike UNIQUE (a, b), CONSTRAINT "not 'c'" CHECK (c <> 'c'), FOREIGN KEY (p, q) REFERENCES h (p, q)
);
CREATE UNIQUE INDEX hpq ON h (p, q)`
  const BY_HAND = 'Write `up` in place of `alter`, with `ctx.rebuild` and a CREATE TABLE'

  test.each<[string, Changes, string]>([
    ['a UNIQUE holds it', { h: { drop: ['b'] } }, `a UNIQUE or a primary key. ${BY_HAND} without`],
    ['it is the key', { h: { drop: ['id'] } }, `${BY_HAND} that has another key.`],
    ['a CHECK does', { h: { drop: ['c'] } }, String.raw`checks: { drop: ['not \'c\''] }`],
    ['that of another column', { h: { drop: ['e'] } }, `checks: { drop: ['(d <> e)'] }`],
    ['a column made of it', { h: { drop: ['f'] } }, `Drop g as well: \`drop: ['f', 'g']\``],
    ['an index', { h: { drop: ['p'] } }, 'DROP INDEX hpq'],
    [
      'a key of another table',
      { p: { drop: ['code'] } },
      `before this one: \`alter: { k: { foreignKeys: { drop: [['c']] } } }\``,
    ],
    [
      'a check is named that is a UNIQUE',
      { h: { checks: { drop: ['alike'] } } },
      `${BY_HAND} without`,
    ],
    ['one by its columns', { h: { checks: { drop: ['unique (A, b)'] } } }, `${BY_HAND} without`],
    [
      'one that is a foreign key',
      { h: { checks: { drop: ['FOREIGN KEY (p, q) REFERENCES h (p, q)'] } } },
      `foreignKeys: { drop: [['p', 'q']] }`,
    ],
  ])('%s', (_, changes, fix) => {
    const found = inDatabase((db) => {
      db.exec(HELD)
      return expandedIn(db, changes).problems
    })
    expect(found.map(({ code }) => code)).toEqual(['ALTER_REFUSED'])
    expect(found[0]?.fix).toContain(fix)
  })

  test('all that holds a column is named, and that alone which cannot be dropped', () => {
    const found = inDatabase((db) => {
      db.exec(`CREATE TABLE many (a, b, c CHECK (c <> a), d, CHECK (a < b), CHECK (d > b), UNIQUE (d, c));
CREATE INDEX "index" ON many (a)`)
      return expandedIn(db, { many: { drop: ['a', 'd'] } }).problems
    })
    expect(found.map(({ message }) => message)).toEqual([
      '`alter` cannot do this: a cannot be dropped, because the index index covers it, `c CHECK (c <> a)` refers to it and `CHECK (a < b)` refers to it.',
      '`alter` cannot do this: d cannot be dropped, because `UNIQUE (d, c)` refers to it.',
    ])
    expect(found[0]?.fix).toBe(
      "Drop the index in a migration before this one: `DROP INDEX \"index\"`. Drop that as well: `checks: { drop: ['(c <> a)'] }`. Drop that as well: `checks: { drop: ['(a < b)'] }`.",
    )
  })

  test('of a check that is named otherwise, the text is told', () => {
    const found = inDatabase((db) => {
      db.exec('CREATE TABLE sums (a, b, CHECK ((a + b) < 10))')
      return expandedIn(db, { sums: { checks: { drop: ['a+b<10'] } } }).problems
    })
    expect(found[0]?.fix).toContain('Did you mean `(a + b) < 10`?')
  })

  test('a column is held by its own key', () => {
    const found = inDatabase((db) => {
      db.exec('CREATE TABLE o (a, b, c, FOREIGN KEY (a, b) REFERENCES teams (id, title))')
      return expandedIn(db, { o: { drop: ['b'] } }).problems
    })
    expect(found[0]?.fix).toContain(`foreignKeys: { drop: [['a', 'b']] }`)
  })

  test.each<[Changes]>([
    [{ h: { drop: ['c'], checks: { drop: [`not 'c'`] } } }],
    [{ h: { drop: ['e'], checks: { drop: ['(d <> e)'] } } }],
    [{ h: { drop: ['f', 'g'] } }],
    [{ k: { foreignKeys: { drop: [['c']] } } }],
  ])('it can be done: %j', (changes) => {
    const found = inDatabase((db) => {
      db.exec(HELD)
      return expandedIn(db, changes).problems
    })
    expect(found).toEqual([])
  })
})
