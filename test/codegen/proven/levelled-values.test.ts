// An UPDATE without a condition that gives all rows of a table one value, where they had others.
import { expect } from 'vitest'
import { codesIn } from './prove-project.js'
import { testSome } from '../../support/some-of.js'

const LOST = 'warning VALUES_LOST users.role'
const MEANT = 'info WRITE_WITHOUT_WHERE users'
const USERS = 'CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL, role TEXT NOT NULL);'
const SET = "UPDATE users SET role = 'member';"
const COPY = `CREATE TABLE roles (user_id INTEGER PRIMARY KEY REFERENCES users (id), role TEXT NOT NULL);
INSERT INTO roles SELECT id, role FROM users; ${SET}`

testSome([
  ['of the application', [USERS, SET]],
  ['of earlier versions', [`${USERS} INSERT INTO users VALUES (1, 'a', 'x'), (2, 'b', 'y');`, SET]],
  [
    'one letter that stands for more, whatever `down` sets',
    [USERS, "UPDATE users SET role = 'm';\n-- migrate:down\nUPDATE users SET role = 'x';"],
  ],
  [
    'beside a new column',
    [USERS, `ALTER TABLE users ADD x TEXT; UPDATE users SET x = 1, role = 'member';`],
  ],
  [
    'before a copy',
    [
      USERS,
      `${SET} CREATE TABLE n (id INTEGER PRIMARY KEY, name TEXT NOT NULL, role TEXT NOT NULL);
INSERT INTO n SELECT * FROM users; DROP TABLE users; ALTER TABLE n RENAME TO users;`,
    ],
  ],
  [
    'by code',
    [
      USERS,
      `export const irreversible = 'no'
export function up(db) { db.prepare('UPDATE users SET role = ?').run('member') }`,
    ],
  ],
])('values are lost: %s', async (_, steps) => expect(await codesIn(...steps)).toEqual([LOST]))

testSome([
  [
    'a comment says so',
    [USERS, `-- lockstep-ignore WRITE_WITHOUT_WHERE: there are no roles\n${SET}`],
    [],
  ],
  [
    'they begin anew',
    [USERS.replace('role TEXT NOT NULL', "role TEXT NOT NULL DEFAULT 'member'"), SET],
    [MEANT],
  ],
  [
    'nothing is left',
    [USERS.replace('role TEXT NOT NULL', 'role TEXT'), 'UPDATE users SET role = NULL'],
    [MEANT],
  ],
  ['a letter for yes', [USERS, "UPDATE users SET role = 'Y'"], [MEANT]],
  ['a flag', [USERS.replace('role TEXT', 'role INTEGER'), 'UPDATE users SET role = 1'], [MEANT]],
  [
    'the version before has added it',
    [USERS.replace(', role TEXT NOT NULL', ''), 'ALTER TABLE users ADD COLUMN role TEXT', SET],
    [MEANT],
  ],
  [
    'this version adds it',
    [USERS.replace(', role TEXT NOT NULL', ''), `ALTER TABLE users ADD COLUMN role TEXT; ${SET}`],
    [],
  ],
  ['another table has them', [USERS, COPY], [MEANT]],
  [
    'an earlier version has copied them',
    [USERS, 'ALTER TABLE users ADD COLUMN was TEXT; UPDATE users SET was = role WHERE true', SET],
    [MEANT],
  ],
  [
    'others follow',
    [USERS, `${SET} UPDATE users SET role = 'admin' WHERE name LIKE 'a%'`],
    [MEANT],
  ],
  [
    'they were worked into another',
    [
      USERS,
      `ALTER TABLE users ADD COLUMN is_admin INTEGER; UPDATE users SET is_admin = role = 'admin'; ${SET}`,
    ],
    [MEANT],
  ],
  [
    'some are',
    [USERS, "UPDATE users SET role = 'member' WHERE role NOT IN ('admin', 'owner')"],
    [],
  ],
])('all rows get one value: %s', async (_, steps, found) =>
  expect(await codesIn(...steps)).toEqual(found),
)

const versions = (columns: string, name = 'schema_version'): string =>
  `CREATE TABLE ${name} (${columns}); INSERT INTO ${name} VALUES (10);`
const setsVersion = (name = 'schema_version', column = 'version'): string =>
  `UPDATE ${name} SET ${column} = 11;`

testSome([
  [versions('version INTEGER NOT NULL'), setsVersion()],
  [versions('version INTEGER PRIMARY KEY'), setsVersion()],
  [versions('version TEXT NOT NULL UNIQUE'), setsVersion()],
  [versions('n INTEGER NOT NULL', 'dbVersion'), setsVersion('dbVersion', 'n')],
  [versions('schema_version INTEGER NOT NULL', 'meta'), setsVersion('meta', 'schema_version')],
  [
    versions('version INTEGER NOT NULL, at TEXT').replace('(10)', "(10, 'x')"),
    `UPDATE schema_version SET version = 11, at = 'y';`,
  ],
  [
    versions('id INTEGER PRIMARY KEY, version INTEGER NOT NULL').replace('(10)', '(1, 10)'),
    setsVersion(),
  ],
])(
  'the version of the schema, in the row that an earlier version put there: %s',
  async (...steps) =>
    expect(await codesIn(...steps)).toEqual([expect.stringContaining('info WRITE_WITHOUT_WHERE')]),
)

testSome([
  ['a setting', versions('size INTEGER NOT NULL', 'settings'), setsVersion('settings', 'size')],
  [
    'a setting beside it',
    versions('theme INTEGER NOT NULL, version INTEGER NOT NULL').replace('(10)', '(10, 1)'),
    setsVersion('schema_version', 'theme'),
  ],
  ['of documents', versions('version INTEGER NOT NULL', 'docs'), setsVersion('docs')],
  ['of two rows', versions('version INTEGER NOT NULL').replace('(10)', '(9), (10)'), setsVersion()],
  [
    'that the application puts there',
    'CREATE TABLE schema_version (version INTEGER NOT NULL);',
    setsVersion(),
  ],
])('another version is lost: %s', async (_, ...steps) =>
  expect(await codesIn(...steps)).toEqual([expect.stringContaining('warning VALUES_LOST')]),
)
