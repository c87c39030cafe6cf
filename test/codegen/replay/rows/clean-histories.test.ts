// Histories as careful people write them: with rows in every table there is nothing to say about them.
import { expect } from 'vitest'
import type { Database } from '../../../../src/database/better-sqlite3/handle.js'
import type { HistoryRun } from '../../../../codegen/replay/sides/history-run.js'
import { factsOf, type Step } from './prove-history.js'
import { testSome } from '../../../support/some-of.js'

interface Clean {
  readonly steps: readonly (Step | string)[]
  readonly options?: Partial<HistoryRun>
}

const CLEAN: Readonly<Record<string, Clean>> = {
  'rebuilds of a parent and of its child, with indexes and a trigger': {
    steps: [
      `CREATE TABLE authors (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, email TEXT UNIQUE);
CREATE TABLE books (id INTEGER PRIMARY KEY, author_id INTEGER NOT NULL REFERENCES authors (id) ON DELETE CASCADE, title TEXT, isbn TEXT);
CREATE INDEX books_author ON books (author_id);
CREATE TRIGGER books_ai AFTER INSERT ON books BEGIN UPDATE authors SET name = name WHERE id = NEW.author_id; END;`,
      {
        up: `CREATE TABLE authors_new (id INTEGER PRIMARY KEY AUTOINCREMENT, email TEXT UNIQUE, name TEXT NOT NULL DEFAULT '');
INSERT INTO authors_new (id, name, email) SELECT id, name, email FROM authors;
DELETE FROM sqlite_sequence WHERE name = 'authors_new';
INSERT INTO sqlite_sequence (name, seq) SELECT 'authors_new', seq FROM sqlite_sequence WHERE name = 'authors';
DROP TABLE authors;
ALTER TABLE authors_new RENAME TO authors;`,
        down: `CREATE TABLE authors_old (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, email TEXT UNIQUE);
INSERT INTO authors_old (id, name, email) SELECT id, name, email FROM authors;
UPDATE sqlite_sequence SET seq = (SELECT seq FROM sqlite_sequence WHERE name = 'authors') WHERE name = 'authors_old';
DROP TABLE authors;
ALTER TABLE authors_old RENAME TO authors;`,
      },
      `CREATE TABLE books_new (id INTEGER PRIMARY KEY, title TEXT NOT NULL, author_id INTEGER NOT NULL REFERENCES authors (id) ON DELETE CASCADE, isbn TEXT);
INSERT INTO books_new (id, author_id, title, isbn) SELECT id, author_id, coalesce(title, 'untitled'), isbn FROM books;
DROP TABLE books;
ALTER TABLE books_new RENAME TO books;
CREATE INDEX books_author ON books (author_id);`,
    ],
  },
  'data changed by name and a backfill': {
    steps: [
      "CREATE TABLE orders (id INTEGER PRIMARY KEY, price REAL, state TEXT NOT NULL DEFAULT 'new' CHECK (state IN ('new', 'paid')), placed_at TEXT)",
      {
        up: 'ALTER TABLE orders ADD COLUMN cents INTEGER NOT NULL DEFAULT 0',
        down: 'ALTER TABLE orders DROP COLUMN cents',
      },
      {
        up: 'UPDATE orders SET cents = CAST(round(price * 100) AS INTEGER) WHERE price NOT NULL',
        down: 'UPDATE orders SET cents = 0',
      },
      "INSERT INTO orders (price, state) VALUES (1.5, 'paid'), (NULL, 'new')",
    ],
  },
  'a table split in two': {
    steps: [
      'CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, street TEXT, city TEXT)',
      `CREATE TABLE addresses (id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL REFERENCES users (id), street TEXT, city TEXT);
INSERT INTO addresses (user_id, street, city) SELECT id, street, city FROM users WHERE street NOT NULL;
ALTER TABLE users DROP COLUMN street;
ALTER TABLE users DROP COLUMN city;`,
    ],
  },
  'full-text search kept by triggers': {
    steps: [
      `CREATE TABLE notes (id INTEGER PRIMARY KEY, title TEXT, body TEXT);
CREATE VIRTUAL TABLE notes_fts USING fts5(title, body, content='notes', content_rowid='id');
CREATE TRIGGER notes_ai AFTER INSERT ON notes BEGIN INSERT INTO notes_fts (rowid, title, body) VALUES (new.id, new.title, new.body); END;
CREATE TRIGGER notes_ad AFTER DELETE ON notes BEGIN INSERT INTO notes_fts (notes_fts, rowid, title, body) VALUES ('delete', old.id, old.title, old.body); END;
CREATE TRIGGER notes_au AFTER UPDATE ON notes BEGIN INSERT INTO notes_fts (notes_fts, rowid, title, body) VALUES ('delete', old.id, old.title, old.body); INSERT INTO notes_fts (rowid, title, body) VALUES (new.id, new.title, new.body); END;`,
      "UPDATE notes SET title = coalesce(title, 'none')",
      "INSERT INTO notes_fts (notes_fts) VALUES ('rebuild')",
      'DELETE FROM notes WHERE body IS NULL',
    ],
  },
  'JSON read by code, with example rows': {
    steps: [
      'CREATE TABLE events (id INTEGER PRIMARY KEY, payload TEXT NOT NULL)',
      {
        up(db: Database) {
          db.exec('ALTER TABLE events ADD COLUMN kind TEXT')
          const set = db.prepare('UPDATE events SET kind = ? WHERE id = ?')
          for (const { id, payload } of db
            .prepare<[], { id: number; payload: string }>('SELECT id, payload FROM events')
            .all())
            set.run((JSON.parse(payload) as { kind: string }).kind, id)
        },
      },
      "UPDATE events SET kind = json_extract(payload, '$.kind')",
    ],
    options: {
      seeds: { events: [{ payload: '{"kind":"click"}' }, { payload: '{"kind":"view"}' }] },
    },
  },
  'a tree, and two tables that point at each other': {
    steps: [
      'CREATE TABLE folders (id INTEGER PRIMARY KEY, parent_id INTEGER REFERENCES folders (id) ON DELETE CASCADE, name TEXT)',
      `CREATE TABLE teams (id INTEGER PRIMARY KEY, lead INTEGER NOT NULL REFERENCES members (id) DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE members (id INTEGER PRIMARY KEY, team INTEGER REFERENCES teams (id))`,
      'CREATE TABLE roots (id INTEGER PRIMARY KEY, self INTEGER NOT NULL REFERENCES roots (id))',
      'UPDATE folders SET name = upper(name)',
      `CREATE TABLE f (id INTEGER PRIMARY KEY, parent_id INTEGER REFERENCES f (id) ON DELETE CASCADE, name TEXT NOT NULL);
INSERT INTO f (id, parent_id, name) SELECT id, parent_id, coalesce(name, '') FROM folders;
DROP TABLE folders; ALTER TABLE f RENAME TO folders;`,
      'UPDATE teams SET lead = lead',
    ],
  },
  'tables without rowid, strict ones and composite keys': {
    steps: [
      `CREATE TABLE tags (name TEXT PRIMARY KEY, color TEXT CHECK (color GLOB '#[0-9a-f][0-9a-f][0-9a-f]')) WITHOUT ROWID;
CREATE TABLE items (id INTEGER PRIMARY KEY, weight REAL CHECK (weight BETWEEN 1 AND 9), data ANY, raw BLOB) STRICT;
CREATE TABLE item_tags (item INTEGER NOT NULL REFERENCES items (id), tag TEXT NOT NULL REFERENCES tags (name), at TEXT, PRIMARY KEY (item, tag)) WITHOUT ROWID, STRICT;`,
      `CREATE TABLE n (tag TEXT NOT NULL REFERENCES tags (name), item INTEGER NOT NULL REFERENCES items (id), at TEXT, note TEXT, PRIMARY KEY (item, tag)) WITHOUT ROWID, STRICT;
INSERT INTO n (item, tag, at) SELECT item, tag, at FROM item_tags; DROP TABLE item_tags; ALTER TABLE n RENAME TO item_tags;`,
      'CREATE UNIQUE INDEX item_tags_both ON item_tags (tag, item)',
    ],
  },
  'generated columns, and a rebuild without naming them': {
    steps: [
      "CREATE TABLE lines (id INTEGER PRIMARY KEY, n INTEGER NOT NULL, price REAL NOT NULL, total REAL AS (n * price) STORED, label TEXT AS (id || 'x'))",
      'ALTER TABLE lines ADD COLUMN twice INTEGER AS (n * 2) VIRTUAL',
      `CREATE TABLE l (id INTEGER PRIMARY KEY, price REAL NOT NULL, n INTEGER NOT NULL, total REAL AS (n * price * 1.1) STORED);
INSERT INTO l (id, n, price) SELECT id, n, price FROM lines; DROP TABLE lines; ALTER TABLE l RENAME TO lines;`,
    ],
  },
  'types that change and keep what they say': {
    steps: [
      'CREATE TABLE m (id INTEGER PRIMARY KEY, amount INTEGER, code TEXT, flag BOOLEAN)',
      `CREATE TABLE m2 (id INTEGER PRIMARY KEY, amount TEXT, code TEXT NOT NULL DEFAULT '', flag INTEGER NOT NULL DEFAULT 0);
INSERT INTO m2 SELECT id, amount, ifnull(code, ''), ifnull(flag, 0) FROM m; DROP TABLE m; ALTER TABLE m2 RENAME TO m;`,
      { up: 'CREATE TABLE m3 AS SELECT * FROM m', down: 'DROP TABLE m3' },
    ],
  },
  'renames, views and triggers on them': {
    steps: [
      `CREATE TABLE a (id INTEGER PRIMARY KEY, x TEXT, y TEXT); CREATE VIEW va AS SELECT id, x FROM a;
CREATE TRIGGER va_ins INSTEAD OF INSERT ON va BEGIN INSERT INTO a (x) VALUES (NEW.x); END;`,
      {
        up: 'ALTER TABLE a RENAME TO b; ALTER TABLE b RENAME COLUMN x TO z',
        down: 'ALTER TABLE b RENAME COLUMN z TO x; ALTER TABLE b RENAME TO a',
      },
      "INSERT INTO va (x) VALUES ('one')",
      {
        up: 'DROP TRIGGER va_ins; DROP VIEW va; DROP TABLE b',
        down: 'CREATE TABLE b (id INTEGER PRIMARY KEY, z TEXT, y TEXT)',
      },
    ],
  },
  'a foreign key that is declared later': {
    steps: [
      'CREATE TABLE owners (id INTEGER PRIMARY KEY, name TEXT); CREATE TABLE pets (id INTEGER PRIMARY KEY, owner_id INTEGER NOT NULL, name TEXT)',
      `CREATE TABLE pets_new (id INTEGER PRIMARY KEY, owner_id INTEGER NOT NULL, name TEXT, FOREIGN KEY ("owner_id") REFERENCES owners (id) ON DELETE CASCADE);
INSERT INTO pets_new (id, owner_id, name) SELECT id, owner_id, name FROM pets; DROP TABLE pets; ALTER TABLE pets_new RENAME TO pets;`,
      'ALTER TABLE pets ADD COLUMN vet_id INTEGER REFERENCES owners (id)',
    ],
  },
  'a settings table of one row, and guarded code': {
    steps: [
      "CREATE TABLE settings (id INTEGER PRIMARY KEY CHECK (id = 1), theme TEXT NOT NULL); INSERT INTO settings VALUES (1, 'dark')",
      {
        up(db: Database) {
          const row = db.prepare<[], { theme: string }>('SELECT theme FROM settings').get()
          if (row?.theme !== 'dark') throw new TypeError('no settings')
        },
      },
      `CREATE TABLE audit (id INTEGER PRIMARY KEY AUTOINCREMENT, what TEXT NOT NULL);
CREATE TRIGGER audit_keep BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'kept for ever'); END;`,
      "INSERT INTO audit (what) VALUES ('done')",
    ],
  },
}

testSome(Object.entries(CLEAN))(
  'a clean history raises nothing: %s',
  async (_, { steps, options }) => expect(await factsOf(steps, options)).toEqual([]),
)
