// What is looked up in another table is NULL for a row that has no partner there, and takes the place of the value that there was.
import { expect, test } from 'vitest'
import { codesIn, foundIn } from './prove-project.js'
import { testSome } from '../../support/some-of.js'

const TABLES = `CREATE TABLE b (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, code TEXT NOT NULL);
CREATE TABLE a (id INTEGER PRIMARY KEY, b_id INTEGER REFERENCES b (id), b TEXT, x TEXT);
CREATE INDEX a_b ON a (b_id);
CREATE TABLE c (id INTEGER PRIMARY KEY, a_id INTEGER NOT NULL REFERENCES a (id), v TEXT);
CREATE INDEX c_a ON c (a_id);`
const BY_KEY = '(SELECT name FROM b WHERE b.id = a.b_id)'
const BY_NAME = '(SELECT code FROM b WHERE b.name = a.b)'
const rebuilt = (item: string, from: string): string => `
CREATE TABLE n (id INTEGER PRIMARY KEY, b_id INTEGER REFERENCES b (id), b TEXT, x TEXT);
INSERT INTO n (id, b_id, b, x) SELECT a.id, a.b_id, ${item}, a.x FROM ${from};
DROP TABLE a; ALTER TABLE n RENAME TO a; CREATE INDEX a_b ON a (b_id);`

const lossesIn = async (...steps: readonly string[]): Promise<string[]> =>
  (await codesIn(TABLES, ...steps)).filter((code) => !code.startsWith('info'))

testSome([
  [`UPDATE a SET x = ${BY_KEY};`, ['x']],
  [`UPDATE a SET b = ${BY_NAME};`, ['b']],
  [`UPDATE a SET (b, x) = (SELECT code, name FROM b WHERE b.name = a.b);`, ['b', 'x']],
  [`UPDATE a SET x = (SELECT v FROM c WHERE c.a_id = a.id ORDER BY id LIMIT 1);`, ['x']],
  [rebuilt(BY_NAME, 'a'), ['b']],
  [rebuilt('other.code', 'a LEFT JOIN b AS other ON other.name = a.b'), ['b']],
  [`UPDATE a SET x = x || ${BY_KEY};`, ['x']],
  [`UPDATE a SET x = 'v', b = trim(b || ': ' || ${BY_NAME});`, ['b']],
  [`UPDATE a SET x = x || (SELECT max(v) FROM c WHERE c.a_id = a.id);`, ['x']],
  [rebuilt(`a.b || ${BY_NAME}`, 'a'), ['b']],
  [rebuilt(`a.b || '-' || other.code`, 'a LEFT JOIN b AS other ON other.name = a.b'), ['b']],
])('a value without a partner: %s', async (change, columns) =>
  expect(await lossesIn(change)).toEqual(columns.map((name) => `warning VALUES_LOST a.${name}`)),
)

testSome([
  [`UPDATE a SET x = ${BY_KEY} WHERE b_id IS NOT NULL;`],
  [`UPDATE a SET x = ${BY_KEY} WHERE x IS NULL;`],
  [`UPDATE a SET x = coalesce(${BY_KEY}, x);`],
  [`UPDATE a SET b = ${BY_NAME} WHERE b IN (SELECT name FROM b);`],
  [`UPDATE a SET x = x || ${BY_KEY} WHERE b_id IS NOT NULL;`],
  [`UPDATE a SET x = coalesce(x || ${BY_KEY}, x);`],
  [`UPDATE a SET x = x || ifnull(${BY_KEY}, '');`],
  [`UPDATE a SET b = b || ${BY_NAME} WHERE b IN (SELECT name FROM b);`],
  [`UPDATE a SET x = x || (SELECT count(*) FROM c WHERE c.a_id = a.id);`],
  [`UPDATE a SET x = 'v' || (SELECT max(v) FROM c WHERE c.a_id = a.id);`],
  [rebuilt(`a.b || ifnull(other.code, '')`, 'a LEFT JOIN b AS other ON other.name = a.b')],
  [`UPDATE a SET x = b.name FROM b WHERE b.id = a.b_id;`],
  [`UPDATE a SET x = (SELECT max(v) FROM c WHERE c.a_id = a.id);`],
  [`ALTER TABLE a ADD COLUMN old TEXT; UPDATE a SET old = x; UPDATE a SET x = ${BY_KEY};`],
  ['ALTER TABLE a ADD COLUMN y TEXT;', `UPDATE a SET y = ${BY_KEY};`],
  [rebuilt(`coalesce(${BY_NAME}, a.b)`, 'a')],
])('what is seen to, worked out anew, kept, or new: %s', async (...steps) =>
  expect(await lossesIn(...steps)).toEqual([]),
)

test('a copy that takes the values of a row above, which some have none of, is told once', async () => {
  const columns = 'id INTEGER PRIMARY KEY, parent INTEGER REFERENCES t (id), name TEXT'
  const index = 'CREATE INDEX t_parent ON t (parent);'
  const copy = `CREATE TABLE n (${columns}); INSERT INTO n SELECT a.id, a.parent, b.name FROM t a LEFT JOIN t b ON a.parent = b.id; DROP TABLE t; ALTER TABLE n RENAME TO t; ${index}`
  expect(await codesIn(`CREATE TABLE t (${columns}); ${index}`, copy)).toEqual([
    'error VALUES_LOST t.name',
  ])
})

const ACCOUNTS =
  'CREATE TABLE accounts (address TEXT PRIMARY KEY NOT NULL, k TEXT NOT NULL, type TEXT NOT NULL);'
const KEYS = `CREATE TABLE keys (k TEXT PRIMARY KEY NOT NULL);
INSERT INTO keys SELECT DISTINCT k FROM accounts WHERE type != 'watch';
CREATE TABLE moved (address TEXT PRIMARY KEY NOT NULL, k TEXT, type TEXT NOT NULL);`
const into = (item: string, from = 'accounts AS a'): string =>
  `${KEYS} INSERT INTO moved SELECT a.address, ${item}, a.type FROM ${from}; DROP TABLE accounts;`
const JOINED = 'accounts AS a LEFT JOIN keys ON a.k = keys.k'
const SOUGHT = '(SELECT k FROM keys WHERE keys.k = a.k)'
const movedWith = async (step: string): Promise<string[]> =>
  (await codesIn(ACCOUNTS, step)).filter((code) => !code.startsWith('info'))

test.each([into('keys.k', JOINED), into(SOUGHT)])(
  'on the way to a table of another name: %s',
  async (step) =>
    expect(await movedWith(step)).toEqual([
      'warning VALUES_LOST moved.k',
      'warning TABLE_RENAMED accounts',
    ]),
)

const ASIDE =
  'CREATE TABLE watched (address TEXT PRIMARY KEY NOT NULL, k TEXT NOT NULL); INSERT INTO watched SELECT address, k FROM accounts'

test.each([
  into('a.k'),
  into(`coalesce(${SOUGHT}, a.k)`),
  into('keys.k', JOINED).replace(" WHERE type != 'watch'", ''),
  `${ASIDE}; ${into('keys.k', JOINED)}`,
  `${ASIDE} WHERE type = 'watch'; ${into('keys.k', JOINED)}`,
])('on the way, where it is found or stands elsewhere: %s', async (step) =>
  expect(await movedWith(step)).toEqual(['warning TABLE_RENAMED accounts']),
)

const TOKENS = `CREATE TABLE promo (id TEXT NOT NULL PRIMARY KEY, state INTEGER NOT NULL DEFAULT 0);
CREATE TABLE creds (promo TEXT UNIQUE NOT NULL REFERENCES promo (id), text TEXT NOT NULL);
CREATE TABLE tokens (id INTEGER PRIMARY KEY NOT NULL, name TEXT, promo TEXT REFERENCES promo (id));`
const FREED = `CREATE TABLE c2 (promo TEXT UNIQUE NOT NULL, text TEXT NOT NULL); INSERT INTO c2 SELECT * FROM creds; DROP TABLE creds; ALTER TABLE c2 RENAME TO creds;
CREATE TABLE t2 (id INTEGER PRIMARY KEY NOT NULL, name TEXT, promo TEXT); INSERT INTO t2 SELECT * FROM tokens; DROP TABLE tokens; ALTER TABLE t2 RENAME TO tokens;`
const batched = (promo: string, from: string): string =>
  `CREATE TABLE batch (id INTEGER PRIMARY KEY, promo TEXT NOT NULL UNIQUE); INSERT INTO batch (promo) SELECT ${promo} FROM ${from};
ALTER TABLE tokens ADD batch INTEGER; UPDATE tokens AS t SET batch = (SELECT id FROM batch AS b WHERE b.promo = t.promo);
CREATE TABLE t3 (id INTEGER PRIMARY KEY NOT NULL, name TEXT, batch INTEGER); INSERT INTO t3 SELECT id, name, batch FROM tokens; DROP TABLE tokens; ALTER TABLE t3 RENAME TO tokens;`

test.each([
  [
    'creds',
    [FREED, batched('promo', 'creds')],
    ['some of its values are gone for good on every installation'],
  ],
  ['promo', [batched('id', 'promo')], []],
])('a column that only a table made of %s keeps', async (_, steps, words) => {
  const told = (await foundIn(TOKENS, ...steps)).filter(({ code }) => code === 'COLUMN_DROPPED')
  expect(told.map(({ message }) => /: ([^,:]*),/.exec(message)?.[1])).toEqual(words)
})

test('rows whose values move to the row that they point at, and some that point at none', async () => {
  const tables = `CREATE TABLE f (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE p (id INTEGER PRIMARY KEY, f INTEGER UNIQUE`
  const step = `ALTER TABLE f ADD COLUMN seen INTEGER; ALTER TABLE f ADD COLUMN next INTEGER;
UPDATE f SET seen = (SELECT p.seen FROM p WHERE p.f = f.id), next = (SELECT p.next FROM p WHERE p.f = f.id) WHERE EXISTS (SELECT * FROM p WHERE p.f = f.id);
DROP TABLE p;`
  const moved = (key: string, more = ''): Promise<string[]> =>
    codesIn(`${tables}${key} REFERENCES f (id), seen INTEGER, next INTEGER);`, more + step)
  const [renamed, lost] = ['warning TABLE_RENAMED p', 'error ROWS_LOST p']
  expect(await moved('')).toEqual([lost, renamed])
  expect(await moved('', 'DELETE FROM p WHERE f IS NULL;')).toEqual([renamed])
  expect(await moved(' NOT NULL')).toEqual([renamed])
})
