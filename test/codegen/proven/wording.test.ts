// What is told of names, texts and rows is as the project writes it, the same in each run, and leads to the cause.
import { expect, test } from 'vitest'
import { codesIn, foundIn } from './prove-project.js'
import { testSome } from '../../support/some-of.js'

/** What is said under a code, with what to do. */
const said = async (code: string, ...steps: readonly string[]): Promise<string> => {
  const found = (await foundIn(...steps)).filter((one) => one.code === code)
  return found.map(({ message, fix }) => `${message} ${fix}`).join(' ')
}

test('names, types and texts of a schema that is not restored', async () => {
  const words = await said(
    'DOWN_NOT_INVERSE',
    `CREATE TABLE t (id INTEGER PRIMARY KEY, text TEXT DEFAULT 'Open' CHECK (text <> 'NO key'), Kind varchar(20));
CREATE INDEX t_k ON t (lower(text)) WHERE Kind <> 'Key';`,
    `DROP INDEX t_k;
-- migrate:down
CREATE INDEX t_k ON t (upper(text));
ALTER TABLE t DROP COLUMN Kind;
ALTER TABLE t ADD COLUMN Kind varchar(9) DEFAULT 'key';`,
  )
  expect(words).toContain(
    "column Kind is `Kind varchar(9) DEFAULT 'key'` instead of `Kind varchar(20)`",
  )
  expect(words).toContain(
    "is `ON t (upper(text))` instead of `ON t (lower(text)) WHERE Kind <> 'Key'`",
  )
})

const PARENT = `CREATE TABLE p (id INTEGER PRIMARY KEY, a TEXT);
CREATE TABLE c (id INTEGER PRIMARY KEY, p INTEGER REFERENCES p (id)); CREATE INDEX ci ON c (p);`
const ASIDE = (columns: string): string =>
  `ALTER TABLE p RENAME TO p_old; CREATE TABLE p (${columns}); INSERT INTO p (id, a) SELECT id, a FROM p_old; DROP TABLE p_old;`

test('a `down` that moves the old table away', async () =>
  expect(
    await said(
      'DOWN_NOT_INVERSE',
      PARENT,
      `ALTER TABLE p ADD COLUMN b TEXT;\n-- migrate:down\n${ASIDE('id INTEGER PRIMARY KEY, a TEXT')}`,
    ),
  ).toContain('In `down`, keep the name of p until the end'))

test('a version that fails because an earlier one has moved the old table away', async () => {
  const steps = [
    `${PARENT} CREATE VIEW v AS SELECT * FROM p;`,
    ASIDE('id INTEGER PRIMARY KEY, a TEXT, b TEXT'),
  ]
  expect(await said('REPLAY_UP_FAILED', ...steps, 'ALTER TABLE c RENAME COLUMN p TO q;')).toContain(
    'Fix version 002 (migrations/002_step.sql), as its REBUILD_ORDER says.',
  )
  expect(
    await codesIn(
      ...steps,
      'INSERT INTO p (a) VALUES (1); INSERT INTO c (p) SELECT max(id) FROM p;',
    ),
  ).toEqual(['error REBUILD_ORDER'])
})

testSome<[string, string, ...string[]]>([
  [
    'loses all 5 rows of p in `DROP TABLE p_old`',
    'ROWS_LOST',
    PARENT,
    `import type { Handle } from 'lockstep/better-sqlite3'
export const irreversible = 'no'
export function up(db: Handle): void {
  db.exec('ALTER TABLE p RENAME TO p_old; CREATE TABLE p (id INTEGER PRIMARY KEY, a TEXT)')
  if (db.prepare("SELECT 1 FROM c WHERE id = 'none'").get()) db.exec('INSERT INTO p SELECT * FROM p_old')
  db.exec('DROP TABLE p_old')
}`,
  ],
  [
    'the rows that its SELECT leaves out are not copied, and are lost with the old table',
    'ROWS_LOST',
    'CREATE TABLE blob (cid INTEGER PRIMARY KEY); CREATE TABLE uses (cid INTEGER NOT NULL, did TEXT NOT NULL);',
    `CREATE TABLE blob_new (did TEXT NOT NULL, cid INTEGER NOT NULL, PRIMARY KEY (did, cid));
INSERT INTO blob_new SELECT u.did, b.cid FROM blob b JOIN uses u ON u.cid = b.cid;
DROP TABLE blob; ALTER TABLE blob_new RENAME TO blob;`,
  ],
  [
    'only in part in `UPDATE p SET a = ifnull(b, old)`, and drops the old one',
    'VALUES_LOST',
    'CREATE TABLE p (id INTEGER PRIMARY KEY, a TEXT, b TEXT);',
    'ALTER TABLE p RENAME a TO old; ALTER TABLE p ADD a TEXT; UPDATE p SET a = ifnull(b, old); ALTER TABLE p DROP old;',
  ],
  [
    "does not restore a of p: 'divider' stays",
    'VALUES_LOST',
    PARENT,
    "UPDATE p SET a = 'standard' WHERE a = 'divider'; ALTER TABLE p ADD COLUMN k TEXT;\n-- migrate:down\nALTER TABLE p DROP COLUMN k;",
  ],
  [
    'The JOIN returns a row more than once, or SQLite assigns a number to a row with NULL in n',
    'REPLAY_FAILS_ON_ROWS',
    'CREATE TABLE t (n INTEGER UNIQUE); CREATE TABLE u (a TEXT);',
    'CREATE TABLE t_new (n INTEGER PRIMARY KEY, a TEXT); INSERT INTO t_new (n, a) SELECT t.n, u.a FROM t JOIN u; DROP TABLE t; ALTER TABLE t_new RENAME TO t;',
  ],
  [
    'moves the rows of the table t to n, where they get new numbers, and drops it',
    'TABLE_RENAMED',
    'CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT NOT NULL UNIQUE);',
    'CREATE TABLE n (id INTEGER PRIMARY KEY, a TEXT NOT NULL UNIQUE); INSERT INTO n (a) SELECT a FROM t; DROP TABLE t;',
  ],
  [
    "would be lost: key = 'key",
    'TABLE_DROPPED',
    "CREATE TABLE t (key TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL); INSERT INTO t VALUES ('lock', '300');",
    "CREATE TABLE n (lock INTEGER); INSERT INTO n SELECT CAST(value AS INTEGER) FROM t WHERE key = 'lock'; DROP TABLE t;",
  ],
  [
    'leave `DROP TABLE p` and `DROP INDEX ci` out, and add `DROP TABLE n`',
    'DOWN_NOT_INVERSE',
    PARENT,
    'CREATE TABLE n (id INTEGER);\n-- migrate:down\nDROP INDEX ci; DROP TABLE p;',
  ],
])('%s', async (words, code, ...steps) => expect(await said(code, ...steps)).toContain(words))

testSome([
  ["UPDATE p SET a = json_extract(a, '$$.sku') WHERE json_valid(a);", 'The path itself is wrong'],
  [
    `export default { batches: [{ query: "SELECT id FROM p WHERE json_valid(a) AND a ->> '$$.x' = 1", by: 'id', update: 'DELETE FROM p WHERE id BETWEEN :from AND :to' }], irreversible: 'no' }`,
    'The path itself is wrong',
  ],
  ["UPDATE p SET a = json_extract('{}', a);", 'The path comes from values'],
])('a path that is none: %s', async (step, why) =>
  expect(await said('REPLAY_FAILS_ON_ROWS', PARENT, step)).toContain(why),
)

test('texts in double quotes, though `down` has them in single ones', async () =>
  expect(
    await said(
      'REPLAY_UP_FAILED',
      'CREATE TABLE t (id INTEGER PRIMARY KEY, role TEXT);',
      `-- migrate:up
UPDATE t SET role = "ADMIN" WHERE role = "USER";
-- migrate:down
UPDATE t SET role = 'USER' WHERE role = 'ADMIN';`,
    ),
  ).toContain("'ADMIN' in 2:21 and 'USER' in 2:42"))

test('a row without what the clock has made of it', async () => {
  const words = await said(
    'TABLE_DROPPED',
    `CREATE TABLE t (id INTEGER PRIMARY KEY CHECK (id = 1), a TEXT, at TEXT, ms INTEGER);
INSERT INTO t VALUES (1, 'x', datetime('now'), unixepoch() * 1000);`,
    'DROP TABLE t;',
  )
  expect(words).toContain("would be lost: id = 1, a = 'x'. ")
})

test('a collation that a unique column loses', async () =>
  expect(
    await said(
      'CONSTRAINT_LOST',
      'CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT UNIQUE COLLATE NOCASE);',
      `CREATE TABLE n (id INTEGER PRIMARY KEY, name TEXT UNIQUE); INSERT INTO n SELECT id, name FROM t;
DROP TABLE t; ALTER TABLE n RENAME TO t;`,
    ),
  ).toContain('Give the new table `COLLATE NOCASE` for name as well'))

test('a view of one of two tables that are put together', async () =>
  expect(
    await said(
      'TABLE_RENAMED',
      'CREATE TABLE a (id INTEGER PRIMARY KEY, x TEXT); CREATE TABLE b (id INTEGER PRIMARY KEY, x TEXT);',
      'INSERT INTO b (x) SELECT x FROM a; DROP TABLE a;',
    ),
  ).toContain(
    'FROM b WHERE …` for older code that reads it, with a condition that leaves out the other rows of b, its own,',
  ))

testSome([
  [
    '(entry INTEGER NOT NULL, tag INTEGER NOT NULL, PRIMARY KEY (entry, tag)) WITHOUT ROWID',
    'OR IGNORE ',
  ],
  ['(entry INTEGER NOT NULL, tag INTEGER NOT NULL)', ''],
])('numbers of rows that are given up for a table %s', async (columns, conflict) =>
  expect(
    (
      await codesIn(
        'CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, entry INTEGER NOT NULL, tag INTEGER NOT NULL);',
        `-- lockstep-ignore COLUMN_DROPPED t.id: nothing needs it
-- lockstep-ignore ROWS_LOST t: each pair once
CREATE TABLE n ${columns}; INSERT ${conflict}INTO n SELECT entry, tag FROM t; DROP TABLE t; ALTER TABLE n RENAME TO t;`,
      )
    ).filter((one) => !one.includes('SUPPRESSION_UNUSED')),
  ).toEqual([]),
)

const MOVES = 'CREATE TABLE moves (id INTEGER PRIMARY KEY AUTOINCREMENT, who TEXT);'
const MADE = 'CREATE TABLE moves (id INTEGER PRIMARY KEY AUTOINCREMENT, who TEXT NOT NULL);'
const bring = (to: string, from: string): string =>
  `DELETE FROM main.sqlite_sequence WHERE name = '${to}'; INSERT INTO main.sqlite_sequence (name, seq) SELECT '${to}', seq FROM ${from};`

testSome<[what: string, code: string, first: string, second: string, fix: string]>([
  [
    'the numbers of a table that was moved aside',
    'SEQUENCE_LOST',
    MOVES,
    `ALTER TABLE moves RENAME TO MovesOld; ${MADE} INSERT INTO moves (id, who) SELECT id, coalesce(who, '') FROM MovesOld; DROP TABLE MovesOld;`,
    `add \`${bring('moves', "main.sqlite_sequence WHERE name = 'MovesOld'")}\``,
  ],
  [
    'those of a table under another name first',
    'SEQUENCE_LOST',
    MOVES,
    `${MADE.replace('moves', 'MovesNew')} INSERT INTO movesnew (id, who) SELECT id, coalesce(who, '') FROM moves; DROP TABLE moves; ALTER TABLE movesNew RENAME TO moves;`,
    `add \`${bring('MovesNew', "main.sqlite_sequence WHERE name = 'moves'")}\``,
  ],
  [
    'those of rows that were put aside',
    'SEQUENCE_LOST',
    MOVES,
    `CREATE TEMP TABLE kept AS SELECT id, who FROM moves; DROP TABLE moves; ${MADE} INSERT INTO moves (id, who) SELECT id, coalesce(who, '') FROM kept; DROP TABLE kept;`,
    `add \`CREATE TEMP TABLE moves_seq AS SELECT seq FROM main.sqlite_sequence WHERE name = 'moves';\`, and after the rows are back \`${bring('moves', 'moves_seq')} DROP TABLE moves_seq;\``,
  ],
  [
    'alike rows of a table that was moved aside',
    'REPLAY_FAILS_ON_ROWS',
    'CREATE TABLE Pages (hash TEXT NOT NULL, size INTEGER NOT NULL, PRIMARY KEY (hash, size));',
    'ALTER TABLE Pages RENAME TO PagesOld; CREATE TABLE Pages (hash TEXT NOT NULL PRIMARY KEY, size INTEGER NOT NULL); INSERT INTO Pages (hash, size) SELECT hash, size FROM PagesOld; DROP TABLE PagesOld;',
    '`SELECT hash, count(*) FROM Pages GROUP BY hash HAVING count(*) > 1`',
  ],
  [
    'alike rows of a join',
    'REPLAY_FAILS_ON_ROWS',
    'CREATE TABLE s (uid INTEGER PRIMARY KEY, url TEXT); CREATE TABLE h (id INTEGER PRIMARY KEY, url TEXT, at INTEGER NOT NULL);',
    'CREATE TABLE n (s INTEGER NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (s, at)); INSERT INTO n (s, at) SELECT uid, h.at FROM h JOIN s ON h.url = s.url;',
    '`SELECT uid, h.at, count(*) FROM h JOIN s ON h.url = s.url GROUP BY uid, h.at HAVING count(*) > 1 AND uid IS NOT NULL AND h.at IS NOT NULL`',
  ],
])('the fix names what there is: %s', async (_, code, first, second, fix) => {
  const found = (await foundIn(first, second)).filter((one) => one.code === code)
  expect(found.map((one) => one.fix)).toEqual([expect.stringContaining(fix)])
})

test('a key that cannot be checked is found where it is declared', async () => {
  const found = await foundIn(
    'CREATE TABLE h (id INTEGER PRIMARY KEY); CREATE TABLE g (id INTEGER PRIMARY KEY, uuid TEXT);',
    'ALTER TABLE h ADD COLUMN uuid TEXT REFERENCES g (uuid);\nALTER TABLE h ADD COLUMN note TEXT;\nALTER TABLE h ADD COLUMN g INTEGER REFERENCES g (id);',
  )
  expect(found.filter(({ code }) => code === 'FOREIGN_KEY_BROKEN')).toMatchObject([{ line: 3 }])
})

testSome<[code: string, first: string, second: string, parts: readonly string[]]>([
  [
    'VALUES_SWAPPED',
    'CREATE TABLE u (id INTEGER PRIMARY KEY, a TEXT, b TEXT);',
    'CREATE TABLE p (u INTEGER PRIMARY KEY REFERENCES u (id), a TEXT, b TEXT); INSERT INTO p (u, a, b) SELECT id, b, a FROM u; ALTER TABLE u DROP COLUMN a; ALTER TABLE u DROP COLUMN b;',
    ['`INSERT INTO p (u, a, b) SELECT id, a, b FROM u`'],
  ],
  [
    'VALUES_SWAPPED',
    'CREATE TABLE u (id INTEGER PRIMARY KEY, a TEXT, b TEXT, c TEXT);',
    'CREATE TABLE n (id INTEGER PRIMARY KEY, a TEXT, c TEXT); INSERT INTO n SELECT id, b, c FROM u; DROP TABLE u; ALTER TABLE n RENAME TO u;',
    ['puts what was in b of u into a in `INSERT INTO', 'If a may lose it, say why:'],
  ],
  [
    'ROWS_LOST',
    'CREATE TABLE i (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, qty INTEGER NOT NULL);',
    'CREATE TABLE n (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, qty INTEGER NOT NULL); INSERT INTO n SELECT min(id), kind, sum(qty) FROM i GROUP BY kind; DROP TABLE i; ALTER TABLE n RENAME TO i;',
    ['first combine what they hold in the one that stays', '(SELECT sum(…) FROM i …)'],
  ],
  [
    'COLUMN_RENAMED',
    'CREATE TABLE m (id INTEGER PRIMARY KEY, lat REAL, lon REAL);',
    'ALTER TABLE m RENAME lat TO x; ALTER TABLE m RENAME lon TO lat; ALTER TABLE m RENAME x TO lon;',
    ['finds in lon what was in another column', 'names that none of them had'],
  ],
  [
    'DOWN_NOT_INVERSE',
    'CREATE TABLE a (id INTEGER PRIMARY KEY); CREATE TABLE b (id INTEGER PRIMARY KEY);',
    '-- migrate:up\nALTER TABLE a ADD COLUMN x TEXT; ALTER TABLE b ADD COLUMN y TEXT;\n-- migrate:down\nSELECT 1;',
    ['ALTER TABLE a DROP COLUMN x', 'ALTER TABLE b DROP COLUMN y', 'In `down`, add `ALTER TABLE b'],
  ],
])('what %s advises can be done: %s', async (code, first, second, parts) => {
  const found = (await foundIn(first, second)).filter((one) => one.code === code)
  const text = found.map(({ message, fix }) => `${message} ${fix}`).join('\n')
  for (const part of parts) expect(text).toContain(part)
})

const PARTS = `CREATE TABLE c (shop INTEGER NOT NULL, no INTEGER NOT NULL, owner TEXT NOT NULL, PRIMARY KEY (shop, no));
CREATE TABLE l (id INTEGER PRIMARY KEY, shop INTEGER NOT NULL, no INTEGER NOT NULL, FOREIGN KEY (shop, no) REFERENCES c (shop, no));
CREATE INDEX l_c ON l (shop, no);`

test('rows that a JOIN by a part of a key brings several times were not alike before', async () => {
  const copy = `CREATE TABLE c2 (id INTEGER PRIMARY KEY, shop INTEGER NOT NULL, no INTEGER NOT NULL, owner TEXT NOT NULL);
INSERT INTO c2 (shop, no, owner) SELECT shop, no, owner FROM c; CREATE TABLE l2 (id INTEGER PRIMARY KEY, c INTEGER NOT NULL REFERENCES c2 (id));
INSERT INTO l2 (id, c) SELECT l.id, c2.id FROM l JOIN c2 ON c2.no = l.no; DROP TABLE l; DROP TABLE c;
ALTER TABLE c2 RENAME TO c; ALTER TABLE l2 RENAME TO l; CREATE INDEX l_c ON l (c);`
  const found = (await foundIn(PARTS, copy)).find(({ code }) => code === 'REPLAY_FAILS_ON_ROWS')
  expect(found?.message).toContain('so the statement copies some more than once')
  expect(found?.fix).not.toContain('SELECT id, count(*)')
})

test('a lookup by a part of a key is to compare the rest of it', async () => {
  const taken =
    'ALTER TABLE l ADD COLUMN owner TEXT; UPDATE l SET owner = (SELECT owner FROM c WHERE c.no = l.no);'
  const found = (await foundIn(PARTS, taken)).find(({ code }) => code === 'NOT_DETERMINISTIC')
  expect(found?.fix).toMatch(/^Compare shop as well, or say which one is meant/)
})

test('a column that code copies nowhere is gone in all rows', async () => {
  const table = 'CREATE TABLE w (id INTEGER PRIMARY KEY, kg REAL, lb REAL, note TEXT);'
  const code = `export const irreversible = 'no'
export function up(db) {
  db.exec('CREATE TABLE n (id INTEGER PRIMARY KEY, weight REAL, note TEXT)')
  for (const row of db.prepare('SELECT * FROM w').all()) db.prepare('INSERT INTO n VALUES (?, ?, ?)').run(row.id, row.lb, row.note)
  db.exec('DROP TABLE w; ALTER TABLE n RENAME TO w')
}`
  const found = (await foundIn(table, code)).find(({ code: one }) => one === 'COLUMN_DROPPED')
  expect(found?.message).toContain('drops the column kg of w: its values are gone for good')
})

test('keys that `up` lets repeat are alike when `down` makes them UNIQUE again', async () => {
  const media = (imdb: string, to: string): string =>
    `CREATE TABLE ${to} (id INTEGER PRIMARY KEY, imdb ${imdb}); INSERT INTO ${to} (id, imdb) SELECT id, imdb FROM media; DROP TABLE media; ALTER TABLE ${to} RENAME TO media;`
  const words = await said(
    'REPLAY_FAILS_ON_ROWS',
    'CREATE TABLE media (id INTEGER PRIMARY KEY, imdb TEXT UNIQUE);',
    `${media('TEXT', 't')}\n-- migrate:down\n${media('TEXT UNIQUE', 'media_new')}`,
  )
  expect(words).toContain('Until now, nothing kept two rows from having the same imdb.')
})

test('an index that is made again names columns as they are called then', async () => {
  const words = await said(
    'OBJECT_LOST',
    'CREATE TABLE q (id INTEGER PRIMARY KEY, date TEXT, symbol TEXT); CREATE UNIQUE INDEX q_key ON q (date, symbol);',
    'CREATE TABLE n (id INTEGER PRIMARY KEY, day TEXT, symbol TEXT); INSERT INTO n (id, day, symbol) SELECT id, date, symbol FROM q; DROP TABLE q; ALTER TABLE n RENAME TO q;',
  )
  expect(words).toContain('`CREATE UNIQUE INDEX q_key ON q (day, symbol)`')
})

test('parents are taken away by the DELETE, not by an UPDATE of what no key names', async () => {
  const [found] = await foundIn(
    PARENT,
    "DELETE FROM p WHERE a = 'old';\nUPDATE p SET a = lower(a) WHERE a <> 'cash';",
  )
  expect(found).toMatchObject({ code: 'FOREIGN_KEY_BROKEN', line: 3 })
})

test('two tables that are put into one meet there', async () => {
  const words = await said(
    'REPLAY_FAILS_ON_ROWS',
    'CREATE TABLE labels (id TEXT PRIMARY KEY, a TEXT); CREATE TABLE relations (id TEXT PRIMARY KEY, a TEXT);',
    `CREATE TABLE attributes (id TEXT PRIMARY KEY, a TEXT);
INSERT INTO attributes (id, a) SELECT id, a FROM labels;
INSERT INTO attributes (id, a) SELECT id, a FROM relations;
DROP TABLE labels; DROP TABLE relations;`,
  )
  expect(words).toContain(
    'inserts a row of relations with the same id as one already in attributes',
  )
  expect(words).not.toContain('more than once')
})

test('where a statement of code that is refused ends the replay, that is said', async () => {
  const found = await foundIn(
    'CREATE TABLE a (id INTEGER PRIMARY KEY);',
    `export const irreversible = 'no'\nexport const up = (db) => db.exec('VACUUM')`,
    'CREATE TABLE b (id INTEGER PRIMARY KEY);',
  )
  expect(found.map(({ code }) => code)).toEqual(['SQL_NEEDS_NO_TRANSACTION'])
  expect(found[0]?.message).toContain('nothing is proven about version 003 yet')
})

test('a table is filled under the name that it has then, and what goes with it is told at its DROP', async () => {
  const tables =
    'CREATE TABLE files (id INTEGER PRIMARY KEY, size INTEGER); CREATE TRIGGER tf AFTER UPDATE ON files BEGIN SELECT 1; END;'
  const moved = `ALTER TABLE files RENAME TO files_old;
CREATE TABLE files (id INTEGER PRIMARY KEY, size INTEGER);
INSERT INTO files (id, size) SELECT id, size FROM files_old;
CREATE TABLE facts (id INTEGER PRIMARY KEY, size INTEGER NOT NULL);
INSERT INTO facts (id, size) SELECT id, size FROM files_old;
DROP TABLE files_old;`
  expect(await said('REPLAY_FAILS_ON_ROWS', tables, moved)).toContain(
    '`UPDATE files_old SET size = … WHERE size IS NULL`',
  )
  const found = (await foundIn(tables, moved)).find(({ code }) => code === 'OBJECT_LOST')
  expect(found?.line).toBe(8)
})

test('a table that has another name already when it is dropped is kept by leaving the DROP out', async () => {
  const words = await said(
    'TABLE_DROPPED',
    'CREATE TABLE claims (id TEXT PRIMARY KEY, key TEXT NOT NULL);',
    'ALTER TABLE claims RENAME TO claims_old; DROP TABLE claims_old;',
  )
  expect(words).toContain('leave `DROP TABLE claims_old` to a later release')
})

test('of columns that are new in the step, or copied without a list, rows have the same default', async () => {
  const table = "CREATE TABLE u (id INTEGER PRIMARY KEY, email TEXT NOT NULL DEFAULT '')"
  const added = await said(
    'REPLAY_FAILS_ON_ROWS',
    'CREATE TABLE u (id INTEGER PRIMARY KEY);',
    "ALTER TABLE u ADD COLUMN email TEXT NOT NULL DEFAULT ''; CREATE UNIQUE INDEX e ON u (email);",
  )
  expect(added).toContain('email is new in this step, and rows get the same value there.')
  expect(added).not.toContain('SELECT')
  const copied = await said(
    'REPLAY_FAILS_ON_ROWS',
    table,
    `${table.replace('u (', 'n (').replace("''", "'' UNIQUE")}; INSERT INTO n SELECT id, email FROM u; DROP TABLE u; ALTER TABLE n RENAME TO u;`,
  )
  expect(copied).toContain(
    "and all that were inserted without it have the default ''. `SELECT count(*) FROM u WHERE email = ''`",
  )
  const beside = await said(
    'REPLAY_FAILS_ON_ROWS',
    table.replace("'')", "'', owner TEXT NOT NULL);"),
    'CREATE UNIQUE INDEX e ON u (owner, email);',
  )
  expect(beside).toContain(
    "and all with the same owner that were inserted without email have the default ''. `SELECT owner, count(*) FROM u WHERE email = '' GROUP BY owner HAVING count(*) > 1` counts those with the default: leave them out of the index, by `WHERE email <> ''`",
  )
})
