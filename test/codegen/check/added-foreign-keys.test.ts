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
