// Duplicates that are deleted by fewer columns than the key behind them has, or all of them: rows go that are no duplicates, or the last one.
import { expect, test } from 'vitest'
import { codesIn, foundIn } from './prove-project.js'
import { testSome } from '../../support/some-of.js'

const L =
  'CREATE TABLE l (id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL, name TEXT NOT NULL, note TEXT);'
const USERS = 'CREATE TABLE u (id INTEGER PRIMARY KEY);'
const KEYED = USERS + L.replace('user_id INTEGER NOT NULL', '$& REFERENCES u(id)')
const UNIQUE = 'CREATE UNIQUE INDEX l_key ON l(user_id, name);'
const keeping = (groups: string): string =>
  `DELETE FROM l WHERE id NOT IN (SELECT min(id) FROM l GROUP BY ${groups}); ${UNIQUE}`

const inCode = (body: string): string =>
  `export const irreversible = 'no'\nexport function up(db) { ${body}\ndb.exec('${UNIQUE}') }`
/** Code that deletes what it has seen, as it calls it. */
const seen = (called: string): string =>
  inCode(`const known = new Set()
for (const row of db.prepare('SELECT * FROM l ORDER BY id').all()) {
  const key = ${called}
  if (known.has(key)) db.prepare('DELETE FROM l WHERE id = ?').run(row.id)
  known.add(key)
}`)
const aside = (groups: string, also = ''): string =>
  `CREATE TEMP TABLE k AS SELECT min(id) AS id FROM l GROUP BY ${groups}; ${also} DELETE FROM l WHERE id NOT IN (SELECT id FROM k); DROP TABLE k; ${UNIQUE}`
const each = (condition: string): string =>
  inCode(`for (const row of db.prepare('SELECT user_id, name, min(id) AS id FROM l GROUP BY user_id, name HAVING count(*) > 1').all())
  db.prepare('DELETE FROM l WHERE ${condition}').run(row)`)

const lossesIn = async (...steps: readonly string[]): Promise<string[]> =>
  (await codesIn(...steps)).filter((code) => code.includes('ROWS_LOST'))

testSome([
  [KEYED, keeping('name')],
  [L, keeping('l.name').replace('min', 'max')],
  [
    L,
    `WITH k AS (SELECT min(id) AS id FROM l GROUP BY name) DELETE FROM l WHERE id NOT IN (SELECT id FROM k); ${UNIQUE}`,
  ],
  [L, inCode(`db.exec("${keeping('name').replace(UNIQUE, '')}")`)],
  [KEYED, aside('name')],
  [L, seen('row.name')],
  [L, seen('row.user_id')],
  [L, each('name = $name AND id <> $id')],
])('%s %s', async (first, change) =>
  expect(await lossesIn(first, change)).toEqual(['error ROWS_LOST l']),
)

testSome([
  [L, keeping('user_id, name, note')],
  [L, keeping('user_id, lower(name)')],
  [L, `${keeping('name')} CREATE UNIQUE INDEX l_name ON l(name);`],
  [L, aside('user_id, name', `DELETE FROM l WHERE note = 'gone';`)],
  [L, seen(`row.user_id + ' ' + row.name`)],
  [L, each('name = $name AND user_id = $user_id AND id <> $id')],
  [L, `DELETE FROM l; ${UNIQUE}`],
  [
    L,
    inCode(`for (const row of db.prepare('SELECT user_id, name, max(note) AS note FROM l GROUP BY user_id, name HAVING count(*) > 1').all()) {
  db.prepare('DELETE FROM l WHERE name = $name AND user_id = $user_id').run({ user_id: row.user_id, name: row.name })
  db.prepare('INSERT INTO l (user_id, name, note) VALUES ($user_id, $name, $note)').run(row)
}`),
  ],
  [
    L.replace('note TEXT', '$&, UNIQUE (user_id, name)'),
    'DELETE FROM l WHERE id NOT IN (SELECT max(id) FROM l GROUP BY user_id);',
  ],
])('takes rows for one that are, or says which: %s %s', async (first, change) =>
  expect(await lossesIn(first, change)).toEqual([]),
)

const DOUBLED = 'SELECT user_id, name FROM l GROUP BY user_id, name HAVING count(*) > 1'

testSome([
  `CREATE TEMP TABLE k AS ${DOUBLED}; DELETE FROM l WHERE (user_id, name) IN (SELECT * FROM k); DROP TABLE k; ${UNIQUE}`,
  each('name = $name AND user_id = $user_id AND id > 0').replace('run(row)', 'run({ ...row })'),
])('of rows that agree none stays: %s', async (change) => {
  const found = (await foundIn(L, change)).find(({ code }) => code === 'ROWS_LOST')
  expect(found?.severity).toBe('warning')
  expect(found?.message).toContain('of rows with the same user_id and name it leaves none')
  expect(found?.fix).toContain('(SELECT min(rowid) FROM l GROUP BY user_id, name)')
})

const CLICKS = `${L} CREATE TABLE clicks (id INTEGER PRIMARY KEY, l_id INTEGER NOT NULL REFERENCES l (id), at INTEGER); CREATE INDEX clicks_l ON clicks (l_id);`
const LETTERS = ['user_id, name', 'user_id, lower(name)', 'user_id, name COLLATE NOCASE']
const moved = (alike: string, groups: string, key: string): string =>
  `UPDATE clicks SET l_id = (SELECT min(k.id) FROM l AS k JOIN l AS d ON ${alike} WHERE d.id = clicks.l_id) WHERE l_id > 0;
${keeping(groups).replace('(user_id, name)', `(${key})`)}`

testSome(LETTERS)('what points at them is moved along first, by a key over %s', async (key) => {
  const name = key.replace('user_id, ', '')
  const same = name.includes('lower') ? 'lower(k.name) = lower(d.name)' : `k.name = d.${name}`
  const wrong = moved(same, name, key)
  expect(await codesIn(CLICKS, wrong)).toEqual(['error ROWS_LOST l'])
  const right = moved(`${same} AND k.user_id = d.user_id`, key, key)
  expect(await codesIn(CLICKS, right)).toEqual([])
})

test('the key stands in the next version', async () => {
  const [removal = '', next = ''] = keeping('name').split('; ')
  expect(await codesIn(L, `${removal};`, next)).toContain('error ROWS_LOST l')
  const [right = ''] = keeping('user_id, name').split('; ')
  expect(await lossesIn(L, `${right};`, next)).toEqual([])
  expect(await lossesIn(L, `${removal};`, 'CREATE INDEX l_key ON l(user_id, name);')).toEqual([])
})

const DAYS = 'CREATE TABLE days (day TEXT PRIMARY KEY NOT NULL, note TEXT NOT NULL);'
const LOGS =
  'CREATE TABLE logs (id INTEGER PRIMARY KEY, day TEXT NOT NULL, note TEXT NOT NULL, n INTEGER);'
const NARROW = 'CREATE TABLE logs_new (id INTEGER PRIMARY KEY, day TEXT NOT NULL, n INTEGER);'
const anew = `${NARROW} INSERT INTO logs_new SELECT id, day, n FROM logs; DROP TABLE logs; ALTER TABLE logs_new RENAME TO logs;`
const one = (into: string, from = 'logs'): string =>
  `${DAYS} ${into} INTO days SELECT day, note FROM ${from}`

testSome([
  ['TABLE_DROPPED logs', `${one('INSERT')} GROUP BY day; DROP TABLE logs;`],
  ['COLUMN_DROPPED logs.note', `${one('INSERT')} GROUP BY day; ${anew}`],
  ['COLUMN_DROPPED logs.note', `${one('INSERT OR IGNORE')}; ${anew}`],
  [
    'COLUMN_DROPPED logs.note',
    `ALTER TABLE logs RENAME TO old; ${NARROW.replace('_new', '')} INSERT INTO logs SELECT id, day, n FROM old; ${one('INSERT', 'old')} GROUP BY day; DROP TABLE old;`,
  ],
])('of rows that another table gets one of, others lose %s: %s', async (lost, step) =>
  expect((await codesIn(LOGS, step)).join()).toContain(`error ${lost}`),
)

const LINKED = `CREATE TABLE days (id INTEGER PRIMARY KEY, day TEXT NOT NULL UNIQUE); INSERT INTO days (day) SELECT DISTINCT day FROM logs;
CREATE TABLE new (id INTEGER PRIMARY KEY, day_id INTEGER NOT NULL REFERENCES days (id), note TEXT NOT NULL, n INTEGER);
INSERT INTO new SELECT l.id, d.id, l.note, l.n FROM logs l JOIN days d ON d.day = l.day; DROP TABLE logs;`

testSome([
  `${LINKED} ALTER TABLE new RENAME TO logs;`,
  LINKED,
  `${one('INSERT')}; ${anew}`,
  `${LINKED.replace('SELECT DISTINCT', 'SELECT').replace('INSERT', 'INSERT OR IGNORE')} ALTER TABLE new RENAME TO logs;`,
])('nothing is lost of rows that lead to the one: %s', async (step) =>
  expect((await codesIn(LOGS, step)).filter((code) => /LOST|DROPPED/.test(code))).toEqual([]),
)
