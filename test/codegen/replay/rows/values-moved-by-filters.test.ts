// Columns that are dropped when a filtered copy has put their values into other tables: there are rows for what the filter
// leaves out, which hold a value.
import { expect } from 'vitest'
import { placesProven } from '../../proven/prove-project.js'
import { testSome } from '../../../support/some-of.js'

const KINDS =
  'CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE m (id INTEGER PRIMARY KEY, kind TEXT, stopped TEXT, active BOOLEAN NOT NULL, p INTEGER REFERENCES p (id), t TEXT); CREATE INDEX m_p ON m (p)'
const NEW = 'CREATE TABLE s (m INTEGER PRIMARY KEY REFERENCES m (id), t TEXT)'
const DROP = 'ALTER TABLE m DROP COLUMN t'
const ALIVE = 'SELECT id, t FROM m WHERE stopped IS NOT NULL'

const sql = (statements: string): string =>
  `-- irreversible: there is no way back\n-- migrate:up\n${statements};\n`
const byKind = (kind: string): string =>
  `CREATE TABLE s2 (m INTEGER PRIMARY KEY REFERENCES m (id), t TEXT);
INSERT INTO s SELECT id, t FROM m WHERE ${kind} = 'a';
INSERT INTO s2 SELECT id, t FROM m WHERE ${kind} <> 'a'`
const withoutColumn = `CREATE TABLE n (id INTEGER PRIMARY KEY, kind TEXT, stopped TEXT, active BOOLEAN NOT NULL, p INTEGER REFERENCES p (id));
INSERT INTO n SELECT id, kind, stopped, active, p FROM m; DROP TABLE m; ALTER TABLE n RENAME TO m; CREATE INDEX m_p ON m (p)`
const CODE = `export const irreversible = 'there is no way back'
export function up(db) {
  db.exec('${NEW}')
  const add = db.prepare('INSERT INTO s (m, t) VALUES (?, ?)')
  for (const { id, t } of db.prepare('${ALIVE}').all()) add.run(id, t)
  db.exec('${DROP}')
}
`

testSome([
  ['what may be NULL', sql(`${NEW}; INSERT INTO s ${ALIVE}; ${DROP}`)],
  ['two columns', sql(`${NEW}; INSERT INTO s ${ALIVE} AND t IS NOT NULL; ${DROP}`)],
  [
    'what is true or false',
    sql(`${NEW}; INSERT INTO s SELECT id, t FROM m WHERE active = 1; ${DROP}`),
  ],
  [
    'for a parent',
    sql(`${NEW}; INSERT INTO s SELECT m.id, m.t FROM m JOIN p ON p.id = m.p; ${DROP}`),
  ],
  ['what may be NULL, before a rebuild', sql(`${NEW}; INSERT INTO s ${ALIVE}; ${withoutColumn}`)],
  ['what may be NULL, in code', CODE],
  ['for two kinds, and not for none', sql(`${NEW}; ${byKind('kind')}; ${DROP}`)],
])('values are gone where a filter asks %s', async (_name, second) => {
  expect(await found(second)).toEqual(['error COLUMN_DROPPED'])
})

testSome([
  ['there is a value', `INSERT INTO s SELECT id, t FROM m WHERE t IS NOT NULL`],
  ['there may be a parent', `INSERT INTO s SELECT m.id, m.t FROM m LEFT JOIN p ON p.id = m.p`],
  ['it is one of two kinds', byKind("coalesce(kind, '')")],
  ['it is true or false', byKind("iif(active, 'a', 'b')")],
])('they are kept where they move if %s', async (_name, moves) => {
  expect(await found(sql(`${NEW}; ${moves}; ${DROP}`))).toEqual([])
})

/** `severity CODE` of what is found in the second version. */
async function found(second: string): Promise<string[]> {
  const name = second === CODE ? '002_b.js' : '002_b.sql'
  const places = await placesProven({ '001_a.sql': sql(KINDS), [name]: second })
  return places.flatMap((one) => (one.startsWith('002') ? one.replace(/^\S+ /, '') : []))
}
