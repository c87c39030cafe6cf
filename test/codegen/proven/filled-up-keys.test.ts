// Rows with nothing in a part of a key may be alike in all others: a value in its place makes duplicates of them.
import { expect, test } from 'vitest'
import { codesIn } from './prove-project.js'

const rebuilt = (page: string): string =>
  `CREATE TABLE n (a INTEGER NOT NULL, page TEXT NOT NULL, PRIMARY KEY (a, page));
INSERT INTO n SELECT a, ${page} FROM c; DROP TABLE c; ALTER TABLE n RENAME TO c;`
const KEYS = ['PRIMARY KEY (a, page)', 'UNIQUE (a, page)']

test.each(KEYS)('%s', async (key) => {
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
