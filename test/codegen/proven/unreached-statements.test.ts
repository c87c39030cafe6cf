// Each statement of a step gets rows that meet its condition, however many statements look for something.
import { expect } from 'vitest'
import { codesIn } from './prove-project.js'
import { testSome } from '../../support/some-of.js'

const T =
  'CREATE TABLE t (id INTEGER PRIMARY KEY, kind TEXT, n INTEGER NOT NULL, props TEXT, CHECK (n < 9000));'
const KINDS = ['a', 'b', 'c', 'd', 'e', 'f']
const many = (write: (kind: string) => string): string => KINDS.map(write).join('\n')
const OTHERS = many((kind) => `UPDATE t SET n = n WHERE kind = '${kind}';`)
const failing = (where: string): string => `UPDATE t SET n = NULL WHERE ${where};`
const MEMBERS = `CREATE TABLE p (t INTEGER, name TEXT, value TEXT);`
const PROPS = many(
  (kind) =>
    `INSERT INTO p SELECT id, '${kind}', json_extract(props, '$.${kind}') FROM t WHERE json_extract(props, '$.${kind}') IS NOT NULL;`,
)

testSome([
  [T, `${OTHERS} ${failing("kind = 'g'")}`],
  [T, `${OTHERS} ${failing("kind = 'g' AND props = 'x'")}`],
  [T, `${OTHERS} DELETE FROM t WHERE kind = 'g' AND n >= 5; ${failing("kind = 'h'")}`],
  [T + MEMBERS, PROPS.replace("'$.f')", `'$."f')`)],
  [T, failing("json_extract(props, '$.a') = 1 AND json_extract(props, '$.b') = 2")],
  [T, failing("props ->> '$.a.b' IS NOT NULL AND props ->> '$.c' = 'x'")],
  [T, failing(`json_extract(props, '$."a b"') = 1`)],
  [T, failing("json_extract(props, '$.list[1]') = 1")],
  [T, failing('n = 2 * 30 * 60 AND id > 0')],
])('the last one fails: %s%s', async (first, second) =>
  expect(await codesIn(first, second)).toContainEqual(
    expect.stringContaining('error REPLAY_FAILS_ON_ROWS t'),
  ),
)

testSome([
  [T, `${OTHERS} UPDATE t SET n = 1 WHERE kind = 'g';`],
  [T + MEMBERS, PROPS],
  [T, `${OTHERS} ${failing("kind = 'g' AND 0")}`],
  [T, `${OTHERS} ${failing("kind = 'g' AND n > 9000")}`],
])('the last one is right, or never comes to a row: %s%s', async (first, second) =>
  expect(await codesIn(first, second)).not.toContainEqual(expect.stringContaining('REPLAY_FAILS')),
)

const TREE =
  'CREATE TABLE c (id INTEGER PRIMARY KEY, name TEXT NOT NULL, parent INTEGER, UNIQUE (name, parent));'
const SPANS =
  'CREATE TABLE e (id INTEGER PRIMARY KEY, kind TEXT, a INTEGER NOT NULL, b INTEGER NOT NULL, begun_at TEXT, ended_at TEXT);'
const NOTES =
  'CREATE TABLE k (id INTEGER PRIMARY KEY, e INTEGER NOT NULL REFERENCES e (id)); CREATE INDEX k_e ON k (e);'
const once = (where: string): string =>
  `CREATE TABLE bad (a TEXT PRIMARY KEY, id INTEGER); INSERT INTO bad SELECT 'x', id FROM e WHERE ${where};`
const byCode = (work: string): string =>
  `export const irreversible = 'no'\nexport function up(db) { ${work} }`
const FAILS = 'error REPLAY_FAILS_ON_ROWS'
const BROKEN = ['error FOREIGN_KEY_BROKEN k.e']

testSome([
  [TREE, "UPDATE c SET parent = -1, name = name || '!' WHERE id = parent;", [`${FAILS} c.name`]],
  [TREE, 'UPDATE c SET parent = NULL WHERE id = parent;', []],
  [TREE, 'UPDATE c SET parent = -1, name = name || id WHERE id = parent;', []],
  [SPANS, once('b < a'), [`${FAILS} e.b`]],
  [SPANS, once("e.b < e.a AND kind = 'q'"), [`${FAILS} e.kind`]],
  [SPANS, once('ended_at < begun_at'), [`${FAILS} e.begun_at`]],
  [SPANS.replace(');', ', CHECK (a < b));'), once('b < a'), []],
  [SPANS + NOTES, 'DELETE FROM e WHERE b < a;', BROKEN],
  [SPANS + NOTES, 'DELETE FROM e WHERE id = a;', BROKEN],
  [SPANS + NOTES, byCode("db.exec('DELETE FROM e WHERE id = a')"), BROKEN],
  [
    SPANS + NOTES,
    byCode(
      "for (const { id } of db.prepare('SELECT id FROM e WHERE b < a').all()) db.prepare('DELETE FROM e WHERE id = ?').run(id)",
    ),
    BROKEN,
  ],
  [
    SPANS + NOTES,
    'DELETE FROM k WHERE e IN (SELECT id FROM e WHERE b < a); DELETE FROM e WHERE b < a;',
    [],
  ],
])('two columns of a row are compared: %s%s', async (first, second, found) =>
  expect((await codesIn(first, second)).filter((code) => !code.startsWith('info'))).toEqual(found),
)

const SPACES = 'CREATE TABLE u (id INTEGER PRIMARY KEY, ns TEXT NOT NULL UNIQUE, asset TEXT);'
const taken = (items: string, where: string): string =>
  `CREATE TABLE roots (id INTEGER PRIMARY KEY, name TEXT NOT NULL); CREATE TABLE leaves (asset TEXT NOT NULL);
  INSERT INTO leaves SELECT ${items} FROM u WHERE ${where};`

const PARENTS = `CREATE TABLE p (ns TEXT PRIMARY KEY NOT NULL, note TEXT); ${SPACES.replace('UNIQUE', 'UNIQUE REFERENCES p (ns)')}`
const IN_ROOT = "(SELECT id FROM roots WHERE name = 'r')"

testSome([
  [SPACES, taken('asset', "ns LIKE 'issued-%'"), [`${FAILS} u.asset`]],
  [SPACES, taken('asset', "ns = 'issued'"), [`${FAILS} u.asset`]],
  [SPACES, taken(IN_ROOT, "u.ns LIKE 'issued-%'"), [`${FAILS} u`]],
  [PARENTS, taken('asset', "ns = 'issued'"), [`${FAILS} u.asset`]],
  [PARENTS, taken(IN_ROOT, "u.ns LIKE 'issued-%'"), [`${FAILS} u`]],
  [SPACES, taken('asset', "ns = 'issued' AND asset IS NOT NULL"), []],
  [SPACES, taken('ns', "ns LIKE 'issued-%'"), []],
  [PARENTS, taken('ns', "ns LIKE 'issued-%'"), []],
  [SPACES, `${taken('ns', "ns = 'issued'")} INSERT INTO u (ns) VALUES ('later');`, []],
])('a copy takes rows by a key: %s%s', async (first, second, found) => {
  const later = first === SPACES ? ["INSERT OR IGNORE INTO u (ns) VALUES ('issued');"] : []
  expect(await codesIn(first, second, ...later)).toEqual(found)
})

const W =
  'CREATE TABLE w (id TEXT PRIMARY KEY, owner TEXT NOT NULL, currency TEXT, kind TEXT); CREATE TABLE v (t TEXT);'
const READ = "SELECT * FROM w WHERE kind = 'fiat'"
const trims = (read: string, where = 'true'): string =>
  byCode(
    `for (const w of ${read}) if (${where}) db.prepare('UPDATE w SET currency = ? WHERE id = ?').run(w.currency.trim(), w.id)`,
  )
const THROWS = 'warning REPLAY_CODE_FAILS_ON_ROWS w.currency'
const INDEX = 'CREATE UNIQUE INDEX w_owner ON w (owner, currency)'

testSome([
  [trims(`db.prepare("${READ}").all()`), [THROWS]],
  [trims("db.prepare('SELECT * FROM w WHERE kind = ?').all('fiat')"), [THROWS]],
  [trims(`db.prepare("${READ} AND currency NOT NULL").all()`), []],
  [trims("db.prepare('SELECT * FROM w WHERE currency NOT NULL').all()", "w.kind === 'fiat'"), []],
  [byCode(`db.exec("${INDEX} WHERE kind = 'fiat'")`), [`${FAILS} w.owner`]],
  [byCode(`db.exec("${INDEX} WHERE kind = 'fiat' AND 0")`), []],
  // It does less where it finds the row: what it does without it counts.
  [
    byCode(
      `if (!db.prepare("${READ}").get()) db.exec("INSERT INTO v SELECT max(currency) FROM w")`,
    ),
    [],
  ],
])('code reads rows by a value: %s', async (second, found) =>
  expect(await codesIn(W, second)).toEqual(found),
)
