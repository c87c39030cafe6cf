// One version copies values, and a later one drops where they were: what stands elsewhere since then is not gone.
import { expect, test } from 'vitest'
import { codesIn, foundIn } from './prove-project.js'
import { testSome } from '../../support/some-of.js'

const said = async (...steps: readonly string[]): Promise<string[]> =>
  (await codesIn(...steps)).filter((code) => !code.startsWith('info'))

const GAMES =
  'CREATE TABLE games (id INTEGER PRIMARY KEY, white_id INTEGER, black_id INTEGER, white_elo INTEGER, black_elo INTEGER);'
const PLAYERS =
  'CREATE TABLE p (game INTEGER NOT NULL REFERENCES games (id), color TEXT NOT NULL, player INTEGER, elo INTEGER, PRIMARY KEY (game, color));'
const split = (elo: string): string =>
  `${PLAYERS} INSERT INTO p SELECT id, 'w', white_id, white_elo FROM games UNION ALL SELECT id, 'b', black_id, ${elo} FROM games;`
const CONTRACT = ['white_id', 'black_id', 'white_elo', 'black_elo']
  .map((name) => `ALTER TABLE games DROP COLUMN ${name};`)
  .join('\n')

testSome([
  ['black_elo', []],
  ['white_elo', ['error COLUMN_DROPPED games.black_elo']],
])('columns that are parted among rows, with %s', async (elo, codes) =>
  expect(await said(GAMES, split(elo), CONTRACT)).toEqual(codes),
)

const T = 'CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b TEXT);'
const KINDS = `CREATE TABLE kinds (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE); INSERT INTO kinds (name) SELECT DISTINCT a FROM t WHERE a IS NOT NULL;
ALTER TABLE t ADD COLUMN kind INTEGER REFERENCES kinds (id); UPDATE t SET kind = (SELECT id FROM kinds WHERE name = t.a); CREATE INDEX t_kind ON t (kind);`
const DROP_A = 'ALTER TABLE t DROP COLUMN a;'
const LOST = ['error COLUMN_DROPPED t.a']
const byCode = (body: string): string =>
  `export const irreversible = 'nobody goes back'\nexport function up(db) { ${body} }`

testSome([
  ['a list of kinds', [KINDS, DROP_A], []],
  [
    'a text with both',
    [
      `ALTER TABLE t ADD COLUMN c TEXT; UPDATE t SET c = coalesce(a, '') || ', ' || coalesce(b, '') WHERE 1;`,
      `${DROP_A} ALTER TABLE t DROP COLUMN b;`,
    ],
    [],
  ],
  [
    'another column, by code',
    [
      byCode(`db.exec('ALTER TABLE t ADD COLUMN c TEXT')
for (const { id, a } of db.prepare('SELECT id, a FROM t').all()) db.prepare('UPDATE t SET c = ? WHERE id = ?').run(a, id)`),
      DROP_A,
    ],
    [],
  ],
  [
    'another column, and a third is written between',
    [
      'ALTER TABLE t ADD COLUMN c TEXT; UPDATE t SET c = a WHERE 1;',
      `UPDATE t SET b = 'x' WHERE b IS NULL;`,
      DROP_A,
    ],
    [],
  ],
  ['no column', ['ALTER TABLE t ADD COLUMN c TEXT;', DROP_A], LOST],
  [
    'one that is written once more',
    [
      'ALTER TABLE t ADD COLUMN c TEXT; UPDATE t SET c = a WHERE 1;',
      `UPDATE t SET c = 'x' WHERE 1;`,
      DROP_A,
    ],
    LOST,
  ],
  [
    'one that goes before it',
    [
      'ALTER TABLE t ADD COLUMN c TEXT; UPDATE t SET c = a WHERE 1;',
      'ALTER TABLE t DROP COLUMN c;',
      DROP_A,
    ],
    ['error COLUMN_DROPPED t.c', ...LOST],
  ],
])('values of a column stand in %s', async (_, steps, codes) =>
  expect(await said(T, ...steps)).toEqual(codes),
)

const PLACES =
  'CREATE TABLE p (t INTEGER PRIMARY KEY REFERENCES t (id), a TEXT, b TEXT); INSERT INTO p SELECT id, a, b FROM t'
const DROP_BOTH = `${DROP_A} ALTER TABLE t DROP COLUMN b;`

testSome([
  ['what is not NULL, under an alias', `${PLACES} AS x WHERE x.a IS NOT NULL;`, DROP_A, []],
  ['another column', `${PLACES} WHERE b IS NOT NULL;`, DROP_A, LOST],
  [
    'both',
    `${PLACES} WHERE a IS NOT NULL AND b IS NOT NULL;`,
    DROP_BOTH,
    [...LOST, 'error COLUMN_DROPPED t.b'],
  ],
  [
    'a number of rows',
    `${PLACES} WHERE a IS NOT NULL LIMIT 1000;`,
    DROP_A,
    ['warning REPLAY_UNPROVEN'],
  ],
  [
    'another column, in place',
    'ALTER TABLE t ADD COLUMN c TEXT; UPDATE t SET c = a WHERE b IS NOT NULL;',
    DROP_A,
    LOST,
  ],
])('values were copied by %s', async (_, copy, drop, codes) =>
  expect(await said(T, copy, drop)).toEqual(codes),
)

const ONLY = 'CREATE TABLE s (id INTEGER PRIMARY KEY CHECK (id = 0), pat TEXT NOT NULL'
const ASIDE = `CREATE TEMP TABLE k AS SELECT * FROM s; DROP TABLE s; ${ONLY}, url TEXT NOT NULL DEFAULT ''); INSERT INTO s SELECT * FROM k; DROP TABLE k;`

testSome([
  ['was', '', []],
  ['was, which the migration inserts,', "INSERT INTO s VALUES (0, 'x');", []],
  ['was, and keeps it', '', ['CREATE TABLE url AS SELECT id, url FROM s;']],
])('a column that came when the only row %s, and goes after a rebuild', async (_, row, keeps) => {
  const added = "ALTER TABLE s ADD COLUMN url TEXT NOT NULL DEFAULT '';"
  const dropped = 'ALTER TABLE s DROP COLUMN url;'
  expect(await said(`${ONLY}); ${row}`, added, ASIDE, ...keeps, dropped)).toEqual(
    keeps.length > 0 ? [] : ['error COLUMN_DROPPED s.url'],
  )
})

const COPY = 'CREATE TABLE n (id INTEGER PRIMARY KEY, a TEXT, b TEXT); INSERT INTO n'

testSome([
  [[`${COPY} SELECT id, a, b FROM t WHERE a IS NOT NULL;`, 'DROP TABLE t;'], ['error ROWS_LOST t']],
  [[`${COPY} SELECT id, a, NULL FROM t;`, 'DROP TABLE t;'], ['error TABLE_DROPPED t']],
  [
    [`${COPY} SELECT id, a, b FROM t;`, 'DROP TABLE n; DROP TABLE t;'],
    ['error TABLE_DROPPED n', 'error TABLE_DROPPED t'],
  ],
])('a table whose rows stand in another one: %s', async (steps, codes) =>
  expect(await said(T, ...steps)).toEqual(codes),
)

testSome([
  [
    `${COPY} SELECT id, a, b FROM t WHERE a IS NOT NULL;`,
    /: version 002 copies only some of its rows by `INSERT INTO n SELECT .*`\. Lost/,
  ],
  [
    'CREATE TABLE n (a TEXT NOT NULL COLLATE NOCASE UNIQUE); INSERT OR IGNORE INTO n SELECT a FROM t;',
    / FROM t`, without those that OR IGNORE drops as conflicting\. Lost/,
  ],
])('the copy that left rows out is named: %s', async (copy, words) => {
  const table = 'CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT NOT NULL UNIQUE);'
  const found = await foundIn(copy.startsWith(COPY) ? T : table, copy, 'DROP TABLE t;')
  expect(found.map(({ message }) => message)).toEqual([expect.stringMatching(words)])
})

test('what was not copied of a table is named', async () => {
  const found = await foundIn(T, `${COPY} SELECT id, a, NULL FROM t;`, 'DROP TABLE t;')
  expect(found.map(({ message }) => message)).toEqual([
    expect.stringContaining(
      'Other columns of it are kept in n, but b is not kept with its row anywhere',
    ),
  ])
})

const ADDED = `db.exec('ALTER TABLE t ADD COLUMN c TEXT')`
const NEW = `db.exec('CREATE TABLE n (id INTEGER PRIMARY KEY, a TEXT, b TEXT)')`
const each = (query: string, act: string): string =>
  `for (const row of db.prepare("SELECT * FROM t${query}").all()) { ${act} }`
const SET = `db.prepare('UPDATE t SET c = ? WHERE id = ?').run(row.a, row.id)`
const PUT = `db.prepare('INSERT INTO n VALUES (?, ?, ?)').run(row.id, row.a, row.b)`

const KIND_TABLES =
  'CREATE TABLE k (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE); CREATE TABLE t_k (t INTEGER NOT NULL REFERENCES t (id), k INTEGER NOT NULL REFERENCES k (id), PRIMARY KEY (t, k));'
const KINDS_PUT = `for (const name of (row.a ?? '').split(',')) {
  db.prepare('INSERT OR IGNORE INTO k (name) VALUES (?)').run(name)
  db.prepare('INSERT OR IGNORE INTO t_k SELECT ?, id FROM k WHERE name = ?').run(row.id, name)
}`

testSome([
  [ADDED, each('', `if (row.b === 'system') continue; ${SET}`), DROP_A, LOST],
  [ADDED, each(` WHERE b <> 'system' OR b IS NULL`, SET), DROP_A, LOST],
  [NEW, each('', `if (row.b !== 'gone') ${PUT}`), 'DROP TABLE t;', ['error ROWS_LOST t']],
  [NEW, each(` WHERE b IS NULL OR b <> 'gone'`, PUT), DROP_A, LOST],
  [ADDED, each('', `${SET}; if (row.b === 'system') log = row.id`), DROP_A, []],
  [NEW, each('', PUT), 'DROP TABLE t;', []],
  [`${NEW}; db.exec('${KIND_TABLES}')`, each('', KINDS_PUT), DROP_A, []],
  [NEW, each('', `if (row.b === 'gone') log = row.id; ${PUT}`), 'DROP TABLE t;', []],
  [ADDED, `${each(` WHERE b = 'x'`, SET)}; ${each(` WHERE b IS NOT 'x'`, SET)}`, DROP_A, []],
])('code copies what it asks for: %s %s', async (made, copy, drop, codes) =>
  expect(await said(T, byCode(`let log; ${made}; ${copy}`), drop)).toEqual(codes),
)

const SECTION =
  'CREATE TABLE section (id TEXT NOT NULL PRIMARY KEY, kind TEXT NOT NULL, x INTEGER NOT NULL);'
const layoutOf = (query: string): string =>
  `CREATE TABLE layout (section_id TEXT NOT NULL PRIMARY KEY, x INTEGER NOT NULL); INSERT INTO layout (section_id, x) ${query};`
const sectionsAnew = (...copies: readonly string[]): string =>
  `CREATE TABLE n (id TEXT NOT NULL PRIMARY KEY, kind TEXT NOT NULL, x INTEGER); ${copies.join('; ')}; DROP TABLE section; ALTER TABLE n RENAME TO section;`
const OF_SOME = sectionsAnew(
  "INSERT INTO n (id, kind) SELECT id, kind FROM section WHERE kind = 'dynamic'",
  "INSERT INTO n (id, kind, x) SELECT id, kind, x FROM section WHERE kind <> 'dynamic'",
)
const OF_ALL = sectionsAnew('INSERT INTO n (id, kind) SELECT id, kind FROM section')
const LEFT_OUT = ['error VALUES_LOST section.x']

testSome([
  ["SELECT id, x FROM section WHERE kind = 'dynamic'", OF_SOME, []],
  ['SELECT id, x FROM section', OF_SOME, []],
  ['SELECT id, x FROM section', OF_ALL, []],
  ["SELECT id, x FROM section WHERE kind = 'static'", OF_SOME, LEFT_OUT],
  ['SELECT id, 0 FROM section', OF_SOME, LEFT_OUT],
  ['SELECT id, x > 0 FROM section', OF_SOME, LEFT_OUT],
])('of a column that stays, what a copy leaves out: %s', async (query, anew, found) => {
  const errors = await codesIn(SECTION, layoutOf(query), anew)
  expect(errors.filter((code) => code.startsWith('error'))).toEqual(found)
  const atOnce = await codesIn(SECTION, `${layoutOf(query)} ${anew}`)
  expect(atOnce.filter((code) => code.startsWith('error'))).toEqual(found)
})

const HOPS = `CREATE TABLE five (ieee TEXT NOT NULL, hops INTEGER); INSERT INTO five SELECT ieee, hops FROM relays`
const SIX = `CREATE TABLE six (ieee TEXT NOT NULL, hops INTEGER); INSERT INTO six SELECT * FROM five;`
const RELAYS = 'CREATE TABLE relays (ieee TEXT NOT NULL, hops INTEGER);'

testSome([
  [['DROP TABLE five; DROP TABLE relays;']],
  [['DROP TABLE five;', 'DROP TABLE relays;']],
  [['DROP TABLE relays;', 'DROP TABLE five;']],
])('rows that go on by two copies, before %j', async (drops) => {
  expect(
    (await said(RELAYS, `${HOPS};`, SIX, ...drops)).filter((code) => !code.includes('RENAMED')),
  ).toEqual([])
  const some = await foundIn(RELAYS, `${HOPS} WHERE hops IS NOT NULL;`, SIX, ...drops)
  const [lost, ...others] = some.filter(({ severity }) => severity === 'error')
  expect([lost?.code, lost?.subject, others]).toEqual(['ROWS_LOST', 'relays', []])
  expect(lost?.message).toContain('version 002 copies only some of its rows by `INSERT INTO five')
})

test('rows that go on by two copies in one step', async () => {
  const up = `${HOPS} WHERE hops IS NOT NULL;\n${SIX}\nDROP TABLE five; DROP TABLE relays;`
  const lost = (await foundIn(RELAYS, up)).find(({ severity }) => severity === 'error')
  expect(lost?.message).toContain('relays in `INSERT INTO five SELECT ieee, hops FROM relays WHERE')
})
