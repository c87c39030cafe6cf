// Rows that get what was found for another one: nothing ties what is looked up to the row that is updated.
import { expect } from 'vitest'
import { codesIn, foundIn } from './prove-project.js'
import { testSome } from '../../support/some-of.js'

const TABLES = `CREATE TABLE q (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE s (id INTEGER PRIMARY KEY, queue TEXT NOT NULL, q_id INTEGER);`

testSome([
  'UPDATE s SET q_id = q.id FROM q JOIN s x ON q.name = x.queue;',
  'UPDATE s SET q_id = q.id FROM s AS x INNER JOIN q ON q.name = x.queue WHERE x.id > 0;',
])('the table is read once more: %s', async (change) =>
  expect(await codesIn(TABLES, change)).toContain('warning NOT_DETERMINISTIC'),
)

testSome([
  'UPDATE s SET q_id = q.id FROM q WHERE q.name = s.queue;',
  'UPDATE s AS t SET q_id = q.id FROM q JOIN s x ON q.name = x.queue AND t.id = x.id;',
  'UPDATE s SET q_id = m.id FROM (SELECT max(x.id) AS id FROM s x) m WHERE q_id IS NULL;',
])('it is tied, or one row for all: %s', async (change) =>
  expect(await codesIn(TABLES, change)).not.toContain('warning NOT_DETERMINISTIC'),
)

const LOGS = `CREATE TABLE logs (habit INTEGER NOT NULL, day TEXT NOT NULL, note TEXT, PRIMARY KEY (habit, day));
CREATE TABLE t (id INTEGER PRIMARY KEY, habit INTEGER NOT NULL, day TEXT NOT NULL, note TEXT);`
const set = (query: string): string => `UPDATE t SET note = ${query} WHERE note IS NULL;`

testSome([
  set('(SELECT l.note FROM logs AS l WHERE t.habit = l.habit)'),
  set("coalesce((SELECT note FROM logs WHERE logs.habit = t.habit), '')"),
  'INSERT INTO t (habit, day, note) SELECT x.habit, x.day, (SELECT note FROM logs c WHERE c.habit = x.habit LIMIT 1) FROM t x;',
])('a subquery that finds several rows: %s', async (change) =>
  expect(await codesIn(LOGS, change)).toContain('warning NOT_DETERMINISTIC'),
)

testSome([
  set('(SELECT note FROM logs c WHERE c.habit = t.habit AND c.day = t.day)'),
  set('(SELECT note FROM logs c WHERE c.habit = t.habit ORDER BY day DESC LIMIT 1)'),
  set('(SELECT max(note) FROM logs c WHERE c.habit = t.habit)'),
  set('(SELECT note FROM logs LIMIT 1)'),
  "UPDATE t SET note = '' WHERE habit IN (SELECT habit FROM logs c WHERE c.day = t.day);",
  "UPDATE t SET note = CASE WHEN EXISTS (SELECT note FROM logs c WHERE c.habit = t.habit) THEN 'a' ELSE 'b' END WHERE id > 0;",
  'CREATE UNIQUE INDEX i ON logs (habit);' +
    set('(SELECT note FROM logs c WHERE c.habit = t.habit)'),
])('a subquery that finds one, or whose row does not matter: %s', async (change) =>
  expect(await codesIn(LOGS, change)).not.toContain('warning NOT_DETERMINISTIC'),
)

const M =
  'CREATE TABLE m (id INTEGER PRIMARY KEY, account INTEGER NOT NULL, subject TEXT NOT NULL, at INTEGER NOT NULL);'
const threads = (columns: string, rows: string): string =>
  `CREATE TABLE threads (id INTEGER PRIMARY KEY, ${columns}); INSERT INTO threads (${columns.replaceAll(/ (?:INTEGER|TEXT)/g, '')}) SELECT ${rows}; ALTER TABLE m ADD COLUMN thread INTEGER;`
const PAIRED = threads(
  'account INTEGER, subject TEXT, last INTEGER',
  'x.account, x.subject, max(x.at) FROM m x GROUP BY x.account, x.subject',
)
const DISTINCT = threads('account INTEGER, subject TEXT', 'DISTINCT account, subject FROM m')
const BY_SUBJECT = 'UPDATE m SET thread = (SELECT t.id FROM threads t WHERE t.subject = m.subject);'

testSome([
  [DISTINCT, ' AND t.account IS NOT NULL'],
  [`${PAIRED} CREATE INDEX tl ON threads (last);`, ''],
])('a table that the step makes of groups: %s%s', async (made, more) => {
  const found = await foundIn(M, made + BY_SUBJECT.replace(');', `${more});`))
  const any = found.find(({ code }) => code === 'NOT_DETERMINISTIC')
  expect(any?.fix).toMatch(/^Compare account as well, or say/)
})

testSome([
  PAIRED + BY_SUBJECT.replace(');', ' AND t.account = m.account);'),
  PAIRED + BY_SUBJECT.replace(');', ' AND abs(t.account) = abs(m.account));'),
  DISTINCT + BY_SUBJECT.replace(');', ' AND t.account IS m.account);'),
  DISTINCT + BY_SUBJECT.replace(');', ' AND m.account IS NOT DISTINCT FROM t.account);'),
  threads('subject TEXT', 'DISTINCT subject FROM m') + BY_SUBJECT,
  `${PAIRED} CREATE UNIQUE INDEX ts ON threads (subject); ${BY_SUBJECT}`,
])('one that has one for each: %s', async (change) =>
  expect(await codesIn(M, change)).not.toContain('warning NOT_DETERMINISTIC'),
)

const BM = `CREATE TABLE bm (id INTEGER PRIMARY KEY, fk INTEGER, keyword TEXT, post TEXT);
CREATE TABLE list (word TEXT PRIMARY KEY, lang TEXT);`
const KW = 'CREATE TABLE kw (keyword TEXT PRIMARY KEY, place INTEGER, post TEXT);'
const fill = (query: string): string => `${KW} INSERT INTO kw (keyword, place) SELECT ${query};`

testSome([
  fill('keyword, fk FROM bm GROUP BY keyword'),
  fill('b.keyword, coalesce(b.fk, 0) AS f FROM bm AS b WHERE b.fk > 0 GROUP BY 1'),
  fill('lower(keyword) AS k, fk FROM bm GROUP BY k'),
  fill(
    'word, b.fk FROM list l JOIN bm b ON b.keyword = l.word GROUP BY l.word HAVING count(*) > 1',
  ),
  `${KW} INSERT INTO kw SELECT keyword, fk, min(post) || max(post) FROM bm GROUP BY keyword;`,
  'CREATE TABLE once AS SELECT * FROM bm GROUP BY keyword;',
  'DELETE FROM bm WHERE id NOT IN (SELECT id FROM bm GROUP BY keyword);',
  `${KW} INSERT INTO kw (keyword) SELECT DISTINCT keyword FROM bm WHERE keyword NOT NULL; UPDATE kw SET place = b.fk FROM (SELECT keyword, fk FROM bm GROUP BY keyword) b WHERE b.keyword = kw.keyword;`,
  `${KW} INSERT INTO kw (keyword) SELECT DISTINCT keyword FROM bm WHERE keyword NOT NULL; UPDATE kw SET place = fk FROM bm WHERE bm.keyword = kw.keyword;`,
])('a column beside GROUP BY, or several matches: %s', async (change) =>
  expect(await codesIn(BM, change)).toContain('warning NOT_DETERMINISTIC'),
)

testSome([
  fill('keyword, max(fk) FROM bm GROUP BY keyword'),
  `${KW} INSERT INTO kw SELECT keyword, fk, max(id) FROM bm GROUP BY keyword;`,
  fill('keyword, fk FROM bm GROUP BY keyword, fk'),
  fill('keyword, fk FROM bm GROUP BY id'),
  fill('keyword, fk FROM bm GROUP BY rowid'),
  fill('l.word, count(*) FROM list l JOIN bm b ON b.keyword = l.word GROUP BY b.keyword'),
  fill('l.lang, count(*) FROM bm b JOIN list l ON l.word = b.keyword GROUP BY b.keyword'),
  fill('keyword, fk FROM bm WHERE fk = 7 GROUP BY keyword'),
  fill('keyword, fk FROM bm GROUP BY keyword HAVING count(*) = 1'),
  fill("'all', count(*) FROM (SELECT id FROM bm GROUP BY keyword)"),
  fill(
    'word, 1 FROM list WHERE EXISTS (SELECT fk FROM bm WHERE keyword = word GROUP BY keyword HAVING count(*) > 1)',
  ),
  `CREATE UNIQUE INDEX i ON bm (keyword); ${fill('keyword, fk FROM bm GROUP BY keyword')}`,
])('columns that are the same in all rows of a group, or whose row is told: %s', async (change) =>
  expect(await codesIn(BM, change)).not.toContain('warning NOT_DETERMINISTIC'),
)
