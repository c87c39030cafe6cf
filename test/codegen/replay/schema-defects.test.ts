// Histories with one defect each: exactly that is found, in its place, and what comes after it is proven all the same.
import { describe, expect, it } from 'vitest'
import type { Fact } from '../../../codegen/model/evidence.js'
import type { Database as Handle } from '../../../src/database/better-sqlite3/handle.js'
import type { Draft } from '../../support/registry.js'
import { factsOf, proofOf, step } from './schema-proof.js'

const T = step(
  "CREATE TABLE t (a TEXT COLLATE NOCASE DEFAULT 'x' CHECK (a <> ''), b INT)",
  'DROP TABLE t',
)
/** Comes after a defect: its own inverse and faults are proven as well. */
const LATER = step('CREATE TABLE later (a)', 'DROP TABLE later')

const notInverse = (fact: Fact | undefined) => {
  if (fact?.kind !== 'not-inverse') throw new TypeError(`not the fact: ${JSON.stringify(fact)}`)
  return [
    fact.version,
    fact.grade,
    ...fact.differences.map(({ object, change, details }) =>
      [object, change, ...details.map((one) => `${one.change} ${one.what}`)].join('; '),
    ),
  ]
}

describe('a step that fails on an empty database', () => {
  it('is told with script, offset, statement, and the tables that the statement names', async () => {
    const { versions, complete } = await proofOf(
      T,
      step(['CREATE TABLE u (c)', '-- why\nSELECT 1;\n  CREATE INDEX i ON t (a, missing);']),
      LATER,
    )
    expect(complete).toBe(false)
    expect(versions).toHaveLength(2)
    expect(versions[1]).toEqual({
      version: 2,
      schemaDigest: null,
      schemaChanges: {},
      catalog: {},
      facts: [
        {
          kind: 'step-failed',
          stage: 'empty',
          cause: 'sqlite',
          message: 'no such column: missing',
          at: {
            version: 2,
            direction: 'up',
            script: 1,
            offset: 19,
            statement: 'CREATE INDEX i ON t (a, missing)',
            frame: null,
          },
          schema: [T.up],
          table: null,
          row: null,
        },
      ],
    })
  })

  it('names the second of two statements that are written alike', async () => {
    const [fact] = await factsOf(step('CREATE TABLE u (c); CREATE TABLE u (c)'))
    expect(fact).toMatchObject({ kind: 'step-failed', at: { script: 0, offset: 20 } })
  })

  it('is told with the statement and the place of code', async () => {
    const [fact] = await factsOf(
      T,
      step((db) => {
        const insert = db.prepare('INSERT INTO t (b) VALUES (?)')
        db.exec('CREATE UNIQUE INDEX u ON t (b)')
        insert.run(1)
        insert.run(1)
      }),
    )
    expect(fact).toMatchObject({
      kind: 'step-failed',
      cause: 'sqlite',
      message: 'UNIQUE constraint failed: t.b',
      at: {
        script: null,
        statement: 'INSERT INTO t (b) VALUES (?)',
        frame: { line: expect.any(Number) },
      },
      schema: [T.up],
    })
    const { at } = fact as Extract<Fact, { kind: 'step-failed' }>
    expect(at.frame?.file).toMatch(/schema-defects\.test\.ts$/)
  })

  it('is told as the code’s own failure where the code throws, answers false or a promise', async () => {
    const failed = async (up: Draft<Handle>['up']) => {
      const [fact] = await factsOf(step(up))
      return fact as Extract<Fact, { kind: 'step-failed' }>
    }
    const thrown = await failed(() => {
      throw new TypeError('no such luck')
    })
    expect(thrown).toMatchObject({ cause: 'code', message: 'no such luck' })
    expect(thrown.at.frame?.file).toMatch(/schema-defects\.test\.ts$/)
    expect(await failed(() => false)).toMatchObject({
      cause: 'code',
      message: expect.stringContaining('false'),
    })
    expect((await failed((() => Promise.resolve()) as never)).message).toContain('promise')
    expect((await failed((async () => {}) as never)).message).toContain('async')
  })

  it('is found where a constraint ends the transaction', async () => {
    const [fact] = await factsOf(
      step('CREATE TABLE u (c UNIQUE ON CONFLICT ROLLBACK)', 'DROP TABLE u'),
      step('INSERT INTO u VALUES (1); INSERT INTO u VALUES (1)'),
    )
    expect(fact).toMatchObject({ cause: 'sqlite', at: { script: 0, offset: 26 } })
  })

  it('is told of steps outside of transactions as well', async () => {
    const facts = await factsOf(
      T,
      step('VACUUM; CREATE TABLE t (c)', 'DROP TABLE t', { transaction: false }),
    )
    expect(facts).toMatchObject([{ kind: 'step-failed', at: { version: 2, script: 0, offset: 8 } }])
  })
})

/** Downs that are wrong: the version's `up`, its `down`, and what is said. */
const WRONG: Readonly<Record<string, readonly [up: string, down: string, told: unknown[]]>> = {
  'an index is forgotten': [
    'ALTER TABLE t ADD COLUMN c; CREATE INDEX i ON t (b)',
    'ALTER TABLE t DROP COLUMN c',
    ['differs', 'index i; added'],
  ],
  'a trigger is forgotten': [
    'CREATE TRIGGER g AFTER INSERT ON t BEGIN SELECT CASE WHEN 1 THEN 2 END; END',
    'SELECT 1',
    ['differs', 'trigger g; added'],
  ],
  'a rebuild loses a default': [
    'ALTER TABLE t DROP COLUMN b',
    "DROP TABLE t; CREATE TABLE t (a TEXT COLLATE NOCASE CHECK (a <> ''), b INT)",
    ['differs', 'table t; changed; changed column a'],
  ],
  'a rebuild writes another collation': [
    'ALTER TABLE t DROP COLUMN b',
    "DROP TABLE t; CREATE TABLE t (a TEXT COLLATE RTRIM DEFAULT 'x' CHECK (a <> ''), b INT)",
    ['differs', 'table t; changed; changed column a'],
  ],
  'a rebuild loses a check': [
    'ALTER TABLE t DROP COLUMN b',
    "DROP TABLE t; CREATE TABLE t (a TEXT COLLATE NOCASE DEFAULT 'x', b INT)",
    ['differs', 'table t; changed; lost constraint'],
  ],
  'columns come back in another order': [
    'ALTER TABLE t DROP COLUMN b',
    "DROP TABLE t; CREATE TABLE t (b INT, a TEXT COLLATE NOCASE DEFAULT 'x' CHECK (a <> ''))",
    ['differs', 'table t; changed; moved columns'],
  ],
  'a column comes back at the end': [
    'ALTER TABLE k DROP COLUMN a',
    'ALTER TABLE k ADD COLUMN a',
    ['differs', 'table k; changed; moved columns'],
  ],
  'another action of a foreign key': [
    'DROP TABLE k',
    'CREATE TABLE k (a, id INTEGER PRIMARY KEY, p REFERENCES t (a) ON DELETE SET NULL)',
    ['differs', 'table k; changed; lost constraint; added constraint'],
  ],
  'a constraint gets another name': [
    'DROP TABLE k',
    'CREATE TABLE k (a, id INTEGER PRIMARY KEY, p, CONSTRAINT owner FOREIGN KEY (p) REFERENCES t (a) ON DELETE CASCADE)',
    ['spelled', 'table k; changed; lost definition; added definition; added definition'],
  ],
}

describe('a down that is no inverse', () => {
  const K = step(
    'CREATE UNIQUE INDEX u ON t (a); CREATE TABLE k (a, id INTEGER PRIMARY KEY, p REFERENCES t (a) ON DELETE CASCADE)',
    'DROP TABLE k; DROP INDEX u',
  )
  for (const [name, [up, down, told]] of Object.entries(WRONG)) {
    it(`is told object by object, and nothing else is: ${name}`, async () => {
      const bare = ['another action', 'a constraint', 'a column comes'].some((start) =>
        name.startsWith(start),
      )
      const facts = await factsOf(
        T,
        ...(bare ? [K] : [LATER]),
        step(up, down),
        step('CREATE TABLE z (a)', 'DROP TABLE z'),
      )
      const others = facts.slice(1).filter((one) => !('stage' in one && one.stage === 'again'))
      expect(others).toEqual([])
      const [version, grade, ...objects] = notInverse(facts[0])
      expect([version, grade, ...objects]).toEqual([3, ...told])
    })
  }

  it('that fails is told with its place, and later versions are proven', async () => {
    const facts = await factsOf(
      T,
      step('ALTER TABLE t ADD COLUMN icon', 'SELECT 1; ALTER TABLE t DROP COLUMN icon TEXT'),
      step('CREATE INDEX i ON t (icon)', 'SELECT 2'),
    )
    expect(facts).toMatchObject([
      {
        kind: 'step-failed',
        stage: 'empty',
        at: { version: 2, direction: 'down', script: 0, offset: 10 },
      },
      { kind: 'not-inverse', version: 3 },
      { kind: 'step-failed', stage: 'again', at: { version: 3, direction: 'up' } },
    ])
  })

  it('leaves rows behind that a second up cannot stand', async () => {
    const facts = await factsOf(
      step('CREATE TABLE k (id INTEGER PRIMARY KEY)', 'DROP TABLE k'),
      step('INSERT INTO k VALUES (1)', 'SELECT 1'),
      LATER,
    )
    expect(facts).toMatchObject([
      {
        kind: 'step-failed',
        stage: 'again',
        at: { version: 2, direction: 'up', script: 0, offset: 0 },
      },
    ])
  })

  it('leads a second up elsewhere', async () => {
    const facts = await factsOf(
      step('CREATE TABLE k (n)', 'DROP TABLE k'),
      step((db) => {
        const { n } = db.prepare<[], { n: number }>('SELECT count(*) AS n FROM k').get()!
        db.exec(`CREATE TABLE of_${n} (a); INSERT INTO k VALUES (1)`)
      }, 'DROP TABLE of_0'),
      LATER,
    )
    expect(facts).toMatchObject([
      {
        kind: 'not-repeatable',
        version: 2,
        differences: [
          { object: 'table of_0', change: 'lost' },
          { object: 'table of_1', change: 'added' },
        ],
      },
    ])
  })

  it('destroys rows of the history, which later versions find all the same', async () => {
    const facts = await factsOf(
      T,
      step('INSERT INTO t (b) VALUES (7)', 'DELETE FROM t'),
      step(
        'ALTER TABLE t RENAME TO s',
        "DROP TABLE s; CREATE TABLE t (a TEXT COLLATE NOCASE DEFAULT 'x' CHECK (a <> ''), b INT)",
      ),
      step(
        (db) => (db.prepare('SELECT count(*) AS n FROM s').get() as { n: number }).n === 1,
        'SELECT 1',
      ),
    )
    expect(facts).toEqual([])
  })
})
