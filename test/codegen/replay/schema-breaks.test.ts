// What versions break, what a failure in the middle leaves behind, and what else a proof of a schema tells.
import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { proveSchema } from '../../../codegen/replay/schema/prove-schema.js'
import type { Database as Handle } from '../../../src/database/better-sqlite3/handle.js'
import { registryOf } from '../../support/registry.js'
import { factsOf, proofOf, runOf, step } from './schema-proof.js'

const T = step('CREATE TABLE t (a TEXT, b INT)', 'DROP TABLE t')
/** Comes after a defect: its own inverse and faults are proven as well. */
const LATER = step('CREATE TABLE later (a)', 'DROP TABLE later')

describe('what a version breaks', () => {
  it('is told of a view and a trigger once, with the version', async () => {
    const facts = await factsOf(
      T,
      step(
        'CREATE TABLE u (c); CREATE VIEW v AS SELECT b FROM t; CREATE TRIGGER g AFTER INSERT ON u BEGIN INSERT INTO t (b) VALUES (1); END',
        'DROP TRIGGER g; DROP VIEW v; DROP TABLE u',
      ),
      { up: 'SELECT 1; DROP TABLE t', irreversible: 'gone' },
      LATER,
    )
    expect(facts).toMatchObject([
      {
        kind: 'broken-object',
        at: { version: 3, script: 0, offset: 10, statement: 'DROP TABLE t' },
        object: 'view v',
        message: 'no such table: main.t',
      },
      {
        kind: 'broken-object',
        at: { version: 3 },
        object: 'trigger g',
        message: 'no such table: main.t',
      },
    ])
  })

  it('is told of a view that is broken from the beginning, and of one over it', async () => {
    const facts = await factsOf(
      step(
        'CREATE VIEW v AS SELECT * FROM nowhere; CREATE VIEW w AS SELECT 1 FROM v',
        'DROP VIEW w; DROP VIEW v',
      ),
    )
    expect(facts).toMatchObject([
      { object: 'view v', at: { offset: 0 } },
      { object: 'view w', at: { offset: 40 } },
    ])
  })

  it('is told of code with the statement and the call', async () => {
    const facts = await factsOf(
      T,
      step(
        (db: Handle) => {
          db.exec('CREATE TABLE u (c); CREATE VIEW v AS SELECT missing FROM t; SELECT 1')
          db.prepare('INSERT INTO t (a) VALUES (?)').run('x')
          db.exec('CREATE TABLE k (a REFERENCES later (a))')
        },
        (db: Handle) => db.exec('DROP TABLE k; DELETE FROM t; DROP VIEW v; DROP TABLE u'),
      ),
    )
    const frame = { file: expect.stringMatching(/schema-breaks/) }
    expect(facts).toMatchObject([
      { object: 'view v', at: { statement: 'CREATE VIEW v AS SELECT missing FROM t', frame } },
      { table: 'k', at: { statement: 'CREATE TABLE k (a REFERENCES later (a))', frame } },
    ])
    const [view, key] = facts.map((fact) => ('at' in fact ? (fact.at.frame?.line ?? 0) : 0))
    expect(key! - view!).toBe(2)
  })

  it('is told of rows without a parent, of a parent that is missing and of one that is not unique', async () => {
    const facts = await factsOf(
      step('CREATE TABLE p (id INTEGER PRIMARY KEY, n)', 'DROP TABLE p'),
      step(
        'CREATE TABLE c (id, p REFERENCES p, q REFERENCES nobody, PRIMARY KEY (id))',
        'DROP TABLE c',
      ),
      step('INSERT INTO c (p) VALUES (1), (2), (NULL)', 'DELETE FROM c'),
      step('CREATE TABLE d (n REFERENCES p (n))', 'DROP TABLE d'),
      LATER,
    )
    expect(facts).toMatchObject([
      {
        kind: 'foreign-key-broken',
        at: { version: 2 },
        table: 'c',
        columns: ['q'],
        parent: 'nobody',
        rows: 0,
      },
      { at: { version: 3 }, table: 'c', columns: ['p'], parent: 'p', rows: 2, message: null },
      {
        at: { version: 4 },
        table: 'd',
        columns: ['n'],
        rows: 0,
        message: 'foreign key mismatch - "d" referencing "p"',
      },
    ])
  })

  it('is told of a down that takes parents away', async () => {
    const facts = await factsOf(
      step(
        'CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE c (p REFERENCES p)',
        'DROP TABLE c; DROP TABLE p',
      ),
      step('INSERT INTO p VALUES (1)', 'DELETE FROM p'),
      step('INSERT INTO c VALUES (1)', 'DELETE FROM p'),
    )
    expect(facts).toMatchObject([
      { kind: 'foreign-key-broken', at: { version: 3, direction: 'down' }, table: 'c', rows: 1 },
    ])
  })
})

describe('a failure in the middle', () => {
  // Taken before anything looks on, as a native extension would be.
  const { exec } = Database.prototype as { exec: (sql: string) => unknown }
  const commit = (db: Handle): void => void exec.call(db, 'COMMIT')

  it('is told where it leaves something behind, and the proof goes on from a whole database', async () => {
    const facts = await factsOf(
      T,
      step((db) => {
        db.exec('CREATE TABLE half (a)')
        try {
          db.exec('CREATE TABLE whole (a)')
        } catch (error) {
          commit(db)
          throw error
        }
      }, 'DROP TABLE whole; DROP TABLE half'),
      LATER,
    )
    expect(facts).toMatchObject([
      {
        kind: 'fault-left',
        at: { version: 2, direction: 'up', statement: 'CREATE TABLE half (a)' },
        differences: [{ object: 'table half', change: 'added' }],
      },
    ])
  })

  it('is not tried where a migration touches the world, which runs once', async () => {
    const calls: string[] = []
    const facts = await factsOf(
      T,
      {
        up: (db) => {
          calls.push('up')
          db.exec('CREATE TABLE world (a)')
        },
        down: () => void calls.push('down'),
        effects: 'sends mail',
      },
      LATER,
    )
    expect(facts).toEqual([{ kind: 'unproven', version: 2, reason: 'effects' }])
    expect(calls).toEqual(['up'])
  })

  it('is not tried outside of transactions, but the down is', async () => {
    const facts = await factsOf(
      T,
      step('VACUUM; CREATE TABLE u (a)', 'DROP TABLE u; DROP TABLE t', { transaction: false }),
      step('CREATE INDEX i ON t (b)', 'DROP INDEX i'),
    )
    expect(facts).toMatchObject([
      { kind: 'not-inverse', version: 2, differences: [{ object: 'table t', change: 'lost' }] },
      { kind: 'unproven', version: 2, reason: 'no-transaction' },
    ])
  })

  it('that cannot be fixed ends the proof', async () => {
    const { versions, complete } = await proofOf(
      { up: 'CREATE TABLE world (a)', irreversible: 'x', effects: 'sends mail' },
      step((db) => {
        try {
          db.exec('CREATE TABLE half (a)')
          db.exec('CREATE TABLE whole (a)')
        } catch (error) {
          commit(db)
          throw error
        }
      }),
      LATER,
    )
    expect(complete).toBe(false)
    expect(versions.map(({ facts }) => facts.map((fact) => fact.kind))).toEqual([
      ['unproven'],
      ['fault-left', 'unproven'],
    ])
  })
})

describe('what else a proof tells', () => {
  it('ends where a migration closes the database', async () => {
    const { versions, complete } = await proofOf(
      T,
      step((db) => void db.close()),
      LATER,
    )
    expect(complete).toBe(false)
    expect(versions[1]?.facts).toMatchObject([{ kind: 'step-failed', at: { version: 2 } }])
  })

  it('lets a version that is known and fails all the same end it', async () => {
    const registry = registryOf(T, step('CREATE TABLE t (again)'), LATER)
    const { versions, complete } = await proveSchema(runOf(registry, { provenTo: 2 }))
    expect(complete).toBe(false)
    expect(versions).toMatchObject([{ version: 2, facts: [{ kind: 'step-failed' }] }])
  })

  it('has the columns of views with their origins, and the version of SQLite', async () => {
    const { views, sqlite } = await proofOf(
      step('CREATE TABLE u (id INTEGER PRIMARY KEY, n TEXT)', 'DROP TABLE u'),
      step('CREATE VIEW v AS SELECT n AS name, id + 1 AS next FROM u', 'DROP VIEW v'),
    )
    expect(views).toEqual({
      'view v': [
        { name: 'name', type: 'TEXT', origin: { table: 'u', column: 'n' } },
        { name: 'next', type: null, origin: null },
      ],
    })
    expect(sqlite).toMatch(/^3\.\d+\.\d+$/)
  })

  it('reports each side before it runs', async () => {
    const reports: string[] = []
    await proveSchema(
      runOf(registryOf(T, { up: 'SELECT 1', irreversible: 'x' }), {
        report: (version, direction) => void reports.push(`${version} ${direction}`),
      }),
    )
    expect(reports).toEqual(['1 up', '1 up', '1 down', '1 up', '2 up', '2 up'])
  })

  it('leaves out ignored tables, the ledger, and what is there when the database is opened', async () => {
    const run = runOf(registryOf(T, step('CREATE TABLE cache_x (a)', 'DROP TABLE cache_x')), {
      open: async () => {
        const db = new Database(':memory:')
        db.exec('CREATE TABLE given (a)')
        return db
      },
      ignoreTables: ['cache_*'],
    })
    const { versions } = await proveSchema(run)
    expect(versions.map(({ catalog }) => Object.keys(catalog))).toEqual([['table t'], []])
    expect(versions[0]?.schemaDigest).toBe((await proofOf(T)).versions[0]?.schemaDigest)
  })
})
