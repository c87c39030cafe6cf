// Rows that get what was found for another one: nothing ties what is looked up to the row that is updated.
import { expect, test } from 'vitest'
import { codesIn } from './prove-project.js'

const TABLES = `CREATE TABLE q (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE s (id INTEGER PRIMARY KEY, queue TEXT NOT NULL, q_id INTEGER);`

test.each([
  'UPDATE s SET q_id = q.id FROM q JOIN s x ON q.name = x.queue;',
  'UPDATE s SET q_id = q.id FROM s AS x INNER JOIN q ON q.name = x.queue WHERE x.id > 0;',
  'UPDATE s AS t SET q_id = q.id FROM q, s x WHERE q.name = x.queue;',
])('the table is read once more: %s', async (change) =>
  expect(await codesIn(TABLES, change)).toContain('warning NOT_DETERMINISTIC'),
)

test.each([
  'UPDATE s SET q_id = q.id FROM q WHERE q.name = s.queue;',
  'UPDATE s SET q_id = q.id FROM q JOIN s x ON q.name = x.queue WHERE x.id = s.id;',
  'UPDATE s AS t SET q_id = q.id FROM q JOIN s x ON q.name = x.queue AND t.id = x.id;',
  'UPDATE s SET q_id = m.id FROM (SELECT max(x.id) AS id FROM s x) m WHERE q_id IS NULL;',
])('it is tied, or one row for all: %s', async (change) =>
  expect(await codesIn(TABLES, change)).not.toContain('warning NOT_DETERMINISTIC'),
)
