// Rows that a step makes of a table and links by columns in which rows of it may agree: a row gets what was made of another one.
import { expect, test } from 'vitest'
import { codesIn, foundIn } from './prove-project.js'
import { testSome } from '../../support/some-of.js'

const P = 'CREATE TABLE p (id INTEGER PRIMARY KEY, name TEXT NOT NULL, host TEXT, secret TEXT);'
const O = 'CREATE TABLE o (id INTEGER PRIMARY KEY, h TEXT NOT NULL, secret TEXT);'
const L = 'CREATE TABLE l (id INTEGER PRIMARY KEY, p INTEGER NOT NULL, o INTEGER NOT NULL);'
const MADE = 'INSERT INTO o (h, secret) SELECT host, secret FROM p WHERE host IS NOT NULL;'
const ADDED = 'ALTER TABLE p ADD COLUMN o INTEGER;'
const GONE = 'ALTER TABLE p DROP COLUMN host; ALTER TABLE p DROP COLUMN secret;'
const JOINED = 'SELECT p.id, o.id FROM p JOIN o ON o.h = p.host'
const linked = (query: string, made = MADE, tables = O + L): string =>
  `${tables}${made} INSERT INTO l (p, o) ${query};`

const inCode = (work: string, tables = L): string =>
  `export const irreversible = 'nobody goes back'
export function up(db: any) {
  db.exec(\`${O}${tables}\`)
  const make = (row: any) => db.prepare('INSERT INTO o (h, secret) VALUES (?, ?)').run(row.host, row.secret)
  const find = (host: any) => db.prepare('SELECT id FROM o WHERE h = ?').get(host)
  const link = (row: any, o: any) => db.prepare('INSERT INTO l (p, o) VALUES (?, ?)').run(row.id, o)
  const rows: any[] = db.prepare('SELECT * FROM p WHERE host IS NOT NULL').all()
  ${work}
}`

const grave = async (step: string, tables: string): Promise<string[]> =>
  (await codesIn(tables, step)).filter((code) =>
    /^error (?:ROWS_|VALUES|REPLAY)|UNPROVEN/.test(code),
  )

testSome<readonly [step: string, told: string]>([
  [linked(JOINED), 'ROWS_DOUBLED p'],
  [linked('SELECT a.id, b.id FROM p AS a, o AS b WHERE a.host = b.h'), 'ROWS_DOUBLED p'],
  [linked(`${JOINED} WHERE p.host <> 'x' ORDER BY p.id`) + GONE, 'ROWS_DOUBLED p'],
  [linked(JOINED, MADE.replace('SELECT', 'SELECT DISTINCT')), 'ROWS_DOUBLED p'],
  [
    linked(JOINED).replace('o INTEGER NOT NULL', 'o INTEGER NOT NULL REFERENCES o (id)'),
    'ROWS_DOUBLED p',
  ],
  [`${O}${L}${MADE} CREATE TABLE m AS ${JOINED};`, 'ROWS_DOUBLED p'],
  [
    `${L} CREATE TABLE o AS SELECT row_number() OVER () AS id, host AS h FROM p; INSERT INTO l (p, o) ${JOINED};`,
    'ROWS_DOUBLED p',
  ],
  [
    linked('SELECT p.id, (SELECT id FROM o WHERE h = host) FROM p WHERE host IS NOT NULL'),
    'VALUES_LOST l.o',
  ],
  [
    `${O}${ADDED}${MADE} UPDATE p SET o = (SELECT id FROM o WHERE h = p.host LIMIT 1);`,
    'VALUES_LOST p.o',
  ],
  [
    `${O}${ADDED}${MADE} UPDATE p SET o = o.id FROM o WHERE o.h = p.host; ${GONE}`,
    'VALUES_LOST p.o',
  ],
  [
    inCode('for (const row of rows) { make(row); link(row, find(row.host).id) }'),
    'VALUES_LOST l.o',
  ],
  [
    inCode('rows.forEach(make); for (const row of rows) link(row, find(row.host).id)'),
    'VALUES_LOST l.o',
  ],
  [
    inCode(
      "for (const row of rows) { make(row); db.prepare('UPDATE p SET o = ? WHERE id = ?').run(find(row.host).id, row.id) }",
      ADDED,
    ),
    'VALUES_LOST p.o',
  ],
  [
    inCode(
      "rows.forEach(make); for (const row of rows) for (const o of db.prepare('SELECT id FROM o WHERE h = ?').all(row.host)) link(row, o.id)",
    ),
    'ROWS_DOUBLED p',
  ],
  [
    linked(JOINED).replace('p INTEGER NOT NULL', 'p INTEGER NOT NULL UNIQUE'),
    'REPLAY_FAILS_ON_ROWS p.host',
  ],
])('is told: %s', async (step, told) => expect(await grave(step, P)).toEqual([`error ${told}`]))

testSome([
  [linked(JOINED, 'INSERT INTO o (h) SELECT DISTINCT host FROM p WHERE host IS NOT NULL;')],
  [
    linked(
      JOINED,
      'INSERT INTO o (h, secret) SELECT host, max(secret) FROM p WHERE host IS NOT NULL GROUP BY host;',
    ),
  ],
  [
    linked(
      JOINED,
      MADE.replace('INSERT', 'INSERT OR IGNORE'),
      O.replace('h TEXT NOT NULL', 'h TEXT NOT NULL UNIQUE') + L,
    ),
  ],
  [linked(JOINED, MADE), P.replace('host TEXT', 'host TEXT UNIQUE')],
  [
    linked(
      'SELECT p.id, o.id FROM p JOIN o ON o.id = p.id',
      MADE.replace('(h, secret)', '(id, h, secret)').replace('SELECT', 'SELECT id,'),
    ),
  ],
  [linked(`${JOINED} AND o.secret = p.name`)],
  [linked(JOINED, '')],
  [linked(`SELECT p.id, max(o.id) FROM p JOIN o ON o.h = p.host GROUP BY p.id`)],
  [
    linked(
      'SELECT p.id, o.id FROM p JOIN o ON o.h = p.host AND o.id <> p.id',
      MADE.replace('(h, secret)', '(id, h, secret)').replace('SELECT', 'SELECT id,'),
    ),
  ],
  [
    linked('SELECT p.id, o.id FROM p JOIN o ON o.h = p.host', MADE),
    'CREATE TABLE g (id TEXT PRIMARY KEY); CREATE TABLE p (id INTEGER PRIMARY KEY, host TEXT REFERENCES g (id), secret TEXT); CREATE INDEX ph ON p (host);',
  ],
  [
    inCode(
      'for (const row of rows) { if (!find(row.host)) make(row); link(row, find(row.host).id) }',
    ),
  ],
  [inCode('for (const row of rows) link(row, make(row).lastInsertRowid)')],
])('is not told: %s', async (step, tables = P) => expect(await grave(step, tables)).toEqual([]))

test('both tables are named, and the columns', async () => {
  const found = await foundIn(P, linked(JOINED))
  const doubled = found.find(({ code }) => code === 'ROWS_DOUBLED')
  expect(doubled?.message).toContain('links rows of p to rows of o that were made of other rows in')
  expect(doubled?.message).toContain('two that agree in host each get what was made of the other')
  const looked = await foundIn(
    P,
    inCode('rows.forEach(make); for (const row of rows) link(row, find(row.host).id)'),
  )
  expect(looked.find(({ code }) => code === 'VALUES_LOST')?.message).toContain('got the row of o')
})
