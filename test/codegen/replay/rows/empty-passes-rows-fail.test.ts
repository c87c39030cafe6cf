// Steps that pass on empty tables and fail as soon as there is one row, and those that rows of a certain kind stop.
import { describe, expect, it } from 'vitest'
import type { Database } from '../../../../src/database/better-sqlite3/handle.js'
import type { Context } from '../../../../src/model/migration.js'
import { toolkit } from '../../../../src/run/context/toolkit.js'
import { factsOf, rowFacts, type Step } from './prove-history.js'
import { testSome } from '../../../support/some-of.js'

const TABLE = 'CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, n INTEGER)'
const OTHER = 'CREATE TABLE other (id INTEGER PRIMARY KEY)'

describe('a step that only works on empty tables', () => {
  testSome([
    ['NOT NULL without default', 'ALTER TABLE t ADD COLUMN b TEXT NOT NULL'],
    ['an expression as default', "ALTER TABLE t ADD COLUMN b TEXT DEFAULT (lower('A'))"],
    ['the moment as default', 'ALTER TABLE t ADD COLUMN b TEXT DEFAULT CURRENT_TIMESTAMP'],
    [
      'a check that the default violates',
      'ALTER TABLE t ADD COLUMN b INTEGER DEFAULT 0 CHECK (b > 0)',
    ],
    ['a stored generated column', 'ALTER TABLE t ADD COLUMN b INTEGER AS (n + 1) STORED'],
    [
      'NOT NULL over nulls',
      'CREATE TABLE n (id INTEGER PRIMARY KEY, a TEXT NOT NULL, n INTEGER); INSERT INTO n SELECT id, a, n FROM t; DROP TABLE t; ALTER TABLE n RENAME TO t',
    ],
  ])('is found: %s', async (_, up) => {
    const [fact, ...others] = await factsOf([TABLE, up])
    expect(others).toEqual([])
    expect(fact).toMatchObject({
      kind: 'step-failed',
      stage: 'rows',
      cause: 'sqlite',
      table: 't',
      schema: expect.arrayContaining([TABLE]),
      row: { id: expect.any(Number) },
      at: { version: 2, direction: 'up', script: 0 },
    })
  })

  it('is found in a `down` that makes a column NOT NULL again, rebuild or not', async () => {
    const table = 'CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT NOT NULL)'
    const up = 'ALTER TABLE t ALTER COLUMN a DROP NOT NULL'
    const down = 'ALTER TABLE t ALTER COLUMN a SET NOT NULL'
    expect(await factsOf([table, { up, down }])).toMatchObject([
      {
        kind: 'step-failed',
        stage: 'rows',
        table: 't',
        at: { direction: 'down', statement: down },
      },
    ])
  })

  testSome([
    [
      'a reference with a default, checked while keys are off',
      'ALTER TABLE t ADD COLUMN o INTEGER DEFAULT 12345 REFERENCES other (id)',
      'foreign-key-broken',
    ],
    [
      'a reference with a default, with keys on',
      'ALTER TABLE t ADD COLUMN o INTEGER DEFAULT 12345 REFERENCES other (id)',
      'step-failed',
    ],
  ] as const)('%s', async (name, up, kind) => {
    const step = name.endsWith('keys on') ? { up, foreignKeys: 'enforce' as const } : up
    const facts = await factsOf([TABLE, OTHER, step])
    expect(facts.map((fact) => fact.kind)).toEqual([kind])
  })

  it('is found where a list of words becomes shorter, whichever word it is', async () => {
    const table = (name: string, words: string): string =>
      `CREATE TABLE ${name} (id INTEGER PRIMARY KEY, s TEXT NOT NULL CHECK (s IN (${words})))`
    const up = `${table('n', "'new', 'open'")}; INSERT INTO n SELECT id, s FROM t; DROP TABLE t; ALTER TABLE n RENAME TO t`
    expect(await factsOf([table('t', "'new', 'open', 'closed'"), up])).toMatchObject([
      { kind: 'step-failed', table: 't', row: { s: 'closed' } },
    ])
  })

  testSome([
    ['CREATE UNIQUE INDEX u ON users (lower(email))', "index 'u'"],
    ['CREATE UNIQUE INDEX u ON users (email COLLATE NOCASE)', 'users.email'],
    ['UPDATE users SET email = lower(email)', 'users.email'],
  ])('is told where texts may differ in the case of their letters: %s', async (up, message) => {
    expect(
      await factsOf(['CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT UNIQUE)', up]),
    ).toMatchObject([
      {
        kind: 'step-failed',
        cause: 'sqlite',
        message: expect.stringContaining(message),
        table: 'users',
        row: { email: expect.stringMatching(/^EMAIL \d+$/) },
      },
    ])
  })

  it('is told with the statement, its place and the row that it stumbles on', async () => {
    const up = 'CREATE INDEX t_n ON t (n);\n-- then\nCREATE UNIQUE INDEX t_a ON t (a);'
    const [fact] = await factsOf([TABLE, up])
    expect(fact).toMatchObject({
      message: 'UNIQUE constraint failed: t.a',
      at: {
        script: 0,
        offset: up.indexOf('CREATE UNIQUE'),
        statement: 'CREATE UNIQUE INDEX t_a ON t (a)',
      },
      row: { a: 'a 2001' },
    })
  })

  it('does not keep later versions from being looked at', async () => {
    const facts = await rowFacts([
      TABLE,
      'CREATE UNIQUE INDEX t_a ON t (a)',
      OTHER,
      'DELETE FROM other',
      'CREATE UNIQUE INDEX t_n ON t (n)',
    ])
    expect(
      facts.map(({ version, facts: found }) => [version, found.map(({ kind }) => kind)]),
    ).toEqual([
      [1, []],
      [2, ['step-failed']],
      [3, []],
      [4, []],
      [5, ['step-failed']],
    ])
  })
})

describe('a failure that is not for rows', () => {
  it('is passed over in silence where the step fails without rows too, and ends the proof', async () => {
    expect(await rowFacts([TABLE, 'INSERT INTO missing VALUES (1)', TABLE])).toEqual([
      { version: 1, facts: [], written: { 'table t': TABLE } },
    ])
  })

  it('is none where only numbers at the edge are in the way', async () => {
    expect(await factsOf([TABLE, 'UPDATE t SET n = abs(n)'])).toEqual([])
  })

  it('leaves rows at the edge in place for the steps after it', async () => {
    const seen: unknown[] = []
    const look = (db: Database): void => {
      seen.push(
        db.prepare<[], { low: number }>('SELECT count(*) AS low FROM t WHERE n < 0').get()?.low,
      )
    }
    await factsOf([TABLE, 'UPDATE t SET n = abs(n)', { up: look }])
    expect(seen[0]).toBe(1)
  })
})

/** What code reads in these tests. */
interface Thrown {
  readonly a: string | null
  readonly n: number | null
}

describe('code that throws on generated rows', () => {
  const parseUrls = (db: Database): void => {
    for (const { a } of db.prepare<[], { a: string }>('SELECT a FROM t').all()) void new URL(a)
  }

  it('is told with its place and a row', async () => {
    const [fact] = await factsOf([TABLE, { up: parseUrls, file: 'empty-passes-rows-fail.test.ts' }])
    expect(fact).toMatchObject({
      kind: 'step-failed',
      cause: 'code',
      table: 't',
      row: { a: 'a 2001' },
      at: {
        version: 2,
        frame: { file: expect.stringContaining('empty-passes-rows-fail.test.ts') },
      },
    })
  })

  testSome([
    ['a text in many scripts', (row: Thrown) => /[^\u0000-\u007f]/.test(row.a ?? '')],
    ['a large number', (row: Thrown) => (row.n ?? 0) > 2_000_000_000],
  ])('is told where it cannot cope with %s', async (_, fails) => {
    const up = (db: Database): void => {
      for (const row of db.prepare<[], Thrown>('SELECT a, n FROM t').all())
        if (fails(row)) throw new RangeError('unable to cope')
    }
    expect(await factsOf([TABLE, { up }])).toMatchObject([
      { kind: 'step-failed', cause: 'code', message: 'unable to cope', table: 't' },
    ])
  })

  it('is forgiven where only numbers at the edge are too much', async () => {
    const up = (db: Database): void => {
      for (const { n } of db.prepare<[], Thrown>('SELECT a, n FROM t').all())
        if (Math.abs(n ?? 0) > Number.MAX_SAFE_INTEGER) throw new RangeError('unable to cope')
    }
    expect(await factsOf([TABLE, { up }])).toEqual([])
  })

  it('is not said to throw where the runtime refuses what it does', async () => {
    const up = (db: Database): void => {
      if (db.prepare('SELECT 1 FROM t').get()) db.exec('COMMIT')
    }
    expect(await factsOf([TABLE, { up }])).toMatchObject([
      { kind: 'step-failed', stage: 'rows', refusal: expect.stringContaining('.') },
    ])
  })

  it('is satisfied with the example rows of the configuration', async () => {
    const seeds = { T: [{ a: 'https://a.example' }, { a: 'file:///b', n: 5 }] }
    expect(await factsOf([TABLE, { up: parseUrls }], { seeds })).toEqual([])
  })

  it('is one finding where the message tells of each row, or counts them', async () => {
    const each = (db: Database): void => {
      for (const { id, a } of db.prepare<[], Thrown & { id: number }>('SELECT * FROM t').all())
        if ((a?.length ?? 0) < 100) throw new RangeError(`row ${id} is too short`)
    }
    const all = (db: Database): void => {
      const found = db.prepare('SELECT * FROM t WHERE a IS NULL OR length(a) < 100').all()
      if (found.length > 0) throw new RangeError(`${found.length} rows are too short`)
    }
    for (const up of [each, all])
      expect(await factsOf([TABLE, { up }])).toMatchObject([
        { kind: 'step-failed', cause: 'code', table: 't' },
      ])
  })

  it('is as many findings as there are tables, and messages', async () => {
    const other = TABLE.replace('t (', 't2 (')
    const up = (db: Database): void => {
      for (const table of ['t', 't2'])
        for (const { a, n } of db.prepare<[], Thrown>(`SELECT * FROM ${table}`).all()) {
          if (a === null) throw new RangeError(`${table} has a row without a`)
          if (n === null) throw new RangeError(`${table} has a row without n`)
        }
    }
    const facts = await factsOf([TABLE, other, { up }])
    expect(facts.map((fact) => 'message' in fact && fact.message).sort()).toEqual([
      't has a row without a',
      't has a row without n',
      't2 has a row without a',
      't2 has a row without n',
    ])
  })

  it('is one finding where a rebuild loses rows for several reasons, and one for each table', async () => {
    const rebuilt = (table: string): string =>
      `CREATE TABLE ${table} (id INTEGER PRIMARY KEY, a TEXT UNIQUE ON CONFLICT REPLACE, n INTEGER NOT NULL ON CONFLICT IGNORE)`
    const up: Step['up'] = (_: Database, ctx: Context): void => {
      for (const table of ['t', 't2']) ctx.rebuild(table, { create: rebuilt(table) })
    }
    const facts = await factsOf([TABLE, TABLE.replace('t (', 't2 ('), { up, toolkit } as Step])
    expect(facts.map((fact) => 'table' in fact && fact.table)).toEqual(['t', 't2'])
    expect(facts[0]).toMatchObject({ refusal: expect.stringContaining('ON CONFLICT') })
    expect(facts[0]).not.toHaveProperty('column')
  })

  it('is called a failure of SQLite where a statement of it fails', async () => {
    const up = (db: Database): void => void db.exec('CREATE UNIQUE INDEX t_a ON t (a)')
    expect(await factsOf([TABLE, { up }])).toMatchObject([
      {
        kind: 'step-failed',
        cause: 'sqlite',
        at: { statement: 'CREATE UNIQUE INDEX t_a ON t (a)' },
      },
    ])
  })
})

describe('down on a table that has rows', () => {
  it('fails where it brings a constraint back that rows violate', async () => {
    const up = 'DROP INDEX t_a'
    const facts = await factsOf([
      TABLE,
      'DELETE FROM t; CREATE UNIQUE INDEX t_a ON t (a)',
      { up, down: 'CREATE UNIQUE INDEX t_a ON t (a)' },
    ])
    expect(facts).toMatchObject([
      { kind: 'step-failed', stage: 'rows', at: { version: 3, direction: 'down' }, table: 't' },
    ])
  })

  it('is not blamed on rows where it fails without them', async () => {
    expect(await factsOf([{ up: TABLE, down: 'DROP TABLE t; DELETE FROM t' }])).toEqual([])
  })
})
