// A DELETE of duplicates takes rows that have NULL in a column for alike, and the UNIQUE index that follows does not.
import { describe, expect } from 'vitest'
import type { Database } from '../../../../src/database/better-sqlite3/handle.js'
import { factsOf } from './prove-history.js'
import { testSome } from '../../../support/some-of.js'

const FIRST = 'CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b TEXT NOT NULL)'
const KEPT = 'DELETE FROM t WHERE id NOT IN (SELECT min(id) FROM t GROUP BY a)'
const unique = (removal: string, terms = 'a'): string =>
  `${removal}; CREATE UNIQUE INDEX u ON t (${terms})`
const NULLS = { kind: 'rows-lost', table: 't', by: 'nulls', column: 'a' }

describe('rows without a value are taken for alike', () => {
  testSome([
    ['by groups', unique(KEPT)],
    [
      'by a window',
      unique(
        'DELETE FROM t WHERE id IN (SELECT id FROM (SELECT id, row_number() OVER (PARTITION BY a ORDER BY id) AS n FROM t) WHERE n > 1)',
      ),
    ],
    [
      'by IS',
      unique('DELETE FROM t WHERE EXISTS (SELECT 1 FROM t o WHERE o.a IS t.a AND o.id < t.id)'),
    ],
    ['by code', { up: (db: Database) => void db.exec(unique(KEPT)) }],
  ])('%s', async (_, up) => {
    expect(await factsOf([FIRST, up])).toMatchObject([NULLS])
  })

  testSome([
    ['they are spared', unique(`${KEPT} AND a IS NOT NULL`)],
    [
      'they are not compared',
      unique('DELETE FROM t WHERE EXISTS (SELECT 1 FROM t o WHERE o.a = t.a AND o.id < t.id)'),
    ],
    ['they are to go', unique(`${KEPT} OR a IS NULL`)],
    ['nothing is to be unique', KEPT],
    [
      'the column has a value always',
      unique(KEPT).replaceAll('(a)', '(b)').replace('BY a', 'BY b'),
    ],
  ])('but not where %s', async (_, up) => {
    expect(await factsOf([FIRST, up])).toEqual([])
  })
})
