// What a step does to rows that it does not name: rows gone, values mixed up, numbers given again, parents lost.
import { describe, expect, it } from 'vitest'
import type { Database } from '../../../../src/database/better-sqlite3/handle.js'
import { factsOf } from './prove-history.js'
import { testSome } from '../../../support/some-of.js'

const PEOPLE = 'CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT, mail TEXT, age INTEGER)'
const PETS =
  'CREATE TABLE pets (id INTEGER PRIMARY KEY, owner INTEGER NOT NULL REFERENCES people (id) ON DELETE CASCADE)'

/** A rebuild of people with other statements in the place of the copy. */
const rebuild = (copy: string, columns = 'name TEXT, mail TEXT, age INTEGER'): string =>
  `CREATE TABLE people_new (id INTEGER PRIMARY KEY, ${columns});
${copy};
DROP TABLE people;
ALTER TABLE people_new RENAME TO people;`

const NAMED = 'INSERT INTO people_new (id, name, mail, age) SELECT id, name, mail, age FROM people'

describe('rows that are gone', () => {
  testSome([
    ['a WHERE in the copy', `${NAMED} WHERE age > 0`, 12],
    [
      'a JOIN in the copy',
      'INSERT INTO people_new SELECT p.id, p.name, p.mail, p.age FROM people p JOIN pets ON pets.owner = p.id WHERE pets.id IN (SELECT min(id) FROM pets)',
      6,
    ],
    [
      'a conflict that is ignored',
      `${NAMED.replace('INSERT', 'INSERT OR IGNORE')} GROUP BY mail`,
      6,
    ],
  ])('are found at the statement: %s', async (_, copy, before) => {
    const up = rebuild(copy)
    const facts = await factsOf([PEOPLE, PETS, up])
    expect(facts[0]).toMatchObject({
      kind: 'rows-lost',
      table: 'people',
      before,
      through: null,
      at: { version: 3, script: 0, offset: up.indexOf('INSERT') },
    })
  })

  it('are found at the statement that wakes a trigger made in the same step', async () => {
    const up = `CREATE TABLE gone (id INTEGER PRIMARY KEY, who INTEGER);
CREATE TRIGGER sweep AFTER INSERT ON gone BEGIN
  DELETE FROM pets WHERE owner = NEW.who;
END;
INSERT INTO gone (who) SELECT id FROM people;`
    expect(await factsOf([PEOPLE, PETS, up])).toMatchObject([
      { kind: 'rows-lost', table: 'pets', at: { script: 0, offset: up.indexOf('INSERT INTO') } },
    ])
  })

  it('are found where the copy is missing', async () => {
    expect(await factsOf([PEOPLE, rebuild('SELECT 1')])).toMatchObject([
      { kind: 'rows-lost', after: 0, at: { statement: 'DROP TABLE people' } },
    ])
  })

  it('are found where the old table is moved aside first', async () => {
    const up = `ALTER TABLE people RENAME TO people_old;
CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT, mail TEXT, age INTEGER);
INSERT INTO people SELECT * FROM people_old WHERE name NOT NULL;
DROP TABLE people_old;`
    expect(await factsOf([PEOPLE, up])).toMatchObject([
      { kind: 'rows-lost', table: 'people', at: { offset: up.indexOf('INSERT') } },
    ])
  })

  it('are found in children that a DROP takes along, at the line of the code', async () => {
    const up = (db: Database): void => {
      // The native object behind the handle, which nobody watches.
      const [inner] = Object.getOwnPropertySymbols(db)
      const unseen = (db as unknown as Record<symbol, Database>)[inner!]!
      unseen.exec('PRAGMA foreign_keys = ON')
      db.exec(rebuild(NAMED))
      unseen.exec('PRAGMA foreign_keys = OFF')
    }
    const facts = await factsOf([PEOPLE, PETS, { up, transaction: false, file: 'losses.test.ts' }])
    expect(facts).toMatchObject([
      {
        kind: 'rows-lost',
        table: 'pets',
        before: 6,
        after: 0,
        through: 'people',
        at: {
          statement: 'DROP TABLE people',
          frame: { file: expect.stringMatching(/losses\.test\.ts$/), line: expect.any(Number) },
        },
      },
    ])
  })

  it('are found in children of rows that are replaced while keys are enforced', async () => {
    const up = 'INSERT OR REPLACE INTO people SELECT * FROM people'
    expect(await factsOf([PEOPLE, PETS, { up, foreignKeys: 'enforce' }])).toMatchObject([
      { kind: 'rows-lost', table: 'pets', after: 0, through: 'people', at: { statement: up } },
    ])
  })

  it('are found where a trigger deletes them that is set off by an UPDATE', async () => {
    const trigger = `CREATE TRIGGER renamed AFTER UPDATE OF name ON people BEGIN DELETE FROM pets WHERE owner = NEW.id; END`
    const up = 'UPDATE people SET name = trim(name)'
    expect(await factsOf([PEOPLE, PETS, trigger, up])).toMatchObject([
      { kind: 'rows-lost', table: 'pets', through: null, at: { version: 4, statement: up } },
    ])
  })

  it('are found in code', async () => {
    const up = (db: Database): void => {
      db.exec('CREATE TABLE n (id INTEGER PRIMARY KEY, name TEXT, mail TEXT, age INTEGER)')
      const insert = db.prepare(
        'INSERT INTO n (id, name, mail, age) VALUES (@id, @name, @mail, @age)',
      )
      for (const row of db.prepare<[], { name: string | null }>('SELECT * FROM people').all())
        if (row.name) insert.run(row)
      db.exec('DROP TABLE people; ALTER TABLE n RENAME TO people')
    }
    expect(await factsOf([PEOPLE, { up, file: 'losses.test.ts' }])).toMatchObject([
      {
        kind: 'rows-lost',
        table: 'people',
        by: 'skipped',
        at: {
          statement: 'DROP TABLE people',
          frame: { line: expect.any(Number) },
        },
      },
    ])
  })

  it('are found in a down, and later versions are looked at nevertheless', async () => {
    const down = rebuild(`${NAMED} WHERE age NOT NULL`)
    const facts = await factsOf([
      PEOPLE,
      { up: 'ALTER TABLE people ADD COLUMN extra', down },
      'CREATE UNIQUE INDEX people_name ON people (name)',
    ])
    expect(facts).toMatchObject([
      { kind: 'rows-lost', at: { version: 2, direction: 'down', offset: down.indexOf('INSERT') } },
      { kind: 'step-failed', at: { version: 3 } },
    ])
  })

  testSome([
    ['WITH old AS (SELECT 1) DELETE FROM "people" WHERE id IN old OR age > 1'],
    ['DROP TABLE people'],
    [rebuild(`${NAMED}; DELETE FROM people_new WHERE age IS NULL`)],
  ])('are no news where the step deletes them by name: %s', async (up) => {
    expect(await factsOf([PEOPLE, up])).toEqual([])
  })

  it('are no news where keys are enforced on purpose and the parent is deleted by name', async () => {
    const up = 'DELETE FROM people WHERE age IS NULL OR age <> 0'
    expect(await factsOf([PEOPLE, PETS, { up, foreignKeys: 'enforce' }])).toEqual([])
  })
})

describe('values that moved', () => {
  it('are found where columns are copied by place', async () => {
    const up = rebuild(
      'INSERT INTO people_new SELECT * FROM people',
      'mail TEXT, name TEXT, age INTEGER',
    )
    expect(await factsOf([PEOPLE, up])).toMatchObject([
      {
        kind: 'values-changed',
        table: 'people',
        column: 'name',
        from: 'mail',
        before: 'name 2001',
        after: 'mail 3001',
      },
      {
        kind: 'values-changed',
        table: 'people',
        column: 'mail',
        from: 'name',
        at: { offset: up.indexOf('INSERT') },
      },
    ])
  })

  it('are found where the key itself is mixed up', async () => {
    const up = `CREATE TABLE n (owner INTEGER NOT NULL REFERENCES people (id), id INTEGER PRIMARY KEY);
INSERT INTO n SELECT * FROM pets; DROP TABLE pets; ALTER TABLE n RENAME TO pets`
    const facts = await factsOf([PEOPLE, PETS.replace('NOT NULL', 'NOT NULL UNIQUE'), up])
    expect(facts).toContainEqual(
      expect.objectContaining({ kind: 'values-changed', column: 'owner', from: 'id' }),
    )
  })

  it('are found where a column is forgotten', async () => {
    const up = rebuild('INSERT INTO people_new (id, name, age) SELECT id, name, age FROM people')
    expect(await factsOf([PEOPLE, up])).toMatchObject([
      { kind: 'values-changed', column: 'mail', from: null, before: 'mail 3001', after: null },
    ])
  })

  it('are found where a constant takes their place, however it is put together', async () => {
    const up = rebuild(NAMED.replace('SELECT id, name', "SELECT id, 'some' || 'body' AS name"))
    expect(await factsOf([PEOPLE, up])).toMatchObject([
      { kind: 'values-changed', column: 'name', from: null, after: 'somebody' },
    ])
  })

  it('are found where an enforced key sets them to null', async () => {
    const pets =
      'CREATE TABLE pets (id INTEGER PRIMARY KEY, owner INTEGER REFERENCES people (id) ON DELETE SET NULL)'
    const up = 'REPLACE INTO people SELECT * FROM people'
    expect(await factsOf([PEOPLE, pets, { up, foreignKeys: 'enforce' }])).toMatchObject([
      {
        kind: 'values-changed',
        table: 'pets',
        column: 'owner',
        after: null,
        at: { statement: up },
      },
    ])
  })

  testSome([
    [
      'an expression of the column itself',
      NAMED.replace('SELECT id, name', "SELECT id, coalesce(name, '')"),
    ],
    ['a type that keeps the number', NAMED.replace('age FROM', 'CAST(age AS TEXT) FROM')],
    ['a calculation', NAMED.replace('age FROM', 'age * 2 FROM')],
    ['an alias', NAMED.replace('SELECT id, name', 'SELECT id, people.name AS name')],
    ['an UPDATE by name', `${NAMED}; UPDATE people_new SET mail = NULL`],
  ])('are no news: %s', async (_, copy) => {
    expect(await factsOf([PEOPLE, rebuild(copy)])).toEqual([])
  })
})

describe('numbers that AUTOINCREMENT gave', () => {
  const table = (name: string, auto = 'AUTOINCREMENT'): string =>
    `CREATE TABLE ${name} (id INTEGER PRIMARY KEY ${auto}, a TEXT)`
  const copied = (auto?: string): string =>
    `${table('n', auto)}; INSERT INTO n SELECT id, a FROM t; DROP TABLE t; ALTER TABLE n RENAME TO t`

  it('are lost in a rebuild', async () => {
    expect(await factsOf([table('t'), copied()])).toMatchObject([
      {
        kind: 'watermark-lost',
        table: 't',
        at: { statement: 'DROP TABLE t' },
        after: expect.any(Number),
      },
    ])
  })

  it('are forgotten without AUTOINCREMENT', async () => {
    expect(await factsOf([table('t'), copied('')])).toMatchObject([
      { kind: 'watermark-lost', after: null },
    ])
  })

  it('are kept by a rebuild that writes them', async () => {
    const keep = `UPDATE sqlite_sequence SET seq = (SELECT seq FROM sqlite_sequence WHERE name = 't') WHERE name = 'n'; DROP TABLE t`
    expect(await factsOf([table('t'), copied().replace('DROP TABLE t', keep)])).toEqual([])
  })

  testSome([
    'DELETE FROM sqlite_sequence',
    "DELETE FROM t WHERE a IS NULL; UPDATE sqlite_sequence SET seq = 0 WHERE name = 't'",
  ])('are lost where they are set back while there are rows: %s', async (up) => {
    expect(await factsOf([table('t'), table('other'), up])).toContainEqual(
      expect.objectContaining({
        kind: 'watermark-lost',
        table: 't',
        at: expect.objectContaining({ statement: expect.stringContaining('sqlite_sequence') }),
      }),
    )
  })

  it('are lost where code sets them back', async () => {
    const up = (db: Database): void => {
      db.prepare('DELETE FROM sqlite_sequence WHERE name = ?').run('t')
    }
    expect(await factsOf([table('t'), table('other'), { up }])).toMatchObject([
      { kind: 'watermark-lost', table: 't', after: null },
    ])
  })

  testSome([
    "DELETE FROM t; DELETE FROM sqlite_sequence WHERE name = 't'",
    "DELETE FROM sqlite_sequence WHERE name = 't'; DELETE FROM t WHERE true",
    "DELETE FROM t; UPDATE sqlite_sequence SET seq = 0 WHERE name = 't'; INSERT INTO t (a) VALUES ('first')",
    "DROP TABLE t; DELETE FROM sqlite_sequence WHERE name = 't'",
    "UPDATE sqlite_sequence SET seq = seq + 1000 WHERE name = 't'",
  ])('may be given again where no row is left, and may grow: %s', async (up) => {
    expect(await factsOf([table('t'), up])).toEqual([])
  })
})

describe('parents that are gone', () => {
  it('are found with the statement that took them', async () => {
    const up = 'CREATE TABLE x (a);\nDELETE FROM people WHERE id = (SELECT min(id) FROM people)'
    expect(await factsOf([PEOPLE, PETS, up])).toMatchObject([
      {
        kind: 'foreign-key-broken',
        table: 'pets',
        columns: ['owner'],
        parent: 'people',
        rows: 2,
        message: null,
        at: { version: 3, offset: up.indexOf('DELETE') },
      },
    ])
  })

  it.each([
    [
      'the first of two DELETEs',
      [PEOPLE, PETS],
      'DELETE FROM people WHERE id = (SELECT min(id) FROM people); DELETE FROM people WHERE id IS NULL',
      'DELETE',
    ],
    [
      'the first of two DELETEs, where a column is called rowid',
      [PEOPLE, 'CREATE TABLE "pets" ("rowid" TEXT, owner INTEGER REFERENCES people (id))'],
      'DELETE FROM people WHERE id = (SELECT min(id) FROM people); DELETE FROM people WHERE id IS NULL',
      'DELETE',
    ],
    [
      'the first of two DELETEs, where the key names no column of its parent',
      [PEOPLE, 'CREATE TABLE pets (id INTEGER PRIMARY KEY, owner INTEGER)'],
      `CREATE TABLE pets_new (id INTEGER PRIMARY KEY, owner INTEGER REFERENCES people); INSERT INTO pets_new SELECT id, (SELECT min(id) FROM people) FROM pets;
DROP TABLE pets; ALTER TABLE pets_new RENAME TO pets;
DELETE FROM people WHERE id = (SELECT min(id) FROM people); DELETE FROM people WHERE id IS NULL`,
      'DELETE',
    ],
    [
      'the first of two DELETEs, where there is no rowid',
      [
        PEOPLE,
        'CREATE TABLE pets (name TEXT PRIMARY KEY, owner INTEGER REFERENCES people (id)) WITHOUT ROWID',
      ],
      'DELETE FROM people WHERE id = (SELECT min(id) FROM people); DELETE FROM people WHERE id IS NULL',
      'DELETE',
    ],
    [
      'the copy into a table with a new key, and not that of the parents',
      [PEOPLE, 'CREATE TABLE pending (id INTEGER PRIMARY KEY)'],
      `CREATE TABLE people_new (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO people_new SELECT id, name FROM people;
DROP TABLE people; ALTER TABLE people_new RENAME TO people;
CREATE TABLE pending_new (id INTEGER PRIMARY KEY REFERENCES people (id)); INSERT INTO pending_new SELECT id FROM pending;
DROP TABLE pending; ALTER TABLE pending_new RENAME TO pending`,
      'INSERT INTO pending_new',
    ],
  ])('are found with %s', async (_, tables, up, text) => {
    const broken = (await factsOf([...tables, up])).filter(
      ({ kind }) => kind === 'foreign-key-broken',
    )
    expect(broken).toMatchObject([{ at: { offset: up.indexOf(text) } }])
  })

  it('are told once, not in each later version', async () => {
    const facts = await factsOf([
      PEOPLE,
      PETS,
      'DELETE FROM people WHERE age IS NULL',
      'UPDATE pets SET owner = owner',
    ])
    expect(facts).toHaveLength(1)
  })

  const ORPHANED = [
    `CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT NOT NULL);
     CREATE TABLE posts (id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL REFERENCES users (id), title TEXT NOT NULL)`,
    'DELETE FROM users WHERE id NOT IN (SELECT min(id) FROM users GROUP BY email)',
    'CREATE TABLE tags (post_id INTEGER NOT NULL REFERENCES posts (id), tag TEXT NOT NULL)',
    {
      up: 'CREATE TABLE kinds (name TEXT PRIMARY KEY); ALTER TABLE posts ADD COLUMN kind TEXT REFERENCES kinds (name)',
      down: 'ALTER TABLE posts DROP COLUMN kind; DROP TABLE kinds',
    },
  ]

  it('leave later versions that have no part in it alone', async () => {
    expect(await factsOf(ORPHANED)).toMatchObject([{ at: { version: 2 }, table: 'posts' }])
  })

  it('are counted anew once rows without parents were taken out', async () => {
    expect(await factsOf([...ORPHANED, ORPHANED[1]!])).toMatchObject([
      { kind: 'foreign-key-broken', at: { version: 2 }, rows: 1 },
      { kind: 'foreign-key-broken', at: { version: 5 }, rows: 6 },
    ])
  })
})
