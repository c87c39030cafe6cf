// Columns that are exchanged on their way into a table beside, whether the old ones go or stay.
import { expect, test } from 'vitest'
import { codesIn, foundIn } from './prove-project.js'
import { testSome } from '../../support/some-of.js'

const P =
  'CREATE TABLE p (id INTEGER PRIMARY KEY, name TEXT NOT NULL, lat REAL, lon REAL, first_name TEXT, last_name TEXT);'
const Q =
  'CREATE TABLE q (p_id INTEGER PRIMARY KEY REFERENCES p(id), lat REAL, lon REAL, first_name TEXT, last_name TEXT);'
const GONE = 'ALTER TABLE p DROP COLUMN lat; ALTER TABLE p DROP COLUMN lon;'
const copied = (columns: string, items: string, rest = ''): string =>
  `${Q} INSERT INTO q (p_id, ${columns}) SELECT p.id, ${items} FROM p ${rest};`
const coded = (values: string): string => `export const irreversible = 'no'
export function up(db) {
  db.exec('${Q}')
  const put = db.prepare('INSERT INTO q (p_id, lat, lon) VALUES (?, ?, ?)')
  for (const row of db.prepare('SELECT * FROM p').all()) put.run(row.id, ${values})
}`

const swapsIn = async (...steps: readonly string[]): Promise<string[]> =>
  (await codesIn(...steps)).filter((code) => code.includes('SWAPPED'))

testSome([
  copied('lat, lon', 'lon, lat'),
  copied('lat, lon', 'lon, lat') + GONE,
  copied('lat, lon', 'lon, lat', 'WHERE lat IS NOT NULL AND lon IS NOT NULL'),
  copied('first_name, last_name', "coalesce(last_name, ''), coalesce(first_name, '')"),
  copied('lat, lon', 'o.lon, o.lat', 'JOIN p o ON o.id = p.id'),
  `${Q} WITH o AS (SELECT id, lon AS x, lat AS y FROM p) INSERT INTO q (p_id, lat, lon) SELECT id, x, y FROM o;`,
  `${Q} INSERT INTO q (p_id, lat, lon) SELECT id, a, b FROM (SELECT id, lon AS a, lat AS b FROM p);`,
  `${Q} INSERT INTO q (p_id) SELECT id FROM p; UPDATE q SET (lat, lon) = (SELECT lon, lat FROM p WHERE p.id = q.p_id);`,
  `${Q} INSERT INTO q (p_id) SELECT id FROM p; UPDATE q SET lat = p.lon, lon = p.lat FROM p WHERE p.id = q.p_id;`,
  coded('row.lon, row.lat'),
])('%s', async (change) => expect(await swapsIn(P, change)).toEqual(['error VALUES_SWAPPED q']))

test('and a later version drops the old ones', async () =>
  expect(await swapsIn(P, copied('lat, lon', 'lon, lat'), GONE)).toEqual([
    'error VALUES_SWAPPED q',
  ]))

const WAY = 'CREATE TABLE t (id INTEGER PRIMARY KEY, from_city TEXT, to_city TEXT);'
const RETURN =
  'CREATE TABLE r (t_id INTEGER PRIMARY KEY REFERENCES t(id), from_city TEXT, to_city TEXT);'
const EDGES = 'CREATE TABLE t (a TEXT, b TEXT);'

testSome([
  [P, copied('lon, lat', 'lon, lat') + GONE],
  [P, coded('row.lat, row.lon')],
  [
    P,
    copied(
      'first_name, last_name',
      'coalesce(first_name, last_name), coalesce(last_name, first_name)',
    ),
  ],
  [
    P,
    'CREATE TABLE q (p_id INTEGER PRIMARY KEY REFERENCES p(id), x REAL, y REAL); INSERT INTO q SELECT id, lon, lat FROM p;',
  ],
  [WAY, `${RETURN} INSERT INTO r SELECT id, to_city, from_city FROM t;`],
  [EDGES, 'CREATE TABLE e (a TEXT, b TEXT); INSERT INTO e SELECT b, a FROM t;'],
  [
    EDGES,
    'CREATE TABLE e (a TEXT, b TEXT); INSERT INTO e SELECT a, b FROM t UNION SELECT b, a FROM t;',
  ],
])('each has its own, or leads back: %s %s', async (first, change) =>
  expect(await swapsIn(first, change)).toEqual([]),
)

test('keys that are exchanged with their tables are told once', async () => {
  const tables = `CREATE TABLE a (id INTEGER PRIMARY KEY, n TEXT); CREATE TABLE b (id INTEGER PRIMARY KEY, n TEXT);
CREATE TABLE ab (a_id INTEGER NOT NULL REFERENCES a (id), b_id INTEGER NOT NULL REFERENCES b (id), PRIMARY KEY (a_id, b_id)); CREATE INDEX abi ON ab (b_id);`
  const copy = `CREATE TABLE links (b_id INTEGER NOT NULL REFERENCES b (id), a_id INTEGER NOT NULL REFERENCES a (id), PRIMARY KEY (b_id, a_id));
INSERT INTO links SELECT * FROM ab; CREATE INDEX li ON links (a_id); DROP TABLE ab;`
  const found = await codesIn(tables, copy)
  expect(found.filter((code) => !code.startsWith('info'))).toEqual([
    'error VALUES_SWAPPED ab',
    'warning TABLE_RENAMED ab',
  ])
})

const NAMES = 'CREATE TABLE p (id INTEGER PRIMARY KEY, first TEXT, last TEXT);'
const named = (items: string): string =>
  `CREATE TABLE c (id INTEGER PRIMARY KEY, first_name TEXT, lastName TEXT); INSERT INTO c (id, first_name, lastName) SELECT id, ${items} FROM p; DROP TABLE p;`

test('names with more words are the same columns', async () => {
  expect(await swapsIn(NAMES, named('first, last'))).toEqual([])
  const found = await foundIn(NAMES, named('last, first'))
  const swapped = found.find(({ code }) => code === 'VALUES_SWAPPED')
  expect(swapped?.fix).toContain('SELECT id, "first", "last" FROM p')
})
