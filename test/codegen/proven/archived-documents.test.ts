// A `down` that reads documents which nothing but its `up` has put into a table: other documents need not be read.
import { expect, test } from 'vitest'
import { codesIn } from './prove-project.js'

const TABLES = `CREATE TABLE people (id INTEGER PRIMARY KEY, email TEXT NOT NULL, status TEXT NOT NULL);
CREATE TABLE lists (list_id INTEGER NOT NULL, person_id INTEGER NOT NULL REFERENCES people (id), since TEXT NOT NULL, PRIMARY KEY (list_id, person_id)) WITHOUT ROWID;
CREATE INDEX lists_person ON lists (person_id);`

const archived = (by: string, key: string): string => `-- migrate:up
CREATE TABLE former (id INTEGER PRIMARY KEY, email TEXT NOT NULL, lists TEXT NOT NULL);
INSERT INTO former (id, email, lists) SELECT p.id, p.email, (SELECT ${by} FROM lists x WHERE x.person_id = p.id) FROM people p WHERE p.status = 'gone';
DELETE FROM lists WHERE person_id IN (SELECT id FROM former);
DELETE FROM people WHERE id IN (SELECT id FROM former);
-- migrate:down
INSERT INTO people (id, email, status) SELECT id, email, 'gone' FROM former;
INSERT INTO lists (list_id, person_id, since) SELECT j.value ->> '${key}', f.id, j.value ->> 'since' FROM former f, json_each(f.lists) j;
DROP TABLE former;`
const OF_EACH = `json_group_array(json_object('list', x.list_id, 'since', x.since))`

test('is right where it reads what is there', async () =>
  expect(await codesIn(TABLES, archived(OF_EACH, 'list'))).toEqual([]))

test('is told where it reads something else', async () =>
  expect(await codesIn(TABLES, archived(OF_EACH, 'lists'))).toContain(
    'error REPLAY_FAILS_ON_ROWS former',
  ))

test('one document a row', async () => {
  const step = (key: string): string => `-- migrate:up
ALTER TABLE people ADD COLUMN rest TEXT;
UPDATE people SET rest = json_object('email', email, 'status', status);
CREATE TABLE past (id INTEGER PRIMARY KEY, rest TEXT NOT NULL);
INSERT INTO past SELECT id, rest FROM people;
DROP TABLE lists;
DROP TABLE people;
-- migrate:down
CREATE TABLE people (id INTEGER PRIMARY KEY, email TEXT NOT NULL, status TEXT NOT NULL);
INSERT INTO people SELECT id, rest ->> 'email', rest ->> '${key}' FROM past;
CREATE TABLE lists (list_id INTEGER NOT NULL, person_id INTEGER NOT NULL REFERENCES people (id), since TEXT NOT NULL, PRIMARY KEY (list_id, person_id)) WITHOUT ROWID;
CREATE INDEX lists_person ON lists (person_id);
DROP TABLE past;`
  const failing = async (key: string): Promise<boolean> =>
    (await codesIn(TABLES, step(key))).some((one) => one.includes('REPLAY_FAILS_ON_ROWS'))
  expect(await failing('status')).toBe(false)
  expect(await failing('state')).toBe(true)
})
