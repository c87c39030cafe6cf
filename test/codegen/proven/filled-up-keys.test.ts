// Rows with nothing in a part of a key may be alike in all others: a value in its place makes duplicates of them.
import { expect, test } from 'vitest'
import { codesIn } from './prove-project.js'
import { testSome } from '../../support/some-of.js'

const rebuilt = (page: string): string =>
  `CREATE TABLE n (a INTEGER NOT NULL, page TEXT NOT NULL, PRIMARY KEY (a, page));
INSERT INTO n SELECT a, ${page} FROM c; DROP TABLE c; ALTER TABLE n RENAME TO c;`
const KEYS = ['PRIMARY KEY (a, page)', 'UNIQUE (a, page)']

testSome(KEYS)('%s', async (key) => {
  const table = `CREATE TABLE c (a INTEGER NOT NULL, page TEXT, ${key});`
  const failing = async (change: string): Promise<boolean> =>
    (await codesIn(table, change)).some((code) => code.startsWith('error REPLAY_FAILS_ON_ROWS'))
  expect(await failing(rebuilt("coalesce(page, '')"))).toBe(true)
  expect(await failing(rebuilt("ifnull(c.page, '')"))).toBe(true)
  expect(await failing(rebuilt("coalesce(page, '#' || rowid)"))).toBe(false)
  const first =
    "DELETE FROM c WHERE rowid NOT IN (SELECT min(rowid) FROM c GROUP BY a, coalesce(page, ''));"
  expect(await failing(`${first} ${rebuilt("coalesce(page, '')")}`)).toBe(false)
})

test('texts that a new table takes for the same', async () => {
  const lookup = (
    collate: string,
  ): string => `CREATE TABLE places (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE ${collate});
INSERT OR IGNORE INTO places (name) SELECT place FROM p WHERE place IS NOT NULL;
ALTER TABLE p ADD COLUMN place_id INTEGER REFERENCES places (id);
UPDATE p SET place_id = (SELECT id FROM places WHERE name = p.place);
CREATE INDEX p_place ON p (place_id);
ALTER TABLE p DROP COLUMN place;`
  const losses = async (collate: string): Promise<string[]> => {
    const codes = await codesIn(
      'CREATE TABLE p (id INTEGER PRIMARY KEY, place TEXT);',
      lookup(collate),
    )
    return codes.filter((code) => code.startsWith('error'))
  }
  expect(await losses('COLLATE NOCASE')).toEqual(['error COLUMN_DROPPED p.place'])
  expect(await losses('')).toEqual([])
})

const JOBS = `CREATE TABLE jobs (id TEXT PRIMARY KEY, state TEXT);
CREATE TABLE job_log (job_id TEXT NOT NULL REFERENCES jobs (id), line TEXT); CREATE INDEX job_log_job ON job_log (job_id);`
const numbered = (uuid: string, job: string): string => `-- irreversible: the old keys stand in uuid
-- migrate:up
CREATE TABLE jobs_new (id INTEGER PRIMARY KEY, uuid TEXT NOT NULL UNIQUE, state TEXT);
INSERT INTO jobs_new (uuid, state) SELECT ${uuid}, state FROM jobs;
CREATE TABLE log_new (job_id INTEGER NOT NULL REFERENCES jobs_new (id), line TEXT);
INSERT INTO log_new (job_id, line) SELECT ${job}, d.line FROM job_log d JOIN jobs_new a ON a.uuid = d.job_id;
DROP TABLE job_log; DROP TABLE jobs; ALTER TABLE jobs_new RENAME TO jobs; ALTER TABLE log_new RENAME TO job_log;
CREATE INDEX job_log_job ON job_log (job_id);`

testSome<[string, string, string, readonly string[]]>([
  ['as it was', "coalesce(id, 'none' || rowid)", 'a.id', []],
  [
    'in part',
    "coalesce(nullif(id, 'id 1001'), 'none' || rowid)",
    'a.id',
    ['error VALUES_LOST jobs.id', 'error ROWS_LOST job_log'],
  ],
  [
    'and pointed at by it',
    "coalesce(id, 'none' || rowid)",
    'd.job_id',
    ['error FOREIGN_KEY_BROKEN'],
  ],
])('a key that gives way to numbers, kept beside them %s', async (_, uuid, job, codes) => {
  const found = await codesIn(JOBS, numbered(uuid, job))
  expect(found.filter((code) => code.startsWith('error'))).toEqual(
    codes.map((code) => expect.stringContaining(code)),
  )
})
