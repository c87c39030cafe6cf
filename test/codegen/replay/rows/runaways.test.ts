// Sides that ran away with the usual rows, and get others.
import { describe, expect, it } from 'vitest'
import type { Database } from '../../../../src/database/better-sqlite3/handle.js'
import { carryRows } from '../../../../codegen/replay/rows/carry-rows.js'
import { factsOf, historyOf } from './prove-history.js'
import { testSome } from '../../../support/some-of.js'

const TABLES =
  'CREATE TABLE s (id INTEGER PRIMARY KEY, n INTEGER NOT NULL DEFAULT 0 UNIQUE); CREATE TABLE o (s INTEGER NOT NULL REFERENCES s (id), k INTEGER NOT NULL)'
const COUNTS = `WITH RECURSIVE k (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM k WHERE n < (SELECT max(n) FROM s))
INSERT INTO o SELECT s.id, k.n FROM s JOIN k ON k.n <= s.n`
const IN_CODE = (db: Database): void => {
  const { most } = db.prepare<[], { most: number }>('SELECT max(n) AS most FROM s').get()!
  for (let k = 0; k < most; k++) db.prepare('SELECT 1').get()
}
const extremes = (seen: unknown[]) => (db: Database) => {
  seen.push(db.prepare('SELECT count(*) AS n FROM s WHERE n > 3000000').get())
}

describe('a side that ran away once', () => {
  testSome([
    ['in SQL', COUNTS],
    ['in code', IN_CODE],
  ])(
    'comes to its end with moderate numbers, and extreme ones come back behind it: %s',
    async (_, up) => {
      const seen: unknown[] = []
      const steps = [TABLES, { up }, { up: extremes(seen) }]
      const facts = await factsOf(steps, { runaways: { '2 up': { times: 1 } } })
      expect(facts).toMatchObject([
        {
          kind: 'ran-away',
          at: { version: 2, direction: 'up', statement: null },
          rows: 'moderate',
        },
      ])
      expect(seen[0]).not.toEqual({ n: 0 })
    },
  )

  it('tells the statement', async () => {
    const runaways = { '2 up': { times: 1, statement: { script: 0, offset: 0 } } }
    expect(await factsOf([TABLES, COUNTS], { runaways })).toMatchObject([
      { kind: 'ran-away', at: { script: 0, offset: 0 } },
    ])
  })

  it('may be a down', async () => {
    const down = `${COUNTS}; DROP TABLE x`
    const steps = [TABLES, { up: 'CREATE TABLE x (a)', down }]
    const facts = await factsOf(steps, { runaways: { '2 down': { times: 1 } } })
    expect(facts).toMatchObject([{ kind: 'ran-away', at: { direction: 'down' } }])
  })

  it('still shows what else is wrong with it', async () => {
    const steps = [`${TABLES}; CREATE TABLE l (id INTEGER PRIMARY KEY, a TEXT)`]
    const loses = `${COUNTS}; CREATE TABLE m (id INTEGER PRIMARY KEY, a TEXT); INSERT INTO m SELECT * FROM l WHERE a NOT NULL; DROP TABLE l; ALTER TABLE m RENAME TO l`
    const facts = await factsOf([...steps, loses], { runaways: { '2 up': { times: 1 } } })
    expect(facts.map(({ kind }) => kind)).toEqual(['rows-lost', 'ran-away'])
  })
})

it('a side that ran away twice gets no rows, and the next one all', async () => {
  const seen: unknown[] = []
  const steps = [TABLES, COUNTS, { up: extremes(seen) }]
  const facts = await factsOf(steps, { runaways: { '2 up': { times: 2 } } })
  expect(facts).toMatchObject([{ kind: 'ran-away', rows: 'none' }])
  expect(seen[0]).not.toEqual({ n: 0 })
})

it('a side that ran away twice gets no rows for its literals either', async () => {
  const counts = 'CREATE TABLE c (n INTEGER); INSERT INTO c SELECT count(*) FROM s WHERE n <> 4'
  const seen: unknown[] = []
  const look = (db: Database): void =>
    void seen.push(db.prepare('SELECT n FROM c ORDER BY rowid LIMIT 1').get())
  await factsOf([TABLES, counts, { up: look }], { runaways: { '2 up': { times: 2 } } })
  expect(seen[0]).toEqual({ n: 0 })
})

it('rows that are carried to compare two orders have no extreme from the beginning', async () => {
  const run = historyOf([TABLES, COUNTS])
  const { failure, begun } = await carryRows(run, { from: 1, spared: {} })
  expect([failure, Object.keys(begun)]).toEqual([null, ['s', 'o']])
})
