// Histories with awkward constructs that are right: nothing may be said about them.
import { describe, expect, it } from 'vitest'
import { toolkit } from '../../../src/run/context/toolkit.js'
import { withDigests } from '../../support/replayed.js'
import { registryOf, tables, type Draft } from '../../support/registry.js'
import { proveSchema } from '../../../codegen/replay/schema/prove-schema.js'
import type { Database } from '../../../src/database/better-sqlite3/handle.js'
import { factsOf, proofOf, runOf, step } from './schema-proof.js'

const USERS = step(
  'CREATE TABLE users (id INTEGER PRIMARY KEY AUTOINCREMENT, email TEXT COLLATE NOCASE UNIQUE)',
  'DROP TABLE users',
)

/** Each is a whole history. */
const CLEAN: Readonly<Record<string, readonly Draft<Database>[]>> = {
  'triggers with CASE … END and semicolons': [
    USERS,
    step(
      `CREATE TRIGGER shout AFTER INSERT ON users BEGIN
  UPDATE users SET email = CASE WHEN NEW.email IS NULL THEN 'a;b' ELSE lower(NEW.email) END WHERE id = NEW.id;
  SELECT 1; -- it's odd; END;
END;`,
      'DROP TRIGGER shout;',
    ),
  ],
  'scripts with comments only, nothing at all, CRLF and no final semicolon': [
    step('-- nothing; yet', '/* nothing; either */'),
    step('', ''),
    step('CREATE TABLE t (\r\n  a TEXT -- it\'s "odd"\r\n)\r\n', 'DROP TABLE t'),
    step("INSERT INTO t VALUES ('ü;ß'), ('日本');\r\n", "DELETE FROM t WHERE a IN ('ü;ß', '日本')"),
  ],
  'full-text tables with their shadows': [
    step('CREATE TABLE notes (id INTEGER PRIMARY KEY, body TEXT)', 'DROP TABLE notes'),
    step(
      `CREATE VIRTUAL TABLE notes_fts USING fts5(body, content='notes', content_rowid='id');
CREATE TRIGGER notes_ai AFTER INSERT ON notes BEGIN INSERT INTO notes_fts (rowid, body) VALUES (NEW.id, NEW.body); END;`,
      'DROP TRIGGER notes_ai; DROP TABLE notes_fts;',
    ),
    step("INSERT INTO notes (body) VALUES ('a b')", 'DELETE FROM notes'),
  ],
  'generated columns, STRICT, WITHOUT ROWID, checks': [
    step(
      `CREATE TABLE a (x INTEGER NOT NULL CHECK (x > 0), y INTEGER GENERATED ALWAYS AS (x * 2) STORED, z AS (x + 1)) STRICT`.replace(
        'z AS',
        'z INTEGER AS',
      ),
      'DROP TABLE a',
    ),
    step('CREATE TABLE b (k TEXT PRIMARY KEY, v BLOB) WITHOUT ROWID', 'DROP TABLE b'),
  ],
  'partial and expression indexes': [
    USERS,
    step(
      "CREATE UNIQUE INDEX i ON users (lower(email), id DESC) WHERE email <> 'where'",
      'DROP INDEX i',
    ),
  ],
  'views over views': [
    USERS,
    step('CREATE VIEW v AS SELECT * FROM users; CREATE VIEW w AS SELECT id FROM v', [
      'DROP VIEW w',
      'DROP VIEW v',
    ]),
  ],
  'renaming there and back': [
    USERS,
    step('CREATE INDEX by_email ON users (email)', 'DROP INDEX by_email'),
    step('ALTER TABLE users RENAME TO people', 'ALTER TABLE people RENAME TO users'),
    step(
      'ALTER TABLE people RENAME COLUMN email TO "e-mail"',
      'ALTER TABLE people RENAME COLUMN "e-mail" TO email',
    ),
  ],
  'adding a column and dropping it, over rows': [
    USERS,
    step("INSERT INTO users (email) VALUES ('a'), ('b')", 'DELETE FROM users'),
    step(
      "ALTER TABLE users ADD COLUMN state TEXT NOT NULL DEFAULT 'new' CHECK (state <> '')",
      'ALTER TABLE users DROP COLUMN state',
    ),
  ],
  'foreign keys with rows, in one order and the other': [
    USERS,
    step(
      `CREATE TABLE posts (id INTEGER PRIMARY KEY, a REFERENCES users (id) ON DELETE CASCADE, b REFERENCES users);
INSERT INTO users (id) VALUES (7); INSERT INTO posts (a, b) VALUES (7, 7), (NULL, NULL);`,
      'DROP TABLE posts; DELETE FROM users',
    ),
    step('ALTER TABLE posts ADD COLUMN c REFERENCES posts (id)', 'ALTER TABLE posts DROP COLUMN c'),
  ],
  'a rebuild by the toolkit, with an index, a trigger and a view': [
    USERS,
    step(
      `CREATE INDEX i ON users (email); CREATE VIEW v AS SELECT id FROM users;
CREATE TRIGGER t AFTER DELETE ON users BEGIN SELECT 1; END; INSERT INTO users (email) VALUES ('x')`,
      'DROP TRIGGER t; DROP VIEW v; DROP INDEX i; DELETE FROM users',
    ),
    step(
      (_db, ctx) =>
        ctx.rebuild('users', {
          create:
            "CREATE TABLE users (id INTEGER PRIMARY KEY AUTOINCREMENT, email TEXT NOT NULL DEFAULT '' COLLATE NOCASE UNIQUE)",
        }),
      (_db, ctx) =>
        ctx.rebuild('users', {
          create:
            'CREATE TABLE users (id INTEGER PRIMARY KEY AUTOINCREMENT, email TEXT COLLATE NOCASE UNIQUE)',
        }),
      { toolkit },
    ),
  ],
  'code that prepares, loops and uses its own transaction': [
    step(
      (db) => {
        db.exec('CREATE TABLE t (id INTEGER PRIMARY KEY, a)')
        const insert = db.prepare('INSERT INTO t (a) VALUES (?)')
        db.transaction(() => [1, 2, 3].forEach((value) => insert.run(value)))()
      },
      (db) => void db.exec('DROP TABLE t'),
    ),
  ],
  'code that handles an error of its own': [
    USERS,
    step((db) => {
      try {
        db.exec('ALTER TABLE users ADD COLUMN email TEXT')
      } catch {
        db.exec('ALTER TABLE users ADD COLUMN phone TEXT')
      }
    }, 'ALTER TABLE users DROP COLUMN phone'),
  ],
  'deleting through a cascade where enforcement is asked for': [
    USERS,
    step(
      'CREATE TABLE posts (id INTEGER PRIMARY KEY, u REFERENCES users ON DELETE CASCADE); INSERT INTO users (id) VALUES (1); INSERT INTO posts (u) VALUES (1)',
      'DROP TABLE posts; DELETE FROM users',
    ),
    { up: 'DELETE FROM users', irreversible: 'rows', foreignKeys: 'enforce' },
  ],
  'a down that is not there': [{ up: 'CREATE TABLE t (a)', irreversible: 'it stays' }],
  'names that need quotes': [
    step('CREATE TABLE "my ""table""" ("order" TEXT, [group] INT)', 'DROP TABLE [my "table"]'),
    step(
      'CREATE TRIGGER "a b" AFTER INSERT ON "my ""table""" BEGIN SELECT NEW."order"; END',
      'DROP TRIGGER "a b"',
    ),
    step('ALTER TABLE "my ""table""" ADD "where" TEXT', 'ALTER TABLE "my ""table""" DROP "where"'),
  ],
}

describe('a history that is right', () => {
  for (const [name, drafts] of Object.entries(CLEAN)) {
    it(`raises nothing: ${name}`, async () => expect(await factsOf(...drafts)).toEqual([]))

    it(`has the digests that replaying with the runtime finds: ${name}`, async () => {
      const { versions, complete } = await proofOf(...drafts)
      expect(complete).toBe(true)
      const expected = withDigests(registryOf(...drafts))
      expect(
        versions.map(({ schemaDigest, schemaChanges }) => ({ schemaDigest, schemaChanges })),
      ).toEqual(
        expected.map(({ schemaDigest, schemaChanges }) => ({ schemaDigest, schemaChanges })),
      )
    })

    it(`is proven in two goes as in one: ${name}`, async () => {
      const whole = await proofOf(...drafts)
      for (const provenTo of drafts.keys()) {
        const { versions, ...rest } = await proveSchema(runOf(registryOf(...drafts), { provenTo }))
        expect(versions).toEqual(whole.versions.slice(provenTo))
        expect(rest).toEqual({ complete: whole.complete, views: whole.views, sqlite: whole.sqlite })
      }
    })
  }

  it('is proven when it is long', async () => {
    const proof = await proofOf(...tables(1000))
    expect(proof.complete).toBe(true)
    expect(proof.versions.flatMap(({ facts }) => facts)).toEqual([])
  })
})
