// What is advised names the word of the statement that does it, and is a way out.
import { expect, test } from 'vitest'
import { foundIn } from './prove-project.js'
import { testSome } from '../../support/some-of.js'

const said = async (code: string, ...steps: readonly string[]): Promise<string[]> => {
  const found = (await foundIn(...steps)).filter((one) => one.code === code)
  return found.map(({ message, fix, subject }) => `${subject}: ${message} ${fix}`)
}

const LOG = 'CREATE TABLE a (k TEXT NOT NULL, was INTEGER);'
const KEYED = 'CREATE TABLE a (id INTEGER PRIMARY KEY, k TEXT NOT NULL);'
const anew = (columns: string, copy: string): string =>
  `CREATE TABLE n (${columns}); INSERT INTO n ${copy}; DROP TABLE a; ALTER TABLE n RENAME TO a;`

testSome([
  [
    LOG,
    anew('k TEXT NOT NULL, was INTEGER', `SELECT k, was FROM a UNION SELECT 'x', NULL WHERE 0`),
    'UNION merges rows that are equal',
  ],
  [
    KEYED,
    anew(
      'id INTEGER PRIMARY KEY, k TEXT UNIQUE',
      'SELECT id, k FROM a WHERE true ON CONFLICT DO NOTHING',
    ),
    ': ON CONFLICT DO NOTHING drops conflicting rows',
  ],
  [
    LOG,
    anew('k TEXT NOT NULL, was INTEGER', 'SELECT k, was FROM a WHERE was > 5'),
    'the rows that its SELECT leaves out',
  ],
])('rows of %s are lost in %s', async (first, second, words) => {
  const [told, ...more] = await said('ROWS_LOST', first, second)
  expect([told, more]).toEqual([expect.stringContaining(words), []])
})

test('a JOIN that multiplies rows', async () => {
  const [told] = await said(
    'REPLAY_FAILS_ON_ROWS',
    'CREATE TABLE m (id INTEGER PRIMARY KEY, x TEXT); CREATE TABLE o (id INTEGER PRIMARY KEY, m INTEGER NOT NULL REFERENCES m (id)); CREATE INDEX o_m ON o (m);',
    'CREATE TABLE n (m INTEGER PRIMARY KEY, x TEXT); INSERT INTO n SELECT m.id, m.x FROM m JOIN o ON o.m = m.id;',
  )
  expect(told).toContain('The JOIN returns a row of m once for each matching row of o')
  expect(told).toContain('`WHERE EXISTS (SELECT … FROM o WHERE …)`')
})

const TALKS = `CREATE TABLE d (id INTEGER PRIMARY KEY, title TEXT, g BLOB);
CREATE TABLE c (who BLOB NOT NULL, d INTEGER NOT NULL REFERENCES d (id), at INTEGER, PRIMARY KEY (who, d)); CREATE INDEX c_d ON c (d);`

testSome([
  [
    'CREATE TABLE n (g BLOB NOT NULL, who BLOB NOT NULL, PRIMARY KEY (g, who)); INSERT INTO n SELECT d.g, who FROM c JOIN d ON d.id = c.d WHERE d.g NOT NULL;',
    'Nothing keeps two of the rows that the SELECT returns from having the same d.g, who. Find them with `SELECT d.g, who, count(*) FROM c JOIN d',
  ],
  [
    `CREATE TABLE n (id INTEGER PRIMARY KEY, title TEXT, g BLOB, who BLOB); INSERT INTO n SELECT id, title, g, NULL FROM d WHERE g NOT NULL;
INSERT INTO n SELECT id, title, NULL, who FROM d INNER JOIN c ON id = d WHERE g IS NULL; DROP TABLE d; ALTER TABLE n RENAME TO d;`,
    'The JOIN returns a row of d once for each matching row of c, so the statement inserts the same id more than once, and it is UNIQUE. Make the SELECT return each of them once: take one value',
  ],
  [
    'CREATE TABLE n (id INTEGER PRIMARY KEY, title TEXT); INSERT INTO n SELECT d.id, d.title FROM c JOIN d ON d.id = c.d;',
    'The JOIN returns a row of d once for each matching row of c',
  ],
])('a JOIN that brings each row once, or some several times: %s', async (second, words) => {
  const [told] = await said('REPLAY_FAILS_ON_ROWS', TALKS, second)
  expect(told).toContain(words)
})

test('elements of a list that are no documents', async () => {
  const [told] = await said(
    'REPLAY_FAILS_ON_ROWS',
    `CREATE TABLE c (id INTEGER PRIMARY KEY, l TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(l)));`,
    `CREATE TABLE p (c INTEGER NOT NULL REFERENCES c (id), n INTEGER NOT NULL, sku TEXT, PRIMARY KEY (c, n));
INSERT INTO p SELECT c.id, j.key, j.value ->> '$.sku' FROM c, json_each(c.l) j WHERE json_type(c.l) = 'array';`,
  )
  expect(told).toContain("`WHERE j.type = 'object'`")
})

test('keys to a parent that has lost its own', async () => {
  const told = await said(
    'FOREIGN_KEY_BROKEN',
    'CREATE TABLE p (id INTEGER PRIMARY KEY, x TEXT); CREATE TABLE m (a INTEGER NOT NULL REFERENCES p (id), b INTEGER NOT NULL REFERENCES p (id), PRIMARY KEY (a, b)); CREATE INDEX m_b ON m (b);',
    'CREATE TABLE n AS SELECT id, x FROM p; DROP TABLE p; ALTER TABLE n RENAME TO p;',
  )
  expect(told).toEqual([
    expect.stringMatching(/^m\.a: .* key of m \(a\) .*Give p its PRIMARY KEY \(id\) again/),
    expect.stringMatching(/^m\.b: .* key of m \(b\) .*The fix for m \(a\) also fixes this key/),
  ])
})

test('of two copies, the one that reads the table', async () => {
  const found = await foundIn(
    `CREATE TABLE hosts (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE c (id INTEGER PRIMARY KEY, host INTEGER REFERENCES hosts (id), t TEXT NOT NULL);
CREATE INDEX c_host ON c (host);
CREATE TABLE old (id INTEGER PRIMARY KEY, u TEXT);`,
    `CREATE TABLE n (id INTEGER PRIMARY KEY, host TEXT, t TEXT);
INSERT INTO n SELECT c.id, h.name, c.t FROM c JOIN hosts h ON h.id = c.host;
INSERT INTO n (t) SELECT u FROM old;
DROP TABLE c;
ALTER TABLE n RENAME TO c;`,
  )
  expect(found.filter(({ code }) => code === 'ROWS_LOST').map(({ line }) => line)).toEqual([4])
})

const UIDS = `CREATE TABLE messages (id TEXT NOT NULL PRIMARY KEY, remote TEXT NOT NULL);
CREATE TABLE uids (id INTEGER PRIMARY KEY, mailbox INTEGER NOT NULL, message TEXT REFERENCES messages (id));`

const copied = (items: string, run: string): string => `export const irreversible = 'no'
export function up(db) {
  db.exec('CREATE TABLE mm (mailbox INTEGER, message TEXT, remote TEXT NOT NULL UNIQUE, UNIQUE (mailbox, message))')
  for (const row of db.prepare('SELECT ${items} FROM uids AS u JOIN messages m ON m.id = u.message').all())
    db.prepare('INSERT INTO mm VALUES (?, ?, ?)').run(${run})
}`

testSome([
  [
    'm.remote, u.mailbox, u.message',
    "row.mailbox, row.message, row.mailbox + '/' + row.message",
    'uids',
  ],
  ['DISTINCT m.remote', '1, row.remote, row.remote.slice(0, 3)', 'messages'],
])('the table whose rows code copies, of a JOIN of %s', async (items, run, table) => {
  const [told] = await said('REPLAY_FAILS_ON_ROWS', UIDS, copied(items, run))
  expect(told).toContain(` as soon as ${table} has rows`)
})
