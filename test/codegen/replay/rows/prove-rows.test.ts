// Carrying a history: the same each time, from wherever it goes on, and to its end whatever goes wrong on the way.
import BetterSqlite3 from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import type { Database } from '../../../../src/database/better-sqlite3/handle.js'
import { sampleHistory } from '../../../../bench/history/sample-history.js'
import { factsOf, rowFacts, type Step } from './prove-history.js'
import { testSome } from '../../../support/some-of.js'

/** Something is wrong in nearly every version. */
const FAULTY: readonly (Step | string)[] = [
  'CREATE TABLE p (id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT, b TEXT)',
  'CREATE TABLE c (id INTEGER PRIMARY KEY, p INTEGER REFERENCES p (id) ON DELETE CASCADE)',
  'CREATE UNIQUE INDEX p_a ON p (a)',
  {
    up: 'CREATE TABLE n (id INTEGER PRIMARY KEY AUTOINCREMENT, b TEXT, a TEXT); INSERT INTO n SELECT * FROM p; DROP TABLE p; ALTER TABLE n RENAME TO p',
    down: 'CREATE TABLE n (id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT, b TEXT NOT NULL); INSERT INTO n SELECT id, a, b FROM p; DROP TABLE p; ALTER TABLE n RENAME TO p',
  },
  'CREATE TABLE never (a CHECK (a <> a AND 0) NOT NULL)',
  'DELETE FROM p WHERE a IS NULL',
  { up: 'UPDATE c SET p = p', down: 'DELETE FROM p' },
  'ALTER TABLE c ADD COLUMN must TEXT NOT NULL',
  'CREATE TABLE m AS SELECT * FROM c; DROP TABLE c; CREATE TABLE c (id INTEGER PRIMARY KEY, p INTEGER); INSERT INTO c SELECT id, p FROM m WHERE p > 1',
]

describe('proving twice', () => {
  it('finds the same', async () => {
    const first = await rowFacts(FAULTY)
    const wrong = first.filter(({ facts }) => facts.length > 0)
    expect(wrong.map(({ version }) => version)).toEqual([3, 4, 5, 6, 7, 8, 9])
    expect(await rowFacts(FAULTY)).toEqual(first)
  })

  testSome(FAULTY.map((_, index) => index + 1))(
    'finds the same when it goes on from %i',
    async (provenTo) => {
      const whole = await rowFacts(FAULTY)
      expect(await rowFacts(FAULTY, { provenTo })).toEqual(
        whole.map((one) => (one.version > provenTo ? one : { ...one, facts: [] })),
      )
    },
  )
})

describe('a run', () => {
  it('tells of each side before it begins', async () => {
    const sides: string[] = []
    await rowFacts(FAULTY.slice(0, 4), {
      report: (version, direction) => sides.push(`${version} ${direction}`),
    })
    expect(sides).toEqual(['1 up', '2 up', '3 up', '4 up', '4 down'])
  })

  it('closes every database that it opens', async () => {
    const opened: BetterSqlite3.Database[] = []
    const open = async (): Promise<Database> => {
      const handle = new BetterSqlite3(':memory:')
      opened.push(handle)
      return handle as unknown as Database
    }
    await rowFacts(FAULTY, { open })
    expect(opened.length).toBeGreaterThan(1)
    expect(opened.filter((handle) => handle.open)).toEqual([])
  })

  it('has nothing to say of a long ordinary history', async () => {
    expect(await factsOf(sampleHistory(60))).toEqual([])
  })

  it('carries steps outside transactions', async () => {
    const facts = await rowFacts([
      'CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT)',
      { up: 'VACUUM', down: 'VACUUM', transaction: false },
      { up: 'CREATE UNIQUE INDEX t_a ON t (a)', transaction: false },
      'DELETE FROM t',
    ])
    expect(facts.map(({ facts: found }) => found.map(({ kind }) => kind))).toEqual([
      [],
      [],
      ['step-failed'],
      [],
    ])
  })

  it('goes on however many versions fail', async () => {
    const failing = Array.from({ length: 25 }, (_, index) => [
      `CREATE TABLE t${index} (id INTEGER PRIMARY KEY, a TEXT)`,
      `CREATE UNIQUE INDEX t${index}_a ON t${index} (a)`,
    ]).flat()
    const facts = await factsOf(failing)
    expect(facts.map((fact) => fact.kind === 'step-failed' && fact.table)).toEqual(
      Array.from({ length: 25 }, (_, index) => `t${index}`),
    )
  })

  it('does not stumble over numbers that the history gives to its own rows', async () => {
    const rows = Array.from({ length: 3000 }, (_, index) => `(${index}, 'w${index}', ${index})`)
    const table = 'CREATE TABLE w (id INTEGER PRIMARY KEY, word TEXT UNIQUE, place INTEGER UNIQUE)'
    expect(await factsOf([table, `INSERT INTO w VALUES ${rows.join(', ')}`])).toEqual([])
  })

  it('survives code that closes the database', async () => {
    const up = (db: Database): void => void db.close()
    expect(await rowFacts(['CREATE TABLE t (a)', { up }, 'DROP TABLE t'])).toHaveLength(1)
  })

  it('meets an empty history', async () => expect(await rowFacts([])).toEqual([]))
})

describe('a step that touches the outside world', () => {
  it('is run once, and its down not at all', async () => {
    let runs = 0
    const count = (): void => void runs++
    await rowFacts([
      'CREATE TABLE t (a)',
      { up: count, down: count, effects: 'mail' },
      'DROP TABLE t',
    ])
    expect(runs).toBe(1)
  })

  it('is not run again to find out why a later one fails', async () => {
    let runs = 0
    const facts = await factsOf([
      'CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT)',
      { up: () => void runs++, effects: 'mail' },
      'CREATE UNIQUE INDEX t_a ON t (a)',
      'DROP INDEX t_a',
    ])
    expect(facts).toMatchObject([{ kind: 'step-failed', table: 't', row: { a: 'a 2001' } }])
    expect(runs).toBe(1)
  })
})

it('columns that the history reads as JSON: hold JSON from the beginning', async () => {
  const steps = [
    'CREATE TABLE e (id INTEGER PRIMARY KEY, payload TEXT NOT NULL, "the data" TEXT, kind TEXT AS (json_extract(payload, \'$.kind\')))',
    `UPDATE e SET "the data" = "the data" ->> '$.x'`,
  ]
  expect(await factsOf(steps)).toEqual([])
})
