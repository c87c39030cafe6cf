// What the build says where a history ends in another way behind newer versions of another one than before them.
import Database from 'better-sqlite3'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { processesHere } from '../support/processes-here.js'
import { runProgram } from './support/command-line.js'
import { both, toldIn, twoHistories, up } from './support/two-histories.js'
import { testSome } from '../support/some-of.js'

processesHere()

const USERS = 'CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, city TEXT);'
const FULL_NAME = 'ALTER TABLE users RENAME COLUMN name TO full_name;'
const PEOPLE = 'ALTER TABLE users RENAME TO people;'
const NAMES = 'CREATE VIEW names AS SELECT name FROM users;'
const KEYED =
  'CREATE TABLE notes (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users (id));\nCREATE INDEX notes_user ON notes (user_id);'

/** What core's second version does, what the plugin does that needs the first, and more files. */
type Case = readonly [core: string, plugin: string, more?: Readonly<Record<string, string>>]

const files = ([core, plugin, more = {}]: Case): Readonly<Record<string, string>> => ({
  'core/001_users.sql': up(USERS),
  'core/002_change.sql': core.startsWith('--') ? core : up(core),
  'plugin/001_first.sql': up(plugin, 'core:001'),
  ...more,
})

const SECOND = 'plugin/002_anew.sql'
const anew = (sql: string): Readonly<Record<string, string>> => ({ [SECOND]: up(sql, 'core:002') })

describe('an error is', () => {
  testSome<readonly [string, Case, readonly string[]]>([
    [
      'a view of a column that a new installation has by another name',
      [FULL_NAME, NAMES],
      [
        'if core:002 (`ALTER TABLE users RENAME COLUMN name TO full_name`) is applied before this history',
        'the view names, which this history creates, does not work: no such column: name.',
      ],
    ],
    [
      'one that reads it through another view, once',
      [FULL_NAME, `${NAMES}\nCREATE VIEW more AS SELECT count(*) AS n FROM names;`],
      ['the view names, view more, which'],
    ],
    [
      'a trigger that sets such a column',
      [
        FULL_NAME,
        'CREATE TABLE log (n TEXT);\nCREATE TRIGGER logged AFTER INSERT ON log BEGIN UPDATE users SET name = NEW.n; END;',
      ],
      ['the trigger logged, which this history creates, does not work: no such column: name.'],
    ],
    [
      'a trigger that waits for such a column, and never sees it',
      [
        FULL_NAME,
        'CREATE TABLE log (n TEXT);\nCREATE TRIGGER logged AFTER UPDATE OF name ON users BEGIN INSERT INTO log VALUES (1); END;',
      ],
      ['the trigger logged, which this history creates, does not work: no such column: name.'],
    ],
    [
      'a view of a table that has another name there',
      [PEOPLE, NAMES],
      ['(`ALTER TABLE users RENAME TO people`)', 'no such table: main.users.'],
    ],
    [
      'a foreign key to one',
      [PEOPLE, KEYED],
      [
        'the table notes, which this history creates, does not work: its foreign key refers to users',
      ],
    ],
    [
      'a view that goes on by a view of the old name, and is another one in older installations',
      [`${PEOPLE}\nCREATE VIEW users AS SELECT * FROM people;`, NAMES],
      [
        'the result is not the same',
        'view names',
        '`lockstep verify --name plugin` finds it changed',
      ],
    ],
    [
      'a copy of all columns that there are',
      ['ALTER TABLE users ADD COLUMN mail TEXT;', 'CREATE TABLE copies AS SELECT * FROM users;'],
      [
        '(`ALTER TABLE users ADD COLUMN mail TEXT`)',
        'table copies: column mail is there in addition',
      ],
    ],
    [
      'of several versions, the one that it comes from',
      [
        'CREATE TABLE more (id INTEGER PRIMARY KEY);',
        NAMES,
        {
          'core/003_names.sql': up(FULL_NAME),
          'core/004_more.sql': up('CREATE TABLE still (id INTEGER PRIMARY KEY);'),
        },
      ],
      ['if core:003 (`ALTER TABLE users RENAME COLUMN'],
    ],
    [
      'a view that is made anew for another version, and still does not work there',
      [
        FULL_NAME,
        NAMES,
        anew(
          'DROP VIEW names;\nCREATE VIEW names AS SELECT city FROM users;\nCREATE VIEW old AS SELECT name FROM users;',
        ),
      ],
      ['OBJECT_BROKEN'],
    ],
    [
      'what fails behind the other, with the statement of that',
      [
        FULL_NAME,
        "CREATE VIRTUAL TABLE found USING fts5(name, content='users', content_rowid='id');\nINSERT INTO found(found) VALUES ('rebuild');",
      ],
      ['It does so from core:002 (`ALTER TABLE users RENAME COLUMN name TO full_name`) on.'],
    ],
    [
      'what both make, with the statement that makes it there',
      ['CREATE TABLE labels (id INTEGER PRIMARY KEY);', 'CREATE TABLE labels (id INTEGER);'],
      ['It does so from core:002 (`CREATE TABLE labels (id INTEGER PRIMARY KEY)`) on.'],
    ],
    [
      'an index over a column that the other drops, with the statement that does',
      ['ALTER TABLE users DROP COLUMN city;', 'CREATE INDEX users_city ON users (city);'],
      ['It does so from core:002 (`ALTER TABLE users DROP COLUMN city`) on.'],
    ],
    [
      'rows that the other allows no more, with the index that forbids them',
      [
        'CREATE UNIQUE INDEX cities ON users (city);',
        "INSERT INTO users (name, city) VALUES ('a', 'x'), ('b', 'x');",
      ],
      ['users.city. It does so from core:002 (`CREATE UNIQUE INDEX cities ON users (city)`) on.'],
    ],
    [
      'what leaves a key that cannot be checked, and ends in one full stop',
      [`${PEOPLE}\nCREATE VIEW users AS SELECT * FROM people;`, KEYED],
      ['referencing "users".'],
    ],
  ])('%s', async (_, of, said) => {
    const all = await toldIn(twoHistories(files(of)))
    expect(all).toHaveLength(1)
    const [{ code, message } = { code: '', message: '' }] = all
    for (const text of said) expect(`${code} ${message}`).toContain(text)
    expect(message).not.toMatch(/\.\.$/)
  })
})

describe('nothing is said', () => {
  testSome<readonly [string, Case]>([
    [
      'of what the other renames, where only what stays is named',
      [FULL_NAME, 'CREATE VIEW cities AS SELECT city FROM users;'],
    ],
    [
      'of a view that the other makes anew',
      [
        'DROP VIEW shown;\nCREATE VIEW shown AS SELECT id, name, city FROM users;',
        'CREATE VIEW names AS SELECT name FROM shown;',
        { 'core/001_users.sql': up(`${USERS}\nCREATE VIEW shown AS SELECT id, name FROM users;`) },
      ],
    ],
    [
      'of a copy of columns that are named',
      [
        'ALTER TABLE users ADD COLUMN mail TEXT;',
        'CREATE TABLE copies AS SELECT id, name FROM users;',
      ],
    ],
    [
      'of a view that is made anew for the newer version',
      [
        FULL_NAME,
        NAMES,
        anew('DROP VIEW names;\nCREATE VIEW names AS SELECT full_name FROM users;'),
      ],
    ],
    [
      'of one that comes to that by steps',
      [
        FULL_NAME,
        NAMES,
        {
          ...anew('DROP VIEW names;'),
          'plugin/003_again.sql': up('CREATE VIEW names AS SELECT full_name FROM users;'),
        },
      ],
    ],
    [
      'of a trigger that is',
      [
        'ALTER TABLE users DROP COLUMN city;',
        'CREATE TABLE log (n TEXT);\nCREATE TRIGGER logged AFTER INSERT ON log BEGIN UPDATE users SET city = NEW.n; END;',
        anew(
          'DROP TRIGGER logged;\nCREATE TRIGGER logged AFTER INSERT ON log BEGIN UPDATE users SET name = NEW.n; END;',
        ),
      ],
    ],
    [
      'of a view of a view that the other drops',
      [
        'DROP VIEW cities;',
        'CREATE VIEW mine AS SELECT city FROM cities;',
        {
          'core/001_users.sql': up(
            `${USERS}\nCREATE VIEW cities AS SELECT DISTINCT city FROM users;`,
          ),
          ...anew('DROP VIEW mine;\nCREATE VIEW mine AS SELECT DISTINCT city FROM users;'),
        },
      ],
    ],
    [
      'of a foreign key that is taken out for the newer version',
      [
        'CREATE TABLE people (id INTEGER PRIMARY KEY);\nDROP TABLE users;',
        KEYED,
        {
          'plugin/002_anew.ts': `import { defineMigration } from 'lockstep/better-sqlite3'
export default defineMigration({ needs: ['core:002'], alter: { notes: { foreignKeys: { drop: ['user_id'] } } }, irreversible: 'no' })
`,
        },
      ],
    ],
    [
      'of a way back to what does not work behind the newer version',
      [
        FULL_NAME,
        NAMES,
        {
          'plugin/001_first.sql': `-- needs: core:001\n${both(NAMES, 'DROP VIEW names;')}`,
          [SECOND]: `-- needs: core:002\n${both('DROP VIEW names;\nCREATE VIEW names AS SELECT full_name FROM users;', 'DROP VIEW names;\nCREATE VIEW names AS SELECT full_name AS name FROM users;')}`,
        },
      ],
    ],
  ])('%s', async (_, of) => {
    const all = await toldIn(twoHistories(files(of)))
    expect(all.filter(({ severity }) => severity === 'error')).toEqual([])
    expect(
      all.filter(({ code }) => /^(?:NEEDS|OBJECT|FOREIGN_KEY_BROKEN|DOWN)/.test(code)),
    ).toEqual([])
  })
})

it('what is remembered of a version that is made good later is known again', async () => {
  const root = twoHistories(
    files([
      FULL_NAME,
      NAMES,
      anew('DROP VIEW names;\nCREATE VIEW names AS SELECT full_name FROM users;'),
    ]),
  )
  expect(await toldIn(root)).toEqual([])
  expect(await toldIn(root)).toEqual([])
})

it('what another history of the configuration makes is named as such where it stands in the way', async () => {
  const less = up("DELETE FROM users WHERE city = 'b';")
  const root = twoHistories(
    files(['ALTER TABLE users ADD COLUMN mail TEXT;', KEYED, { 'core/003_less.sql': less }]),
  )
  const done = async (...args: string[]): Promise<void> =>
    expect(await runProgram(root, args)).toMatchObject({ exitCode: 0 })
  await done('gen')
  await done('migrate', '--to', 'core:2')
  await done('migrate', '--to', 'plugin:1')
  const db = new Database(join(root, 'app.db'))
  db.exec("INSERT INTO users VALUES (1, 'a', 'b', NULL); INSERT INTO notes VALUES (1, 1)")
  db.close()
  const { exitCode, stderr } = await runProgram(root, ['migrate'])
  expect(exitCode).toBe(1)
  expect(stderr).toContain('The history plugin creates table notes.')
  expect(stderr).not.toMatch(/drop it|No migration of|Not started/)
})
