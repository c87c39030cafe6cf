// What is right, and builds on a step that is wrong: only that step is told of.
import { expect, test } from 'vitest'
import { codesIn } from './prove-project.js'
import { testSome } from '../../support/some-of.js'

const PEOPLE = `CREATE TABLE orgs (id INTEGER PRIMARY KEY, ref TEXT NOT NULL, name TEXT NOT NULL);
CREATE TABLE people (id INTEGER PRIMARY KEY, org_id INTEGER NOT NULL REFERENCES orgs (id), name TEXT NOT NULL);
CREATE INDEX people_org ON people (org_id);
CREATE TABLE notes (id INTEGER PRIMARY KEY, person_id INTEGER REFERENCES people (id), body TEXT NOT NULL);
CREATE INDEX notes_person ON notes (person_id);`
const LATER = 'ALTER TABLE people ADD COLUMN note TEXT;'
const named = (copy: string): string =>
  `CREATE TABLE people_new (id INTEGER PRIMARY KEY, org_id INTEGER NOT NULL REFERENCES orgs (id), name TEXT NOT NULL, org_name TEXT NOT NULL, note TEXT);
INSERT INTO people_new SELECT ${copy};
DROP TABLE people; ALTER TABLE people_new RENAME TO people; CREATE INDEX people_org ON people (org_id);`
const JOINED = named(
  'p.id, p.org_id, p.name, o.name, p.note FROM people p JOIN orgs o ON o.id = p.org_id',
)
const LOOKED_UP = named(
  'p.id, p.org_id, p.name, (SELECT name FROM orgs o WHERE o.id = p.org_id), p.note FROM people p',
)
const AUTHORS = `ALTER TABLE notes ADD COLUMN author TEXT;
UPDATE notes SET author = (SELECT name FROM people p WHERE p.id = notes.person_id);`
const copied = (copy: string): string =>
  `CREATE TABLE orgs_new (id INTEGER PRIMARY KEY, ref TEXT NOT NULL, name TEXT NOT NULL);
INSERT INTO orgs_new ${copy};
DROP TABLE orgs; ALTER TABLE orgs_new RENAME TO orgs;`

testSome([
  ['rows that are lost', copied("SELECT * FROM orgs WHERE ref <> ''"), 'error ROWS_LOST orgs'],
  [
    'numbers that are given anew',
    copied('(ref, name) SELECT ref, name FROM orgs'),
    'error VALUES_LOST orgs.id',
  ],
  [
    'rows that are deleted',
    "DELETE FROM orgs WHERE name <> '';",
    'error FOREIGN_KEY_BROKEN people.org_id',
  ],
  [
    'keys that point elsewhere',
    'UPDATE people SET org_id = org_id + 7 WHERE org_id > 0;',
    'error FOREIGN_KEY_BROKEN people.org_id',
  ],
])('%s leave no rows without parents to later steps', async (_, wrong, code) => {
  for (const rebuilt of [JOINED, LOOKED_UP])
    expect(await codesIn(PEOPLE, LATER, wrong, rebuilt, AUTHORS)).toEqual([code])
})

test('nothing wrong', async () =>
  expect(await codesIn(PEOPLE, LATER, copied('SELECT * FROM orgs'), JOINED, AUTHORS)).toEqual([]))

test('what is wrong by itself is told behind it', async () => {
  const lost = JOINED.replace('p.org_id;', "p.org_id WHERE p.note <> '';")
  expect(await codesIn(PEOPLE, LATER, copied("SELECT * FROM orgs WHERE ref <> ''"), lost)).toEqual([
    'error ROWS_LOST orgs',
    'error ROWS_LOST people',
  ])
})
