// UPDATE … FROM, and a subquery for a value, take any of several rows that they find for one.
import { expect } from 'vitest'
import { codesIn, foundIn } from './prove-project.js'
import { testSome } from '../../support/some-of.js'

const TABLES = `CREATE TABLE b (id INTEGER PRIMARY KEY, state TEXT);
CREATE TABLE c (doc INTEGER, ref INTEGER UNIQUE, text TEXT);`

const told = async (from: string): Promise<boolean> => {
  const codes = await codesIn(TABLES, `UPDATE b SET state = x.state FROM ${from};`)
  return codes.some((one) => one.includes('NOT_DETERMINISTIC'))
}

testSome([
  "(SELECT doc, coalesce(text, '') AS state FROM c) AS x WHERE b.id = x.doc",
  '(SELECT doc AS no, text AS state FROM c) x WHERE x.no = b.id',
])('is told: %s', async (from) => expect(await told(from)).toBe(true))

testSome([
  "(SELECT ref, coalesce(text, '') AS state FROM c) AS x WHERE b.id = x.ref",
  '(SELECT ref AS no, text AS state FROM c) x WHERE x.no = b.id',
  '(SELECT doc, max(text) AS state FROM c GROUP BY doc) AS x WHERE b.id = x.doc',
  '(SELECT abs(doc) AS ref, text AS state FROM c) x WHERE x.ref = b.id',
])('is not, or is not known: %s', async (from) => expect(await told(from)).toBe(false))

testSome([
  'UPDATE m SET parent = (SELECT r.id FROM m r WHERE r.topic = m.topic LIMIT 1) WHERE id > 9;',
  'UPDATE m SET parent = r.id FROM m AS r WHERE r.topic = m.topic AND m.id > 9;',
])('the table itself under another name: %s', async (update) => {
  const table =
    'CREATE TABLE m (id INTEGER PRIMARY KEY, topic TEXT NOT NULL, role TEXT, parent INTEGER);'
  const found = await foundIn(table, update)
  const { message } = found.find(({ code }) => code === 'NOT_DETERMINISTIC') ?? {}
  expect(message).toContain('any of the rows of m with the same topic: nothing says which one')
})

testSome([
  ['doc = b.rowid', true],
  ['c.doc = b._rowid_', true],
  ['c.rowid = b.id', false],
  ['c._rowid_ = b.id', false],
  ['oid = b.id', false],
  ['doc = b.id AND c.rowid = (SELECT max(o.rowid) FROM c o WHERE o.doc = c.doc)', false],
])('a number that tells the row is one of its own table: %s', async (where, isTold) => {
  const codes = await codesIn(TABLES, `UPDATE b SET state = (SELECT text FROM c WHERE ${where});`)
  expect(codes.some((one) => one.includes('NOT_DETERMINISTIC'))).toBe(isTold)
})
