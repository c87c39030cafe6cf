// Histories with one defect each, really proven: one finding each, by the rule that is meant. And sound ones: none.
import { describe, expect, test } from 'vitest'
import { findingsIn, proveHistory, type History } from './proven-folder.js'

const USERS = 'CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, mail TEXT);'
const FAMILY = `${USERS}
CREATE TABLE posts (id INTEGER PRIMARY KEY, author INTEGER REFERENCES users (id) ON DELETE CASCADE);
CREATE INDEX posts_author ON posts (author);`
const rebuild = (columns: string, copy: string, after = ''): string =>
  `CREATE TABLE users_new (id INTEGER PRIMARY KEY, ${columns});
${copy}
DROP TABLE users;
ALTER TABLE users_new RENAME TO users;
${after}`
const SAME = 'INSERT INTO users_new (id, name, mail) SELECT id, name, mail FROM users;'

/** The rows of a table, checked here: `test.each` would widen them first. */
const table = <Row>(rows: readonly Row[]): readonly Row[] => rows

describe('one defect', () => {
  test.each(
    table<[name: string, steps: History, finding: string]>([
      [
        'a wrong name in `up`',
        [USERS, 'CREATE INDEX i ON users (nmae);', USERS],
        '002 error REPLAY_UP_FAILED',
      ],
      ['a wrong name in `down`', [[USERS, 'DROP TABLE user;']], '001 error REPLAY_DOWN_FAILED'],
      [
        'rows that `down` leaves',
        [USERS, ['INSERT INTO users (id) VALUES (1);', 'SELECT 1;']],
        '002 error REPLAY_UP_AGAIN_FAILED',
      ],
      ['a table that `down` leaves', [[USERS, 'SELECT 1;']], '001 error DOWN_NOT_INVERSE'],
      [
        'a column in another place',
        [
          USERS,
          [
            '-- lockstep-ignore COLUMN_DROPPED: unused\nALTER TABLE users DROP COLUMN name;',
            'ALTER TABLE users ADD COLUMN name TEXT;',
          ],
        ],
        '002 error DOWN_NOT_INVERSE',
      ],
      [
        'the name of a constraint',
        [
          'CREATE TABLE t (a, CONSTRAINT c CHECK (a > 0));',
          [
            'DROP INDEX IF EXISTS i;\nCREATE TABLE n (a, b, CONSTRAINT c CHECK (a > 0)); INSERT INTO n (a) SELECT a FROM t; DROP TABLE t; ALTER TABLE n RENAME TO t;',
            'CREATE TABLE n (a, CHECK (a > 0)); INSERT INTO n (a) SELECT a FROM t; DROP TABLE t; ALTER TABLE n RENAME TO t;',
          ],
        ],
        '002 info DOWN_SPELLED_DIFFERENTLY',
      ],
      [
        'UNIQUE over rows',
        [USERS, 'CREATE UNIQUE INDEX i ON users (mail);'],
        '002 error REPLAY_FAILS_ON_ROWS',
      ],
      [
        'NOT NULL over rows',
        [USERS, rebuild('name TEXT NOT NULL, mail TEXT', SAME)],
        '002 error REPLAY_FAILS_ON_ROWS',
      ],
      [
        'rows that are not copied',
        [USERS, rebuild('name TEXT, mail TEXT', `${SAME.slice(0, -1)} WHERE name IS NOT NULL;`)],
        '002 error ROWS_LOST',
      ],
      ['no copy at all', [USERS, rebuild('name TEXT, mail TEXT', '')], '002 error ROWS_LOST'],
      [
        'swapped columns',
        [USERS, rebuild('mail TEXT, name TEXT', 'INSERT INTO users_new SELECT * FROM users;')],
        '002 error VALUES_SWAPPED',
      ],
      [
        'a column that is not copied',
        [
          USERS,
          rebuild(
            'name TEXT, mail TEXT',
            'INSERT INTO users_new (id, name) SELECT id, name FROM users;',
          ),
        ],
        '002 error VALUES_LOST',
      ],
      [
        'the watermark',
        [
          'CREATE TABLE users (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT, mail TEXT);',
          rebuild('name TEXT, mail TEXT', SAME).replace('PRIMARY KEY', 'PRIMARY KEY AUTOINCREMENT'),
        ],
        '002 info SEQUENCE_LOST',
      ],
      [
        'AUTOINCREMENT, forgotten by `down`',
        [
          'CREATE TABLE users (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT, mail TEXT);',
          ['ALTER TABLE users ADD COLUMN x;', rebuild('name TEXT, mail TEXT', SAME)],
        ],
        '002 error DOWN_NOT_INVERSE',
      ],
      [
        'a DEFAULT, forgotten by `down`',
        [
          'CREATE TABLE users (id INTEGER PRIMARY KEY, n INTEGER NOT NULL DEFAULT 0);',
          [
            '-- lockstep-ignore COLUMN_DROPPED: unused\nALTER TABLE users DROP COLUMN n;',
            'ALTER TABLE "Users" ADD COLUMN n INTEGER NOT NULL;',
          ],
        ],
        '002 error DOWN_NOT_INVERSE',
      ],
      [
        'a DEFAULT, forgotten by `down` on purpose',
        [
          'CREATE TABLE users (id INTEGER PRIMARY KEY, n INTEGER NOT NULL DEFAULT 0);',
          [
            '-- lockstep-ignore COLUMN_DROPPED: unused\n-- lockstep-ignore DOWN_NOT_INVERSE: n is always given\nALTER TABLE users DROP COLUMN n;',
            'ALTER TABLE users ADD COLUMN n INTEGER NOT NULL;',
          ],
        ],
        '002 error REPLAY_FAILS_ON_ROWS',
      ],
      [
        'a parent that is nowhere',
        [
          USERS,
          'CREATE TABLE c (id INTEGER PRIMARY KEY, u NOT NULL REFERENCES user (id)); CREATE INDEX i ON c (u);',
        ],
        '002 error FOREIGN_KEY_BROKEN',
      ],
      [
        'a parent without the column',
        [
          USERS,
          'CREATE TABLE c (id INTEGER PRIMARY KEY, u NOT NULL REFERENCES users (nr)); CREATE INDEX i ON c (u);',
        ],
        '002 error FOREIGN_KEY_BROKEN',
      ],
      [
        'a lost index',
        [`${USERS} CREATE INDEX i ON users (mail);`, rebuild('name TEXT, mail TEXT', SAME)],
        '002 warning OBJECT_LOST',
      ],
      [
        'a lost index, not made again by `down`',
        [
          `${USERS} CREATE INDEX i ON users (mail);`,
          [rebuild('name TEXT, mail TEXT, x', SAME), rebuild('name TEXT, mail TEXT', SAME)],
        ],
        '002 warning OBJECT_LOST',
      ],
      [
        'a view of a dropped table',
        [`${USERS} CREATE VIEW v AS SELECT name FROM users;`, 'DROP TABLE users;'],
        '002 error TABLE_DROPPED',
      ],
      [
        'a broken view',
        [
          `${USERS} CREATE VIEW v AS SELECT name FROM users;`,
          '-- lockstep-ignore TABLE_DROPPED: unused\nDROP TABLE users;',
        ],
        '002 error OBJECT_BROKEN',
      ],
      ['a parent that is dropped', [FAMILY, 'DROP TABLE users;'], '002 error TABLE_DROPPED'],
      ['children without parents', [FAMILY, 'DELETE FROM users;'], '002 error FOREIGN_KEY_BROKEN'],
      [
        'a dropped column',
        [USERS, 'ALTER TABLE users DROP COLUMN mail;'],
        '002 error COLUMN_DROPPED',
      ],
      [
        'a renamed table',
        [USERS, ['ALTER TABLE users RENAME TO people;', 'ALTER TABLE people RENAME TO users;']],
        '002 warning TABLE_RENAMED',
      ],
      [
        'a renamed column',
        [
          USERS,
          ['ALTER TABLE users RENAME mail TO email;', 'ALTER TABLE users RENAME email TO mail;'],
        ],
        '002 warning COLUMN_RENAMED',
      ],
      [
        'another type',
        [USERS, rebuild('name TEXT, mail BLOB', SAME)],
        '002 warning COLUMN_TYPE_CHANGED',
      ],
      [
        'STRICT',
        [USERS, rebuild('name TEXT, mail TEXT', SAME).replace('mail TEXT);', 'mail TEXT) STRICT;')],
        '002 error COLUMN_NARROWED',
      ],
      [
        'rows that are ignored',
        [USERS, rebuild('name TEXT UNIQUE, mail TEXT', SAME.replace('INSERT', 'INSERT OR IGNORE'))],
        '002 error ROWS_LOST',
      ],
      [
        'a CHECK that rows may not satisfy',
        [USERS, rebuild('name TEXT CHECK (length(name) < 99999999), mail TEXT', SAME)],
        '002 error COLUMN_NARROWED',
      ],
      [
        'a shorter length',
        [
          'CREATE TABLE users (id INTEGER PRIMARY KEY, name VARCHAR(90), mail TEXT);',
          rebuild('name VARCHAR(30), mail TEXT', SAME),
        ],
        '002 error COLUMN_NARROWED',
      ],
      [
        'numbers instead of texts',
        [USERS, rebuild('name TEXT, mail INTEGER', SAME)],
        '002 warning COLUMN_TYPE_CHANGED',
      ],
      [
        'a second `up` that finds another table',
        [
          [
            'CREATE TABLE IF NOT EXISTS t (a);\nALTER TABLE t ADD COLUMN b;',
            'ALTER TABLE t DROP COLUMN b;',
          ],
        ],
        '001 error DOWN_NOT_INVERSE',
      ],
      [
        'a parent whose key is unique no longer',
        [
          `CREATE TABLE p (id INTEGER PRIMARY KEY, code TEXT UNIQUE); CREATE TABLE c (code REFERENCES p (code)); CREATE INDEX c_code ON c (code);`,
          'CREATE TABLE n (id INTEGER PRIMARY KEY, code TEXT); INSERT INTO n (id, code) SELECT id, code FROM p; DROP TABLE p; ALTER TABLE n RENAME TO p;',
        ],
        '002 error FOREIGN_KEY_BROKEN',
      ],
      [
        'a lost trigger of another letter case',
        [
          `${USERS} CREATE TRIGGER "T" AFTER INSERT ON "USERS" BEGIN SELECT 1; END;`,
          rebuild('name TEXT, mail TEXT', SAME),
        ],
        '002 warning OBJECT_LOST',
      ],
      [
        'a column that a rebuild renames',
        [
          USERS,
          [
            rebuild(
              'name TEXT, email TEXT',
              'INSERT INTO users_new (id, name, email) SELECT id, name, mail FROM users;',
            ),
            'ALTER TABLE users RENAME email TO mail;',
          ],
        ],
        '002 warning COLUMN_RENAMED',
      ],
      [
        'a `down` that fails on rows',
        [
          USERS,
          [
            'ALTER TABLE users ADD COLUMN x;',
            'CREATE UNIQUE INDEX i ON users (mail);\nDROP INDEX i;\nALTER TABLE users DROP COLUMN x;',
          ],
        ],
        '002 error REPLAY_FAILS_ON_ROWS',
      ],
      [
        'a `down` that loses rows',
        [
          USERS,
          [
            'ALTER TABLE users ADD COLUMN x;',
            rebuild('name TEXT, mail TEXT', `${SAME.slice(0, -1)} WHERE name > 'a';`),
          ],
        ],
        '002 error ROWS_LOST',
      ],
      [
        'a key without index',
        [`${USERS} CREATE TABLE posts (author INTEGER REFERENCES users);`],
        '001 info FOREIGN_KEY_WITHOUT_INDEX',
      ],
    ]),
  )('%s', async (_, steps, finding) => expect(await findingsIn(...steps)).toEqual([finding]))

  test('a parent that is rebuilt under enforced keys, which would wipe its children', async () => {
    const up = rebuild('name TEXT, mail TEXT', SAME)
    const enforced = `-- irreversible: a test\n-- migrate:up foreign_keys:enforce\n${up}\n`
    expect(await findingsIn(FAMILY, enforced)).toEqual(['002 error REPLAY_UP_FAILED'])
  })

  test('what is only supposed is said again where the proven defect is acknowledged', async () => {
    const swap = rebuild('mail TEXT, name TEXT', 'INSERT INTO users_new SELECT * FROM users;')
    const up = `-- lockstep-ignore VALUES_SWAPPED: they were wrong before\n${swap}`
    expect(await findingsIn(USERS, up)).toEqual(['002 warning INSERT_SELECT_STAR'])
  })

  test('the place, the rows and the statement are those of the defect', async () => {
    const [found] = await proveHistory(
      USERS,
      `SELECT 1;\n${rebuild('name TEXT, mail TEXT', `${SAME.slice(0, -1)} WHERE id < 0;`)}`,
    )
    expect(found).toMatchObject({ code: 'ROWS_LOST', file: 'migrations/002_m.sql' })
    expect(found!.message).toMatch(/loses all \d+ rows of users/)
  })
})

describe('sound', () => {
  test.each(
    table<[name: string, steps: History]>([
      [
        'a rebuild there and back',
        [
          USERS,
          [
            rebuild(
              "name TEXT DEFAULT '', mail TEXT",
              "INSERT INTO users_new (id, name, mail) SELECT id, coalesce(name, ''), mail FROM users;",
            ),
            rebuild('name TEXT, mail TEXT', SAME),
          ],
        ],
      ],
      ['a rebuild of a parent', [FAMILY, rebuild('name TEXT, mail TEXT, age INTEGER', SAME)]],
      ['a table and its index', [[FAMILY, 'DROP TABLE posts; DROP TABLE users;']]],
      [
        'a column and back',
        [
          USERS,
          ['ALTER TABLE users ADD COLUMN age INTEGER;', 'ALTER TABLE users DROP COLUMN age;'],
        ],
      ],
      [
        'data',
        [
          USERS,
          ["INSERT INTO users (name) VALUES ('Ann');", "DELETE FROM users WHERE name = 'Ann';"],
        ],
      ],
      [
        'a rebuild with everything that belongs to it',
        [
          `${FAMILY} CREATE UNIQUE INDEX i ON users (mail) WHERE mail > 'm'; CREATE VIEW v AS SELECT name FROM users;`,
          [
            `DROP VIEW v;\n${rebuild('mail TEXT, name TEXT', SAME, "CREATE UNIQUE INDEX i ON users (mail) WHERE mail > 'm'; CREATE VIEW v AS SELECT name FROM users;")}`,
            `DROP VIEW v;\n${rebuild('name TEXT, mail TEXT', SAME, "CREATE UNIQUE INDEX i ON users (mail) WHERE mail > 'm'; CREATE VIEW v AS SELECT name FROM users;")}`,
          ],
        ],
      ],
      [
        'names that need quotes',
        [
          'CREATE TABLE "my order" ("group" TEXT, [to do] INTEGER);',
          [
            'ALTER TABLE "my order" ADD COLUMN `se``lect` TEXT;',
            'ALTER TABLE "my order" DROP COLUMN "se`lect";',
          ],
        ],
      ],
      [
        'a trigger and a CASE',
        [
          USERS,
          [
            "CREATE TRIGGER t AFTER UPDATE ON users BEGIN UPDATE users SET name = CASE WHEN new.name = ';' THEN 'end' ELSE new.name END WHERE id = new.id; END;",
            'DROP TRIGGER t;',
          ],
        ],
      ],
      [
        'rows that go with their parents, as declared',
        [
          FAMILY,
          '-- irreversible: a test\n-- migrate:up foreign_keys:enforce\nDELETE FROM users;\n',
        ],
      ],
      [
        'full text',
        [
          USERS,
          [
            "CREATE VIRTUAL TABLE search USING fts5(name, content='users', content_rowid='id'); INSERT INTO search (search) VALUES ('rebuild');",
            'DROP TABLE search;',
          ],
        ],
      ],
    ]),
  )('%s', async (_, steps) => expect(await findingsIn(...steps)).toEqual([]))
})
