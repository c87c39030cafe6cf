// Rows that point at one parent by two keys, beside rows whose keys differ, and parents that no row points at.
import { expect, test } from 'vitest'
import { codesIn } from './prove-project.js'
import { testSome } from '../../support/some-of.js'

const FAILS = 'error REPLAY_FAILS_ON_ROWS'
const P = 'CREATE TABLE p (id INTEGER PRIMARY KEY, name TEXT NOT NULL);'
const KEY = 'INTEGER NOT NULL REFERENCES p (id)'
const COLUMNS = `id INTEGER PRIMARY KEY, w ${KEY}, b ${KEY}, note TEXT`
const INDEXES = 'CREATE INDEX g_w ON g (w); CREATE INDEX g_b ON g (b);'
const FIRST = `${P} CREATE TABLE g (${COLUMNS}); ${INDEXES}`
const rebuilt = (columns: string, copy = 'SELECT * FROM g', indexes = INDEXES): string =>
  `CREATE TABLE n (${columns}); INSERT INTO n ${copy}; DROP TABLE g; ALTER TABLE n RENAME TO g; ${indexes}`
const DIFFER = `${COLUMNS}, CHECK (w <> b)`

testSome([
  ['in a list', '.w', FIRST, rebuilt(`${COLUMNS}, CHECK (w NOT IN (b))`)],
  [
    'differ, one of them NULL',
    '.w',
    FIRST.replaceAll(' NOT NULL REF', ' REF'),
    rebuilt(DIFFER.replaceAll(' NOT NULL REF', ' REF')),
  ],
  ['are alike', '', FIRST, rebuilt(`${COLUMNS}, CHECK (w = b)`)],
])('a CHECK that two keys %s', async (_, subject, first, second) =>
  expect(await codesIn(first, second)).toEqual([`${FAILS} g${subject}`]),
)

test('a CHECK that two of three keys differ', async () => {
  const three = COLUMNS.replace('note', `r ${KEY}, note`)
  const indexes = `${INDEXES} CREATE INDEX g_r ON g (r);`
  const first = `${P} CREATE TABLE g (${three}, CHECK (w <> b)); ${indexes}`
  const second = rebuilt(`${three}, CHECK (w <> b), CHECK (b <> r)`, 'SELECT * FROM g', indexes)
  expect(await codesIn(first, second)).toEqual([`${FAILS} g.b`])
})

test('two keys of several columns', async () => {
  const first = `CREATE TABLE p (org INTEGER NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (org, n));
CREATE TABLE g (org INTEGER NOT NULL, w INTEGER NOT NULL, b INTEGER NOT NULL,
  FOREIGN KEY (org, w) REFERENCES p (org, n), FOREIGN KEY (org, b) REFERENCES p (org, n));
CREATE INDEX g_w ON g (org, w); CREATE INDEX g_b ON g (org, b);`
  const columns = /CREATE TABLE g \(([^]*\))\);/.exec(first)?.[1] ?? ''
  const indexes = 'CREATE INDEX g_w ON g (org, w); CREATE INDEX g_b ON g (org, b);'
  expect(
    await codesIn(first, rebuilt(`${columns}, CHECK (w <> b)`, 'SELECT * FROM g', indexes)),
  ).toEqual([`${FAILS} g.w`])
})

testSome([
  ['deleted', `DELETE FROM g WHERE w = b; ${rebuilt(DIFFER)}`],
  [
    'mended',
    rebuilt(
      COLUMNS.replace('b INTEGER NOT NULL', 'b INTEGER') + ', CHECK (w <> b)',
      'SELECT id, w, nullif(b, w), note FROM g',
    ),
  ],
])('rows whose keys are alike are %s', async (_, second) =>
  expect((await codesIn(FIRST, second)).filter((code) => code.startsWith('error'))).toEqual([]),
)

test('a table whose keys differ already', async () =>
  expect(await codesIn(`${P} CREATE TABLE g (${DIFFER}); ${INDEXES}`, rebuilt(DIFFER))).toEqual([]))

test('rows whose keys differ are lost, and parents without any', async () => {
  expect(await codesIn(FIRST, rebuilt(COLUMNS, 'SELECT * FROM g WHERE w = b'))).toEqual([
    'error ROWS_LOST g',
  ])
  expect(await codesIn(FIRST, rebuilt(COLUMNS, 'SELECT * FROM g WHERE w <> b'))).toEqual([
    'error ROWS_LOST g',
  ])
  const copy = `CREATE TABLE q (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
INSERT INTO q SELECT p.id, p.name FROM p WHERE id IN (SELECT w FROM g UNION SELECT b FROM g);
DROP TABLE p; ALTER TABLE q RENAME TO p;`
  expect(await codesIn(FIRST, copy)).toEqual(['error ROWS_LOST p'])
  const other = `CREATE TABLE h (id INTEGER PRIMARY KEY, g ${KEY.replace('p (', 'g (')}, x ${KEY});
CREATE INDEX h_g ON h (g); CREATE INDEX h_x ON h (x);`
  const both = copy.replace('SELECT b FROM g', 'SELECT x FROM h')
  expect(await codesIn(`${FIRST} ${other}`, both)).toEqual(['error ROWS_LOST p'])
})
