// A table that is made again without its rows: that they are lost is all there is to say of its new constraints.
import { expect, test } from 'vitest'
import { findingsIn } from './proven-folder.js'

const CACHE = 'CREATE TABLE cache (key TEXT PRIMARY KEY, value BLOB, expires INTEGER)'
const AGAIN =
  'CREATE TABLE cache (key TEXT NOT NULL PRIMARY KEY, value BLOB, expires INTEGER NOT NULL CHECK (expires > 0)) WITHOUT ROWID'

test('rows that are lost meet no demand', async () => {
  expect(await findingsIn(CACHE, `DROP TABLE cache; ${AGAIN}`)).toEqual(['002 error ROWS_LOST'])
})

test('rows that are copied do', async () => {
  const rows = 'INSERT OR IGNORE INTO cache SELECT key, value, expires FROM old'
  const found = await findingsIn(
    CACHE,
    `CREATE TABLE old AS SELECT * FROM cache; DROP TABLE cache; ${AGAIN}; ${rows}; DROP TABLE old`,
  )
  expect(found).toContain('002 error COLUMN_NARROWED')
})
