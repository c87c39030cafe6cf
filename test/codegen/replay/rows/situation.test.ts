// How tables hang together: made from what has changed, it is what the whole schema tells.
import BetterSqlite3 from 'better-sqlite3'
import { expect, it } from 'vitest'
import type { Database } from '../../../../src/database/better-sqlite3/handle.js'
import { catalogChanges, catalogReader } from '../../../../codegen/replay/catalog/read-catalog.js'
import {
  changesBetween,
  tableGraphOf,
  type TableGraph,
} from '../../../../codegen/replay/rows/fill/table-graph.js'

const STEPS = [
  'CREATE TABLE p (id INTEGER PRIMARY KEY, a TEXT)',
  'CREATE TABLE c (id INTEGER PRIMARY KEY, p REFERENCES p); CREATE UNIQUE INDEX c_p ON c (p)',
  'CREATE TABLE d (p REFERENCES P, c REFERENCES c); CREATE UNIQUE INDEX c_id ON C (id, p)',
  'CREATE TRIGGER t AFTER INSERT ON p BEGIN DELETE FROM d; END; CREATE VIEW v AS SELECT * FROM p',
  'ALTER TABLE p ADD COLUMN b TEXT',
  'ALTER TABLE c ADD COLUMN b TEXT',
  'DROP VIEW v; CREATE VIEW v AS SELECT id FROM p; CREATE INDEX p_b ON p (b)',
  'DROP INDEX c_p',
  'ALTER TABLE c RENAME TO children',
  'DROP TRIGGER t; CREATE TRIGGER t AFTER DELETE ON p BEGIN DELETE FROM d; END',
  'DROP TABLE children; CREATE TABLE children (p REFERENCES p)',
  'SELECT 1',
]

const listsOf = ({ attached, uniqueKeys, children }: TableGraph): unknown => [
  [...attached.indexes],
  [...attached.triggers],
  [...uniqueKeys],
  [...children],
]

/** In any order of tables, the lists of each in their order. */
const inOrder = (situation: TableGraph): string[] =>
  (listsOf(situation) as [string, unknown][][]).flatMap((list, index) =>
    list.map((one) => `${index} ${JSON.stringify(one)}`).sort(),
  )

it('is the same from change to change', () => {
  const db = new BetterSqlite3(':memory:')
  const reader = catalogReader(db as unknown as Database, {
    ledger: '_migrations',
    ignoreTables: [],
  })
  let before = tableGraphOf(reader.read().catalog)
  for (const step of STEPS) {
    db.exec(step)
    const { catalog } = reader.read()
    const changes = catalogChanges(before.catalog, catalog)
    const kept = inOrder(before)
    const now = tableGraphOf(catalog, { from: before, changes })
    expect(inOrder(now)).toEqual(inOrder(tableGraphOf(catalog)))
    expect(inOrder(before)).toEqual(kept)
    expect(changesBetween(before, now)).toEqual(changes)
    before = now
  }
  expect(before.children.get('p')).toEqual(['d', 'children'])
  db.close()
})
