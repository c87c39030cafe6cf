// A foreign key that comes in the place of another one: rows that do not fit it are seen, so nothing is left to suppose.
import { expect, test } from 'vitest'
import { findingsIn } from './proven-folder.js'

const BASE = `CREATE TABLE students (id INTEGER PRIMARY KEY, email TEXT NOT NULL UNIQUE);
CREATE TABLE seats (id INTEGER PRIMARY KEY, student_id INTEGER NOT NULL REFERENCES students (id));
CREATE INDEX seats_student ON seats (student_id);`

const PEOPLE = `CREATE TABLE people (id INTEGER PRIMARY KEY, email TEXT NOT NULL UNIQUE);
INSERT INTO people (email) SELECT email FROM students;
CREATE TABLE seats_new (id INTEGER PRIMARY KEY, student_id INTEGER NOT NULL REFERENCES people (id));`

const ALONG = `DROP TABLE seats;
ALTER TABLE seats_new RENAME TO seats;
CREATE INDEX seats_student ON seats (student_id);`

test('rows that are led to their new parents are right', async () => {
  const copy = `INSERT INTO seats_new (id, student_id)
SELECT c.id, p.id FROM seats c JOIN students s ON s.id = c.student_id JOIN people p ON p.email = s.email;`
  expect(await findingsIn(BASE, `${PEOPLE} ${copy} ${ALONG}`)).toEqual([])
})

test('rows that still have the old key are found', async () => {
  const copy = 'INSERT INTO seats_new (id, student_id) SELECT id, student_id FROM seats;'
  expect(await findingsIn(BASE, `${PEOPLE} ${copy} ${ALONG}`)).toEqual([
    '002 error FOREIGN_KEY_BROKEN',
  ])
})

test('a key where there was none is supposed not to hold', async () => {
  const bare = BASE.replace(' REFERENCES students (id)', '')
  const same = `CREATE TABLE seats_new (id INTEGER PRIMARY KEY, student_id INTEGER NOT NULL REFERENCES students (id));
INSERT INTO seats_new (id, student_id) SELECT id, student_id FROM seats;`
  expect(await findingsIn(bare, `${same} ${ALONG}`)).toEqual(['002 error COLUMN_NARROWED'])
})

test('where the copy leaves out all rows that do not fit, it is their loss that is told', async () => {
  const bare = BASE.replace(' REFERENCES students (id)', '')
  const copy = `INSERT INTO seats_new (id, student_id)
SELECT c.id, p.id FROM seats c JOIN students s ON s.id = c.student_id JOIN people p ON p.email = s.email;`
  expect(await findingsIn(bare, `${PEOPLE} ${copy} ${ALONG}`)).toEqual(['002 error ROWS_LOST'])
})

const KEYED = `CREATE TABLE n (u TEXT NOT NULL REFERENCES user (id), k TEXT NOT NULL);
INSERT INTO n (u, k) SELECT u, k FROM s; DROP TABLE s; ALTER TABLE n RENAME TO s; CREATE INDEX i ON s (u);`
const LOOSE = 'CREATE TABLE s (u TEXT NOT NULL, k TEXT NOT NULL);'
const USER = 'CREATE TABLE user (id TEXT PRIMARY KEY, n TEXT);'

test.each([
  ['of all rows', '', `${USER} INSERT INTO user (id) SELECT DISTINCT u FROM s;`],
  [
    'of these rows and others',
    '',
    `${USER} INSERT INTO user (id) SELECT 'x' UNION SELECT u FROM s;`,
  ],
  ['that were missing', USER, 'INSERT OR IGNORE INTO user (id) SELECT u FROM s;'],
  [
    'that were missing, as it says',
    USER,
    'INSERT INTO user (id) SELECT DISTINCT u FROM s WHERE u NOT IN (SELECT id FROM user);',
  ],
  [
    'that were missing, looked for one by one',
    USER,
    'INSERT INTO user (id) SELECT DISTINCT u FROM s WHERE NOT EXISTS (SELECT 1 FROM user WHERE user.id = s.u);',
  ],
])('a step that makes the parents %s leaves nothing to suppose', async (_, before, fill) => {
  expect(await findingsIn(before + LOOSE, fill + KEYED)).toEqual([])
})

test.each([
  ['of some rows', '', `${USER} INSERT INTO user (id) SELECT DISTINCT u FROM s WHERE k = 'x';`],
  ['that it knows', '', `${USER} INSERT INTO user (id) VALUES ('a'), ('b');`],
  ['of another column', '', `${USER} INSERT OR IGNORE INTO user (id) SELECT k FROM s;`],
])('parents %s are seen to be too few', async (_, before, fill) => {
  expect(await findingsIn(before + LOOSE, fill + KEYED)).toEqual(['002 error FOREIGN_KEY_BROKEN'])
})

test.each([
  ['of another column', 'INSERT OR IGNORE INTO user (id) SELECT k FROM s;'],
  ['of some rows', "INSERT OR IGNORE INTO user (id) SELECT u FROM s WHERE k = 'x';"],
  ['of no row', ''],
])('parents that are added %s are supposed to be too few', async (_, fill) => {
  expect(await findingsIn(USER + LOOSE, fill + KEYED)).toEqual(['002 error COLUMN_NARROWED'])
})

/** A step that adds a foreign key to a login, of rows that had one to a login of a person. */
const LOGIN =
  'CREATE TABLE login (b TEXT NOT NULL, m TEXT, id TEXT NOT NULL, PRIMARY KEY (b, id), UNIQUE (b, m, id));'
const uses = (columns: string, key: string): string =>
  `CREATE TABLE uses (${columns}, p TEXT NOT NULL, FOREIGN KEY ${key});`
const anew = (columns: string, key: string): string =>
  `${uses(columns, key).replace('uses', 'fresh')}
INSERT INTO fresh (b, m, l, p) SELECT b, m, l, p FROM uses;
DROP TABLE uses; ALTER TABLE fresh RENAME TO uses; CREATE INDEX i ON uses (b, l); CREATE INDEX j ON uses (m);`
const REQUIRED = 'b TEXT NOT NULL, m TEXT NOT NULL, l TEXT NOT NULL'
const WHOLE = '(b, m, l) REFERENCES login (b, m, id)'
const narrowedIn = async (...steps: string[]): Promise<string[]> =>
  (await findingsIn(...steps)).filter((one) => /COLUMN_NARROWED|BROKEN|FAILS/.test(one))

test.each([
  [
    'over fewer columns',
    LOGIN + uses(REQUIRED, WHOLE),
    anew(REQUIRED, '(b, l) REFERENCES login (b, id)'),
  ],
  [
    'over fewer columns, in another order',
    LOGIN + uses(REQUIRED, WHOLE),
    anew(REQUIRED, '(l, b) REFERENCES login (id, b)'),
  ],
  [
    'over those of its columns that may be NULL',
    LOGIN + uses('b TEXT NOT NULL, m TEXT NOT NULL, l TEXT', WHOLE),
    anew('b TEXT NOT NULL, m TEXT NOT NULL, l TEXT', '(b, l) REFERENCES login (b, id)'),
  ],
  [
    'to the parent of its parent',
    `CREATE TABLE person (id TEXT PRIMARY KEY NOT NULL);
CREATE TABLE login (b TEXT NOT NULL, m TEXT NOT NULL REFERENCES person (id), id TEXT NOT NULL, PRIMARY KEY (b, m, id));
CREATE INDEX k ON login (m);${uses(REQUIRED, WHOLE)}`,
    anew(REQUIRED, '(m) REFERENCES person (id)'),
  ],
])('a key %s that an earlier one implies leaves nothing to suppose', async (_, before, up) => {
  expect(await narrowedIn(before, up)).toEqual([])
})

test.each([
  [
    'where a column of the earlier one may be NULL',
    LOGIN + uses('b TEXT NOT NULL, m TEXT, l TEXT NOT NULL', WHOLE),
    anew('b TEXT NOT NULL, m TEXT, l TEXT NOT NULL', '(b, l) REFERENCES login (b, id)'),
  ],
  [
    'to other columns than the earlier one',
    LOGIN.replace('UNIQUE', 'UNIQUE (b, m), UNIQUE') + uses(REQUIRED, WHOLE),
    anew(REQUIRED, '(b, l) REFERENCES login (b, m)'),
  ],
])('a key %s is supposed not to hold', async (_, before, up) => {
  expect(await narrowedIn(before, up)).toHaveLength(1)
})
