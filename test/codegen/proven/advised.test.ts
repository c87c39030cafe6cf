// What is advised fits the history for which it is printed.
import { expect, test } from 'vitest'
import { codesIn, foundIn } from './prove-project.js'

test('SELECT * from a table whose column has another name is advised by the names of that table', async () => {
  const table = (name: string, flag: string): string =>
    `CREATE TABLE ${name} (id INTEGER PRIMARY KEY, tag TEXT NOT NULL, ${flag} INTEGER NOT NULL);`
  const step = `${table('n', 'is_hashtag')} INSERT INTO n SELECT * FROM tags; DROP TABLE tags; ALTER TABLE n RENAME TO tags;`
  const found = await foundIn(table('tags', 'is_hastag'), step)
  expect(found.find(({ code }) => code === 'INSERT_SELECT_STAR')?.fix).toContain(
    '`INSERT INTO n (id, tag, is_hashtag) SELECT id, tag, is_hastag FROM tags`',
  )
})

test('two foreign keys of one column that a rebuild keeps', async () => {
  const table = (name: string): string =>
    `CREATE TABLE ${name} (id INTEGER PRIMARY KEY, m INTEGER REFERENCES media (id) ON DELETE CASCADE, FOREIGN KEY (m) REFERENCES media (id) ON DELETE SET NULL);`
  const media = 'CREATE TABLE media (id INTEGER PRIMARY KEY);'
  const step = `${table('n')} INSERT INTO n (id, m) SELECT id, m FROM users; DROP TABLE users; ALTER TABLE n RENAME TO users;`
  const found = await foundIn(media + table('users'), step)
  expect(found.filter(({ severity }) => severity !== 'info')).toEqual([])
})

const SETTINGS =
  "CREATE TABLE c (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL, edited TEXT NOT NULL DEFAULT '');"
const settingsWith = (items: string): string =>
  `CREATE TABLE c2 (name TEXT NOT NULL PRIMARY KEY, byDefault TEXT NOT NULL, value TEXT NOT NULL DEFAULT '');
INSERT INTO c2 (name, value, byDefault) SELECT ${items} FROM c; DROP TABLE c; ALTER TABLE c2 RENAME TO c;`

test('a column that gives way to another and keeps its values under a new name', async () => {
  const [found, ...more] = await foundIn(SETTINGS, settingsWith('name, edited, value'))
  expect(more).toEqual([])
  expect([found?.severity, found?.code, found?.message]).toEqual([
    'warning',
    'VALUES_SWAPPED',
    expect.stringContaining(
      'moves what was in value to byDefault and what was in edited to value in c in `INSERT INTO c2',
    ),
  ])
  expect(await codesIn(SETTINGS, settingsWith("name, edited, ''"))).toContain(
    'error VALUES_SWAPPED c',
  )
})

const FILES =
  'CREATE TABLE file (id INTEGER PRIMARY KEY, path TEXT NOT NULL, b INTEGER NOT NULL); CREATE UNIQUE INDEX fp ON file (path, b);'
const cut = (first: number): string =>
  `CREATE TABLE prefix (id INTEGER PRIMARY KEY, prefix TEXT NOT NULL UNIQUE);
CREATE TABLE look (id INTEGER PRIMARY KEY, prefix INTEGER NOT NULL, path TEXT NOT NULL, b INTEGER NOT NULL);
INSERT INTO prefix (prefix) SELECT DISTINCT rtrim(path, replace(path, '/', '')) FROM file;
INSERT INTO look (id, path, prefix, b) SELECT a.id, substr(a.path, length(a.parent) + ${first}), p.id, a.b
FROM (SELECT id, path, b, rtrim(path, replace(path, '/', '')) AS parent FROM file) a JOIN prefix p ON a.parent = p.prefix;
DROP TABLE file;`

test.each([
  [1, 'TABLE_RENAMED', 'moves the rows of the table file to look and drops it'],
  [2, 'TABLE_DROPPED', 'drops the table file'],
])('a path cut in two, from character %i of its name', async (first, code, words) => {
  const found = (await foundIn(FILES, cut(first))).filter((one) => one.code.startsWith('TABLE_'))
  expect(found.map((one) => one.code)).toEqual([code])
  expect(found[0]?.message).toContain(words)
})

const JOINED = (column: string): string =>
  `CREATE TABLE ga (id INTEGER PRIMARY KEY, ${column} BLOB); CREATE TABLE ae (id INTEGER PRIMARY KEY, g INTEGER NOT NULL REFERENCES ga (id), a BIGINT); CREATE INDEX ae_g ON ae (g);`
const taken = (column: string, check: string): string =>
  `CREATE TABLE outs (e BIGINT NOT NULL, a BLOB NOT NULL${check}); INSERT INTO outs (e, a) SELECT ae.id, ga.${column} FROM ae JOIN ga ON ae.g = ga.id;`

test.each([
  ['a', '', '`UPDATE ga SET a = … WHERE a IS NULL`'],
  ['a', ' CHECK (length(a) = 32)', '`SELECT * FROM ga WHERE NOT (length(a) = 32)`'],
  ['b', ' CHECK (length(a) = 32)', 'Find the rows that do not satisfy it, and change them'],
])('values of the second table of a JOIN, from %s%s', async (column, check, words) => {
  const [found] = await foundIn(JOINED(column), taken(column, check))
  expect(found?.fix).toContain(words)
  expect(found?.subject).toMatch(/^ga\b/)
})

test('a unique index over a column that the copy computes is not advised as it was', async () => {
  const found = (await foundIn(FILES, cut(1))).find(({ code }) => code === 'OBJECT_LOST')
  expect(found?.fix).toContain(
    'over the columns that tell its rows apart now: path is computed, and may be the same in several',
  )
})

test('of several copies of one table, another one is advised for the rest', async () => {
  const table = (name: string): string =>
    `CREATE TABLE ${name} (k TEXT PRIMARY KEY NOT NULL, value TEXT);`
  const copies = ['a', 'b'].map(
    (key) => `INSERT INTO n (k, value) SELECT 'new_${key}', value FROM c WHERE k = '${key}';`,
  )
  const step = `${table('n')} ${copies.join(' ')} DROP TABLE c; ALTER TABLE n RENAME TO c;`
  const found = (await foundIn(table('c'), step)).find(({ code }) => code === 'ROWS_LOST')
  expect(found?.fix).toContain('with one more INSERT for what none of these takes')
})

test('a text in double quotes is told as one, also where a table has that name', async () => {
  const step = `CREATE TABLE episode (id INTEGER PRIMARY KEY); CREATE TABLE m (id INTEGER PRIMARY KEY, kind TEXT NOT NULL);
CREATE INDEX i ON m (id) WHERE NOT kind = "episode";`
  const [found] = await foundIn(step)
  expect(found?.fix).toContain("Write texts in single quotes: 'episode' in 4:43")
})

test('the key of an added column is told where it is added, whatever names the column later', async () => {
  const step = `ALTER TABLE t ADD COLUMN of_t INTEGER REFERENCES t (id);
ALTER TABLE t ADD COLUMN n INTEGER CHECK (n IS NULL OR of_t IS NOT NULL);`
  const found = await foundIn('CREATE TABLE t (id INTEGER PRIMARY KEY);', step)
  const told = found.find(({ code }) => code === 'FOREIGN_KEY_WITHOUT_INDEX')
  expect(told?.line).toBe(3)
})

test('a DEFAULT that goes is missed by no INSERT into a later table without the column', async () => {
  const rebuilt = (columns: string, names: string): string =>
    `ALTER TABLE t RENAME TO old; CREATE TABLE t (${columns}); INSERT INTO t (${names}) SELECT ${names} FROM old; DROP TABLE old;`
  const found = await foundIn(
    'CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER NOT NULL DEFAULT 0, b TEXT);',
    rebuilt('id INTEGER PRIMARY KEY, a INTEGER NOT NULL, b TEXT', 'id, a, b'),
    rebuilt('id INTEGER PRIMARY KEY, b TEXT', 'id, b'),
  )
  expect(found.filter(({ code }) => code === 'CONSTRAINT_LOST')).toEqual([])
})

test('the key of a renamed column is there, whatever is computed for older code', async () => {
  const step = `ALTER TABLE t RENAME TO old; CREATE TABLE t (b INTEGER NOT NULL REFERENCES p (id), n INTEGER NOT NULL);
INSERT INTO t (b, n) SELECT a, n FROM old; DROP TABLE old; ALTER TABLE t ADD COLUMN a AS (b); CREATE INDEX t_b ON t (b);`
  expect(
    await codesIn(
      'CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE t (a INTEGER NOT NULL REFERENCES p (id), n INTEGER NOT NULL); CREATE INDEX t_a ON t (a);',
      step,
    ),
  ).not.toContain('warning CONSTRAINT_LOST t')
})

test('CREATE TABLE … AS leaves nothing that numbers the rows', async () => {
  const step = 'CREATE TABLE n AS SELECT * FROM t; DROP TABLE t; ALTER TABLE n RENAME TO t;'
  const found = await foundIn('CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER);', step)
  expect(found.find(({ code }) => code === 'CONSTRAINT_LOST')?.message).toContain(
    'and nothing numbers its rows: an INSERT without id leaves NULL there',
  )
})
