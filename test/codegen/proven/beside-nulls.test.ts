// A column that is worked into others and dropped: values that stand beside NULL, or are spelled otherwise than those they are looked up among.
import { expect, test } from 'vitest'
import { codesIn, foundIn } from './prove-project.js'
import { testSome } from '../../support/some-of.js'

const P =
  'CREATE TABLE p (id INTEGER PRIMARY KEY, w INTEGER, h INTEGER, config TEXT, k INTEGER REFERENCES k (id)); CREATE TABLE k (id INTEGER PRIMARY KEY, t TEXT NOT NULL);'
const both = (made: string, where = ''): string =>
  `ALTER TABLE p ADD COLUMN size TEXT; UPDATE p SET size = ${made} ${where}; ALTER TABLE p DROP COLUMN w; ALTER TABLE p DROP COLUMN h;`
const one = (update: string): string => `UPDATE p SET ${update}; ALTER TABLE p DROP COLUMN w;`
const BY_CODE = `export const irreversible = 'no'
export function up(db) {
  db.exec('ALTER TABLE p ADD COLUMN size TEXT')
  for (const { id, w, h } of db.prepare('SELECT id, w, h FROM p').all())
    if (IF) db.prepare('UPDATE p SET size = ? WHERE id = ?').run(\`\${w ?? ''}x\${h ?? ''}\`, id)
  db.exec('ALTER TABLE p DROP COLUMN w; ALTER TABLE p DROP COLUMN h')
}`

const lossesIn = async (...steps: readonly string[]): Promise<string[]> =>
  (await codesIn(...steps)).filter((code) => /COLUMN_DROPPED|VALUES_LOST/.test(code))

const W = 'error COLUMN_DROPPED p.w'
const H = 'error COLUMN_DROPPED p.h'

testSome([
  [both(`w || 'x' || h`), [W, H]],
  [both(`w || 'x' || h`, 'WHERE w IS NOT NULL AND h IS NOT NULL'), [W, H]],
  [both(`w || 'x' || coalesce(h, 0)`), [H]],
  [BY_CODE.replace('IF', 'w !== null && h !== null'), [W, H]],
  [one(`config = json_set(config, '$.w', w)`), [W]],
  [one(`config = json_set(config, '$.w', w) WHERE json_valid(config)`), [W]],
  [both(`(SELECT t FROM k WHERE k.id = p.k) || ':' || w || 'x' || coalesce(h, 0)`), [W, H]],
])('nothing tells what stands beside NULL: %s', async (change, codes) =>
  expect(await lossesIn(P, change)).toEqual(codes),
)

test('says of which rows', async () => {
  const found = (await foundIn(P, both(`w || 'x' || h`))).find(
    ({ code }) => code === 'COLUMN_DROPPED',
  )
  expect(found?.message).toContain('its values in rows without h are gone for good')
  expect(found?.message).toContain('w = 2001, h = NULL')
  expect(found?.fix).toContain('WHERE w IS NOT NULL AND h IS NULL')
})

const C =
  'CREATE TABLE c (id TEXT PRIMARY KEY NOT NULL, json TEXT, type TEXT, name TEXT, label TEXT);'
const named = (where: string): string =>
  `UPDATE c SET label = json_extract(json, '$.displayName'); UPDATE c SET label = name WHERE ${where}; ALTER TABLE c DROP COLUMN name;`

testSome([
  [
    "type = 'group'",
    "its values in the rows that `UPDATE c SET label = name WHERE type = 'group'`",
  ],
  ['type IS NOT NULL', 'its values in rows without type are gone'],
])('says of no others than those of which it is so: %s', async (where, told) => {
  const found = await foundIn(C, named(where))
  expect(found.find(({ code }) => code === 'COLUMN_DROPPED')?.message).toContain(told)
})

testSome([
  both(`coalesce(w, '') || 'x' || coalesce(h, '')`),
  both(`coalesce(w || 'x' || h, w || 'x', 'x' || h)`),
  one(`config = json_set(coalesce(config, '{}'), '$.w', w)`),
  one(`config = json_object('w', w, 'was', config)`),
])('all values stand there: %s', async (change) => expect(await lossesIn(P, change)).toEqual([]))

testSome([
  ['w INTEGER NOT NULL, h INTEGER NOT NULL'],
  ['w INTEGER, h INTEGER, CHECK ((w IS NULL) = (h IS NULL))'],
])('where a table allows no NULL beside a value: %s', async (columns) =>
  expect(
    await lossesIn(
      `CREATE TABLE o (id INTEGER PRIMARY KEY, ${columns.replace(', CHECK', ', size TEXT, CHECK')});`,
      columns.includes('CHECK')
        ? `CREATE TABLE n (id INTEGER PRIMARY KEY, size TEXT); INSERT INTO n SELECT id, w || 'x' || h FROM o; DROP TABLE o; ALTER TABLE n RENAME TO o;`
        : both(`w || 'x' || h`).replaceAll(/\bp\b/g, 'o'),
    ),
  ).toEqual([]),
)

const L = 'CREATE TABLE p (id INTEGER PRIMARY KEY, license TEXT);'
const lookup = (insert: string, update: string): string =>
  `CREATE TABLE l (id INTEGER PRIMARY KEY, spdx TEXT NOT NULL UNIQUE);
INSERT INTO l (spdx) SELECT DISTINCT ${insert} FROM p WHERE license IS NOT NULL;
ALTER TABLE p ADD COLUMN l_id INTEGER REFERENCES l (id);
UPDATE p SET l_id = (SELECT l.id FROM l WHERE l.spdx = ${update});
CREATE INDEX p_l ON p (l_id);
ALTER TABLE p DROP COLUMN license;`

testSome([
  ['trim(license)', 'p.license', 'its values with spaces around them', 'license <> trim(license)'],
  ['lower(license)', 'p.license', 'its values with capital letters', 'license <> lower(license)'],
])('a lookup of %s by %s', async (insert, update, message, query) => {
  const found = (await foundIn(L, lookup(insert, update))).filter(
    ({ code }) => code === 'COLUMN_DROPPED',
  )
  expect(found).toHaveLength(1)
  expect(found[0]?.message).toContain(message)
  expect(found[0]?.fix).toContain(query)
})

testSome([
  ['trim(license)', 'trim(p.license)'],
  ['license', 'p.license'],
])('a lookup of %s by %s is silent', async (insert, update) =>
  expect(await lossesIn(L, lookup(insert, update))).toEqual([]),
)

test('spaces that are taken away are not wanted back', async () =>
  expect(
    await lossesIn(
      L,
      `ALTER TABLE p ADD COLUMN name TEXT; UPDATE p SET name = trim(license); ALTER TABLE p DROP COLUMN license;
-- migrate:down
ALTER TABLE p ADD COLUMN license TEXT; UPDATE p SET license = name; ALTER TABLE p DROP COLUMN name;`,
    ),
  ).toEqual([]))

const aside = (made: string): string => `ALTER TABLE p RENAME TO p_old;
CREATE TABLE p (id INTEGER PRIMARY KEY, size TEXT, config TEXT, k INTEGER REFERENCES k (id));
INSERT INTO p SELECT id, ${made}, config, k FROM p_old; DROP TABLE p_old;`

testSome([
  [aside(`w || 'x' || h`), [W, H]],
  [aside(`concat(w, 'x', h)`), []],
])('a table that is put aside under another name first: %s', async (change, codes) =>
  expect(await lossesIn(P, change)).toEqual(codes),
)

const split = (where: string): string => `ALTER TABLE p RENAME TO p_old;
CREATE TABLE p (id INTEGER PRIMARY KEY, config TEXT, k INTEGER REFERENCES k (id));
INSERT INTO p SELECT id, config, k FROM p_old;
CREATE TABLE sizes (p INTEGER PRIMARY KEY REFERENCES p (id), w INTEGER, h INTEGER);
INSERT INTO sizes SELECT id, w, h FROM p_old WHERE ${where}; DROP TABLE p_old;`

testSome([
  ['w IS NOT NULL', [H]],
  ['w IS NOT NULL AND h IS NOT NULL', [W, H]],
  ['w IS NOT NULL OR h IS NOT NULL', []],
])('columns that get a table of their own: %s', async (where, codes) =>
  expect(await lossesIn(P, split(where))).toEqual(codes),
)

test.each([
  ['as they are', 'k, a, b'],
  ['as the greatest', 'k, max(a), max(b)'],
])(
  'columns that are copied one by one, %s, are no cause of what a copy leaves out',
  async (_, items) => {
    const columns = 'k INTEGER NOT NULL, a TEXT, b TEXT'
    const insert = (all: string) => `INSERT INTO meta (k, a, b) SELECT ${all} FROM`
    const found = await foundIn(
      `CREATE TABLE films (id INTEGER PRIMARY KEY, ${columns}, UNIQUE (k)); CREATE TABLE lists (id INTEGER PRIMARY KEY, ${columns});`,
      `CREATE TABLE meta (id INTEGER PRIMARY KEY, ${columns}, UNIQUE (k)); ${insert('k, a, b')} films; ${insert(items)} lists WHERE k NOT IN (SELECT k FROM meta) GROUP BY k; ALTER TABLE lists ADD COLUMN m INTEGER; UPDATE lists SET m = (SELECT id FROM meta WHERE meta.k = lists.k); ALTER TABLE lists DROP COLUMN a; ALTER TABLE lists DROP COLUMN b;`,
    )
    const dropped = found.filter(({ code }) => code === 'COLUMN_DROPPED')
    expect(dropped.map(({ subject }) => subject)).toEqual(['lists.a', 'lists.b'])
    for (const { message } of dropped) expect(message).not.toContain('in rows without')
  },
)
