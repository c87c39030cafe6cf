// Rows that a migration brings itself: that a generated row stands in their way is nothing to say; what users' rows would
// do to a step still is.
import { describe, expect, it } from 'vitest'
import type { Database } from '../../../../src/database/better-sqlite3/handle.js'
import { factsOf, type Step } from './prove-history.js'
import { testSome } from '../../../support/some-of.js'

const ROLES = `CREATE TABLE roles (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE CHECK (name IN ('admin', 'editor', 'guest')));`
const SINGLE =
  'CREATE TABLE app (id INTEGER PRIMARY KEY CHECK (id = 1), theme TEXT NOT NULL, runs INTEGER)'
const MEMBERS =
  'CREATE TABLE members (user TEXT, role_id INTEGER NOT NULL REFERENCES roles (id) ON DELETE CASCADE)'

const SILENT: Readonly<Record<string, readonly (Step | string)[]>> = {
  'a lookup table whose names are all taken': [
    ROLES,
    {
      up: "INSERT INTO roles (name) VALUES ('admin'), ('editor'), ('guest')",
      down: 'DELETE FROM roles',
    },
  ],
  'a row that there can be only once': [
    SINGLE,
    "INSERT INTO app (id, theme, runs) VALUES (1, 'light', 0)",
    'UPDATE app SET runs = runs + 1',
  ],
  'tables one after the other, with rows that point at them': [
    ROLES,
    MEMBERS,
    SINGLE,
    `INSERT INTO roles (name) VALUES ('admin');
INSERT INTO members (user, role_id) SELECT 'root', id FROM roles WHERE name = 'admin';
INSERT INTO app (id, theme) SELECT 1, 'dark';
INSERT INTO roles (name) VALUES ('guest');`,
    'DELETE FROM members',
  ],
  'rows by code': [
    ROLES,
    MEMBERS,
    {
      up(db: Database) {
        const insert = db.prepare('INSERT INTO roles (name) VALUES (?)')
        for (const name of ['admin', 'editor']) insert.run(name)
      },
    },
    {
      up(db: Database) {
        const admin = db
          .prepare<[], { id: number }>("SELECT id FROM roles WHERE name = 'admin'")
          .get()!
        db.prepare('INSERT INTO members VALUES (?, ?)').run('root', admin.id)
      },
    },
  ],
  'a script by code': [
    ROLES,
    {
      up: (db: Database) =>
        void db.exec(
          "CREATE TABLE x (a); INSERT INTO x VALUES (1); INSERT INTO roles VALUES (3, 'guest')",
        ),
    },
  ],
  'rows from a list in the statement': [
    ROLES,
    `WITH wanted (name) AS (VALUES ('admin'), ('guest'))
INSERT INTO roles (name) SELECT name FROM wanted`,
    "INSERT INTO roles (name) SELECT 'editor' WHERE NOT EXISTS (SELECT 1 FROM roles WHERE id = 77)",
  ],
  'pairs out of rows of its own': [
    `${ROLES} CREATE TABLE rights (id INTEGER PRIMARY KEY, name TEXT UNIQUE CHECK (name IN ('read', 'write')));
CREATE TABLE role_rights (role_id INTEGER NOT NULL REFERENCES roles (id), right_id INTEGER NOT NULL REFERENCES rights (id), PRIMARY KEY (role_id, right_id)) WITHOUT ROWID;
INSERT INTO roles (name) VALUES ('admin'), ('guest');
INSERT INTO rights (name) VALUES ('read'), ('write');`,
    `INSERT INTO role_rights SELECT r.id, x.id FROM roles r, rights x WHERE r.name = 'admin'`,
  ],
  'a row that comes back in down': [
    ROLES,
    "INSERT INTO roles (id, name) VALUES (3, 'guest')",
    {
      up: "DELETE FROM roles WHERE name = 'guest'",
      down: "INSERT INTO roles (id, name) VALUES (3, 'guest')",
    },
  ],
  'a table that a trigger refuses a second row': [
    `CREATE TABLE lease (holder TEXT);
CREATE TRIGGER one_lease BEFORE INSERT ON lease WHEN (SELECT count(*) FROM lease) > 0 BEGIN SELECT RAISE(ABORT, 'there is one'); END;`,
    "INSERT INTO lease VALUES ('nobody')",
  ],
  'rows that down takes away again, whatever points at their table': [
    `CREATE TABLE kinds (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE things (id INTEGER PRIMARY KEY, kind_id INTEGER NOT NULL REFERENCES kinds (id));`,
    {
      up: "INSERT INTO kinds (id, name) VALUES (1, 'box'); ALTER TABLE things ADD COLUMN size INTEGER",
      down: 'ALTER TABLE things DROP COLUMN size; DELETE FROM kinds WHERE id = 1',
    },
    {
      up: "INSERT INTO kinds (id, name) VALUES (2, 'bag'); ALTER TABLE things ADD COLUMN weight INTEGER",
      down: 'ALTER TABLE things DROP COLUMN weight; DELETE FROM kinds WHERE id = 2',
    },
  ],
  'a new table beside one whose triggers were asleep': [
    `${ROLES} CREATE TABLE log (what TEXT);
CREATE TRIGGER role_gone AFTER DELETE ON roles BEGIN INSERT INTO log VALUES (OLD.name); END;`,
    "CREATE TABLE extra (a TEXT); INSERT INTO roles (name) VALUES ('admin');",
    'DROP TRIGGER role_gone',
    'CREATE TRIGGER role_gone AFTER DELETE ON roles BEGIN SELECT 1; END',
  ],
  'calculations on rows that have children, at the edge of what numbers can be': [
    `CREATE TABLE sums (id INTEGER PRIMARY KEY, n INTEGER);
CREATE TABLE parts (id INTEGER PRIMARY KEY, sum_id INTEGER NOT NULL REFERENCES sums (id));`,
    'UPDATE sums SET n = abs(n)',
    'DELETE FROM parts WHERE sum_id IS NULL',
  ],
  'a table that a trigger writes to': [
    `CREATE TABLE counters (name TEXT PRIMARY KEY CHECK (name IN ('notes', 'files')), n INTEGER);
CREATE TABLE notes (id INTEGER PRIMARY KEY, body TEXT);`,
    `CREATE TRIGGER counted AFTER INSERT ON notes WHEN NEW.body = 'welcome' BEGIN INSERT INTO counters VALUES ('notes', 1); END;
INSERT INTO notes (body) VALUES ('welcome');`,
  ],
}

testSome(Object.entries(SILENT))('generated rows give way to: %s', async (_, steps) => {
  expect(await factsOf(steps)).toEqual([])
})

const REAL: Readonly<Record<string, readonly (Step | string)[]>> = {
  'a unique index over duplicates, with rows of its own beside it': [
    'CREATE TABLE tags (name TEXT)',
    "INSERT INTO tags VALUES ('new'); CREATE UNIQUE INDEX tags_name ON tags (name)",
  ],
  'rows that are copied': [
    'CREATE TABLE tags (name TEXT); CREATE TABLE words (name TEXT NOT NULL UNIQUE)',
    'INSERT INTO words SELECT name FROM tags',
  ],
  'rows that code copies': [
    'CREATE TABLE tags (name TEXT); CREATE TABLE words (name TEXT PRIMARY KEY)',
    {
      up(db: Database) {
        const insert = db.prepare('INSERT INTO words VALUES (?)')
        for (const { name } of db.prepare<[], { name: string }>('SELECT name FROM tags').all())
          insert.run(name)
      },
    },
  ],
  'rows that are copied within their table': [
    "CREATE TABLE words (name TEXT UNIQUE, kind TEXT CHECK (kind IN ('a', 'b')))",
    "INSERT INTO words (name, kind) SELECT name, 'b' FROM words WHERE name NOT NULL",
  ],
  'an UPDATE that makes them equal': [
    'CREATE TABLE words (id INTEGER PRIMARY KEY, name TEXT UNIQUE)',
    "UPDATE words SET name = 'same'",
  ],
  'own rows, and after them a unique index over duplicates': [
    `${ROLES} CREATE TABLE notes (body TEXT);`,
    "INSERT INTO roles (name) VALUES ('admin'); CREATE UNIQUE INDEX notes_body ON notes (body)",
  ],
}

testSome(Object.entries(REAL))('a failure that users have too is told: %s', async (_, steps) => {
  const facts = await factsOf(steps)
  expect(facts.length).toBeGreaterThan(0)
  for (const fact of facts) expect(fact).toMatchObject({ kind: 'step-failed', stage: 'rows' })
})

it('rows that down leaves without their parent: are told where they were there before up', async () => {
  const facts = await factsOf([
    `CREATE TABLE kinds (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE things (id INTEGER PRIMARY KEY, kind_id INTEGER NOT NULL REFERENCES kinds (id));`,
    { up: "INSERT INTO kinds (id, name) VALUES (1, 'box')", down: 'DELETE FROM kinds' },
  ])
  expect(facts).toMatchObject([
    { kind: 'foreign-key-broken', at: { direction: 'down' }, table: 'things' },
  ])
})

describe('rows that give way', () => {
  it('are no more than have to', async () => {
    const seen: unknown[] = []
    await factsOf([
      ROLES,
      "INSERT INTO roles (id, name) VALUES (1, 'admin')",
      {
        up(db: Database) {
          seen[0] = db.prepare("SELECT id FROM roles WHERE name = 'admin'").get()
          db.exec("INSERT INTO roles (id, name) VALUES (2, 'editor')")
        },
      },
      {
        up(db: Database) {
          seen[1] = db.prepare('SELECT id FROM roles ORDER BY id LIMIT 2').all()
        },
      },
    ])
    expect(seen).toEqual([{ id: 1 }, [{ id: 1 }, { id: 2 }]])
  })

  it('are replaced, with those that pointed at them', async () => {
    const counts: unknown[] = []
    await factsOf([
      `${ROLES} ${MEMBERS}`,
      "INSERT INTO roles (id, name) VALUES (1, 'admin'), (2, 'editor'), (3, 'guest')",
      {
        up(db: Database) {
          counts.push(db.prepare<[], object>('SELECT count(*) > 1 AS many FROM members').get())
        },
      },
    ])
    expect(counts.at(-1)).toEqual({ many: 1 })
  })
})
