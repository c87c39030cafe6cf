// Rows that meet the condition of a partial UNIQUE index, and are alike in what it is over; and rows outside the condition of one, which may
// have the key of a row within it, or of each other.
import { expect, test } from 'vitest'
import { codesIn, foundIn } from './prove-project.js'
import { testSome } from '../../support/some-of.js'

const TABLE = `CREATE TABLE d (id INTEGER PRIMARY KEY, file TEXT NOT NULL, done INTEGER NOT NULL DEFAULT 0, at TEXT, kind TEXT);
CREATE TABLE e (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, d_id INTEGER NOT NULL REFERENCES d (id), open BOOLEAN NOT NULL);
CREATE INDEX e_d ON e (d_id);`
const FAILS = 'error REPLAY_FAILS_ON_ROWS'

testSome([
  ["d (file) WHERE kind = 'open'", 'd.file'],
  ["d (file) WHERE kind IN ('new', 'open') AND done = 0", 'd.file'],
  ['d (file) WHERE at IS NULL', 'd.file'],
  ['d (file COLLATE NOCASE) WHERE done', 'index u'],
  ['d (lower(file)) WHERE NOT done', 'index u'],
  ['d (file, kind) WHERE done = 2', 'd.file'],
  ['e (d_id) WHERE open = TRUE', 'e.d_id'],
  ['e (lower(name)) WHERE open', 'index u'],
])('UNIQUE INDEX ON %s', async (index, subject) =>
  expect(await codesIn(TABLE, `CREATE UNIQUE INDEX u ON ${index};`)).toEqual([
    `${FAILS} ${subject}`,
  ]),
)

const U = 'CREATE UNIQUE INDEX u ON d (file) WHERE done = 1;'
const FIRST = '(SELECT min(id) FROM d WHERE done = 1 GROUP BY file)'

testSome([
  [`UPDATE d SET done = 0 WHERE done = 1 AND id NOT IN ${FIRST}; ${U}`],
  [`DELETE FROM e; DELETE FROM d WHERE done = 1 AND id NOT IN ${FIRST}; ${U}`],
  [`ALTER TABLE d ADD COLUMN main INTEGER; ${U.replace('done', 'main')}`],
])('what is seen to, or cannot be: %s', async (change) =>
  expect((await codesIn(TABLE, change)).filter((code) => !code.startsWith('info'))).toEqual([]),
)

const FOLDERS =
  'CREATE TABLE a (id INTEGER PRIMARY KEY); CREATE TABLE f (id INTEGER PRIMARY KEY, a_id INTEGER NOT NULL REFERENCES a (id), path TEXT NOT NULL, cost INTEGER, UNIQUE (a_id, path)); CREATE INDEX f_a ON f (a_id);'
const INDEX = 'CREATE UNIQUE INDEX u ON f (a_id, role) WHERE role IS NOT NULL;'
const roles = (where: string): string =>
  `ALTER TABLE f ADD COLUMN role TEXT; UPDATE f SET role = 'sent' WHERE ${where}; ${INDEX}`

testSome([
  [`lower(path) IN ('sent', 'sent items')`, [`${FAILS} f.a_id`]],
  ['cost BETWEEN 1 AND 100', [`${FAILS} f.a_id`]],
  [`path = 'Sent'`, []],
  [`id IN (SELECT min(id) FROM f WHERE path IN ('sent', 'sent items') GROUP BY a_id)`, []],
])('rows that are made alike before it, where %s', async (where, codes) =>
  expect((await codesIn(FOLDERS, roles(where))).filter((one) => !one.startsWith('info'))).toEqual(
    codes,
  ),
)

test('an index in the place of one that says the same', async () =>
  expect(await codesIn(`${TABLE} ${U}`, `DROP INDEX u; ${U.replace('u ON', 'u2 ON')}`)).toEqual([]))

const LIVING = 'CREATE UNIQUE INDEX u ON d (file) WHERE at IS NULL;'
const only = (codes: readonly string[]): string[] => codes.filter((one) => one.startsWith('error'))

testSome([
  ['at IS NULL', 'DROP INDEX u; CREATE UNIQUE INDEX u ON d (file);', 'd.file'],
  ['at IS NULL', 'CREATE UNIQUE INDEX u2 ON d (lower(file));', 'index u2'],
  ['at IS NULL', 'CREATE UNIQUE INDEX u2 ON d (file) WHERE at IS NOT NULL;', 'd.file'],
  ['done = 0', 'UPDATE d SET done = 0 WHERE done = 1;', 'd.file'],
  ['done = 0', 'DROP INDEX u; CREATE UNIQUE INDEX u ON d (file) WHERE done < 2;', 'd.file'],
  ["kind IN ('new', 'open')", "UPDATE d SET kind = 'new' WHERE kind = 'shut';", 'd.file'],
  ["kind <> 'gone' AND done = 0", "UPDATE d SET kind = 'new', done = 0;", 'd.file'],
  ['at IS NULL', 'UPDATE d SET file = lower(file);', 'd.file'],
  ['done = 0', 'UPDATE d SET file = trim(file) WHERE done = 0;', 'd.file'],
  ["file <> ''", 'DROP INDEX u; CREATE UNIQUE INDEX u ON d (file);', 'd.file'],
  [
    'at IS NULL',
    'CREATE TABLE n (id INTEGER PRIMARY KEY, file TEXT NOT NULL UNIQUE, at TEXT); INSERT INTO n SELECT id, file, at FROM d; DROP TABLE e; DROP TABLE d; ALTER TABLE n RENAME TO d;',
    'd.file',
  ],
])('UNIQUE only WHERE %s, then %s', async (where, change, subject) =>
  expect(only(await codesIn(TABLE + LIVING.replace('at IS NULL', where), change))).toContain(
    `${FAILS} ${subject}`,
  ),
)

testSome([
  'DELETE FROM e; DELETE FROM d WHERE at IS NOT NULL; CREATE UNIQUE INDEX u2 ON d (file);',
  "UPDATE d SET kind = 'new';",
  'UPDATE d SET at = CURRENT_TIMESTAMP;',
  'UPDATE d SET file = lower(file) WHERE at IS NOT NULL;',
  'UPDATE d SET at = NULL WHERE id IN (SELECT max(id) FROM d GROUP BY file HAVING count(at) = count(*));',
  "ALTER TABLE d ADD COLUMN note TEXT NOT NULL DEFAULT ''; UPDATE d SET note = file;",
  'DROP INDEX u; CREATE UNIQUE INDEX u ON d (file, at);',
])('UNIQUE for living rows, then %s', async (change) =>
  expect(only(await codesIn(TABLE + LIVING, change))).toEqual([]),
)

test('what is said of rows outside the condition', async () => {
  const [made] = await foundIn(TABLE + LIVING, 'CREATE UNIQUE INDEX u2 ON d (file);')
  expect(made?.message).toContain(
    'Until now, u kept rows from having the same file only where at is null.',
  )
  expect(made?.fix).not.toContain('DELETE')
  const [set] = await foundIn(TABLE + LIVING, 'UPDATE d SET at = NULL;')
  expect(set?.message).toContain('only where at is null, and the statement makes this true')
})

testSome([
  // No document is known that meets it.
  ["json_extract(at, '$.state') = 'open'", []],
  ['length(at) > 3 AND abs(id) > 0', ['error REPLAY_FAILS_ON_ROWS d.file']],
  ['at IS NULL -- living ones\n', ['error REPLAY_FAILS_ON_ROWS d.file']],
])(
  'a condition that throws on other texts, asks for the id or ends in a comment: %s',
  async (where, codes) => {
    const index = LIVING.replace('at IS NULL', where)
    expect(
      only(await codesIn(TABLE + index, 'DROP INDEX u; CREATE UNIQUE INDEX u ON d (file);')),
    ).toEqual(codes)
  },
)
