// Declared batches: each row once, each batch with how far the step has come, and on from there after whatever ended it.
import type Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import type { Database as Handle } from '../../../src/database/better-sqlite3/handle.js'
import { migrate } from '../../../src/drivers/better-sqlite3.js'
import type { Batches, EachBatches } from '../../../src/model/migration.js'
import type { BatchedSource, Registry } from '../../../src/model/registry.js'
import type { MigrationEvent, ProgressEvent } from '../../../src/model/events.js'
import { databases } from '../../support/databases.js'
import { errorOf } from '../../support/error-of.js'
import { managerOf } from '../../support/manager-of.js'
import { registryOf } from '../../support/registry.js'
import { backfillOf, batched, EACH, UPDATE, usersOf } from './backfill.js'

const files = databases()
const all = (db: Database.Database, sql: string) => db.prepare(sql).raw().all()
const timesIn = (db: Database.Database) =>
  all(db, 'SELECT DISTINCT times, score FROM changes NATURAL JOIN users ORDER BY 1')
const progressIn = (db: Database.Database) =>
  all(db, 'SELECT version, batch, key, done, total FROM _migrations_progress ORDER BY 1, 2')

/** 10 rows, and a walk in code that fails behind so many. */
function failing(after: number, size = 2) {
  const state = { isFailing: true, seen: 0 }
  const each: EachBatches<Handle> = {
    ...EACH,
    size,
    each(db, rows: { readonly id: number }[]) {
      EACH.each(db, rows as never)
      state.seen += rows.length
      if (state.isFailing && state.seen > after) throw new Error('no')
    },
  }
  return { state, registry: registryOf<Handle>(usersOf(10), batched({ ...UPDATE, size }, each)) }
}

test('works on each row once, in SQL and in code, and leaves no trace of the way', () => {
  const db = files.open()
  const progress: ProgressEvent[] = []
  const onEvent = (event: MigrationEvent) =>
    void (event.type === 'progress' && progress.push(event))
  const report = migrate(db, backfillOf(10, 4), { onEvent })
  expect(report.steps).toHaveLength(2)
  expect(timesIn(db)).toEqual([[2, 2]])
  expect(progressIn(db)).toEqual([])
  const one = [4, 8, 10]
  expect(progress.map(({ done, total, walk, walks }) => [done, total, walk, walks])).toEqual([
    ...one.map((done) => [done, 10, 1, 2]),
    ...one.map((done) => [done, 10, 2, 2]),
  ])
  expect(progress.every(({ rate = 0, remainingMs = -1 }) => rate > 0 && remainingMs >= 0)).toBe(
    true,
  )
  expect(progress.at(-1)).toMatchObject({ version: 2, remainingMs: 0 })
  expect(managerOf(db, backfillOf(10, 4)).verify()).toMatchObject({ ok: true, problems: [] })
})

test('a table without rows is done at once', () => {
  const db = files.open()
  expect(migrate(db, backfillOf(0, 4)).steps).toHaveLength(2)
})

test('is recorded with the time of all its runs, up to the last batch of those that did not end', () => {
  const { state, registry } = failing(3)
  const db = files.open()
  let time = Date.UTC(2030, 0, 1)
  const now = () => (time += 1000)
  errorOf(() => migrate(db, registry, { now }))
  const [[worked]] = all(db, 'SELECT max(worked_ms) FROM _migrations_progress') as [[number]]
  expect(worked).toBeGreaterThan(1000)
  time += 3_600_000
  state.isFailing = false
  const begun = time
  const last = migrate(db, registry, { now }).steps.at(-1)
  expect(last?.durationMs).toBeGreaterThan(worked + 1000)
  expect(last?.durationMs).toBeLessThan(worked + time - begun)
  expect(all(db, "SELECT duration_ms FROM _migrations WHERE version = '002'")).toEqual([
    [last?.durationMs],
  ])
})

test('goes on in a table of before it kept the time', () => {
  const { state, registry } = failing(3)
  const db = files.open()
  errorOf(() => migrate(db, registry))
  db.exec('ALTER TABLE _migrations_progress DROP COLUMN worked_ms')
  state.isFailing = false
  expect(migrate(db, registry).steps).toHaveLength(1)
})

test('goes on behind the last batch that was committed, without anybody settling it', () => {
  const { state, registry } = failing(3)
  const db = files.open()
  const error = errorOf(() => migrate(db, registry))
  expect(error.code).toBe('MIGRATION_FAILED')
  expect(error.message).toContain('6 batches are done and stay; the next run continues there.')
  expect(error.fix).not.toContain('mark')
  expect(progressIn(db)).toEqual([
    ['002', 0, null, 10, 10],
    ['002', 1, 'c00000002', 2, 10],
  ])
  const manager = managerOf(db, registry)
  expect(manager.status()).toMatchObject({
    state: 'pending',
    version: 1,
    pending: [
      {
        version: 2,
        progress: [
          { done: 10, total: 10 },
          { done: 2, total: 10 },
        ],
      },
    ],
    problems: [{ code: 'HISTORY_HALF_DONE', severity: 'warning' }],
  })
  state.isFailing = false
  expect(migrate(db, registry).steps).toMatchObject([{ version: 2 }])
  expect(timesIn(db)).toEqual([[2, 2]])
  expect(progressIn(db)).toEqual([])
  expect(manager.status()).toMatchObject({ state: 'current', problems: [] })
  expect(manager.rollback().steps).toHaveLength(1)
  expect(migrate(db, registry).steps).toHaveLength(1)
  expect(timesIn(db)).toEqual([[5, 2]])
})

test('does nothing else before it is done: neither a rollback nor something else under its number', () => {
  const { registry } = failing(3)
  const db = files.open()
  errorOf(() => migrate(db, registry))
  const manager = managerOf(db, registry)
  expect(errorOf(() => manager.rollback())).toMatchObject({
    code: 'HISTORY_HALF_DONE',
    facts: { version: 2, name: 'step_2' },
  })
  const edited = [registry[0]!, { ...registry[1]!, checksum: '1:0', lineage: '1:1' }]
  const error = errorOf(() => migrate(db, edited))
  expect(error.code).toBe('HISTORY_BATCHES_EDITED')
  expect(error.fix).toContain('lockstep repair --reason')
  expect(managerOf(db, edited).status().state).toBe('interrupted')
  expect(errorOf(() => managerOf(db, edited).rollback()).code).toBe('HISTORY_BATCHES_EDITED')
})

test.each(['pending', 'applied'] as const)('marked as %s, it is not gone on with', (as) => {
  const { state, registry } = failing(3)
  const db = files.open()
  errorOf(() => migrate(db, registry))
  managerOf(db, registry).mark(2, { as })
  expect(progressIn(db)).toEqual([])
  state.isFailing = false
  migrate(db, registry)
  const twice =
    as === 'pending'
      ? [
          [3, 3],
          [4, 4],
        ]
      : [
          [1, 1],
          [2, 2],
        ]
  expect(timesIn(db)).toEqual(twice)
})

describe('once its code is corrected', () => {
  const begun = () => {
    const { state, registry } = failing(3)
    const db = files.open()
    errorOf(() => migrate(db, registry))
    state.isFailing = false
    const [first, second] = registry
    return { db, first: first!, second: { ...second!, checksum: '1:0', lineage: '1:1' } }
  }

  test('it goes on behind what is done where a person says so, and stops who is still at it', () => {
    const { db, first, second } = begun()
    const row = "SELECT checksum, started_by FROM _migrations WHERE version = '002'"
    const before = db.prepare(row).raw().get() as string[]
    const manager = managerOf(db, [first, second])
    expect(manager.repair({ reason: 'the code was wrong' }).rows).toMatchObject([
      { version: 2, values: [{ field: 'checksum', after: '1:0' }] },
    ])
    const after = db.prepare(row).raw().get() as string[]
    expect([after[0], after[1] === before[1]]).toEqual(['1:0', false])
    expect(manager.status()).toMatchObject({
      state: 'pending',
      problems: [{ code: 'HISTORY_HALF_DONE' }],
    })
    expect(manager.migrate().steps).toMatchObject([{ version: 2 }])
    expect(timesIn(db)).toEqual([[2, 2]])
    expect(manager.history().map(({ action }) => action)).toContain('repair')
  })

  test('what is repaired beside it leaves it as it is', () => {
    const { db } = begun()
    db.exec("UPDATE _migrations SET name = 'other' WHERE version = '001'")
    const { registry } = failing(3)
    const repaired = managerOf(db, registry).repair({ reason: 'x' })
    expect(repaired.rows).toMatchObject([{ version: 1, values: [{ field: 'name' }] }])
    expect(managerOf(db, registry).status()).toMatchObject({ state: 'pending' })
  })

  test('but not over other rows, or by another key', () => {
    const { db, first, second } = begun()
    const { batches } = second.source as BatchedSource<Handle>
    const others = [
      batches[0]!,
      { ...(batches[1] as EachBatches<Handle>), query: 'SELECT id, code FROM users WHERE id > 0' },
    ]
    const registry = [
      first,
      { ...second, source: { ...second.source, batches: others } },
    ] as Registry<Handle>
    const error = errorOf(() => managerOf(db, registry).repair({ reason: 'other rows' }))
    expect(error.message).toMatch(/rows are done\), and `query` or `by` of its batches was changed/)
    expect(errorOf(() => migrate(db, registry))).toMatchObject({
      code: 'HISTORY_BATCHES_EDITED',
      fix: error.fix,
    })
    expect(error.fix).toMatch(/^Restore `query` and `by`: .*lockstep mark 002 --pending/)
    managerOf(db, [first, second]).repair({ reason: 'put back' })
    managerOf(db, [first, second]).migrate()
    expect(timesIn(db)).toEqual([[2, 2]])
  })

  test.each([
    ['its batches were removed from the code', registryOf(usersOf(10), { up: 'SELECT 1' })],
    ['it was removed from the code', registryOf(usersOf(10))],
    ['it was removed from the code', registryOf(usersOf(10), { name: 'x', up: 'SELECT 1' })],
  ])('and where %s, that is said', (what, registry) => {
    const { db, first, second } = begun()
    const [other, third] = [managerOf(db, registry), managerOf(db, [first, second])]
    const told = {
      code: 'HISTORY_BATCHES_EDITED',
      message: expect.stringContaining(what) as string,
    }
    expect(other.status()).toMatchObject({ state: 'interrupted', problems: [told] })
    const error = errorOf(() => other.rollback())
    expect(error).toMatchObject(told)
    expect(error.message).toMatch(/started \(\d+ of 20 rows are done\)/)
    expect(other.repair({ reason: 'x' }).rows).toEqual([])
    third.repair({ reason: 'put back' })
    third.migrate()
    expect(timesIn(db)).toEqual([[2, 2]])
  })

  test('however its query is written', () => {
    const { db, first, second } = begun()
    const { batches } = second.source as BatchedSource<Handle>
    const [one, other] = batches as [Batches<Handle>, EachBatches<Handle>]
    const written = [one, { ...other, query: other.query.replace(/select/i, 'sElEct  ') }]
    const registry = [
      first,
      { ...second, source: { ...second.source, batches: written } },
    ] as Registry<Handle>
    managerOf(db, registry).repair({ reason: 'put back' })
    managerOf(db, registry).migrate()
    expect(timesIn(db)).toEqual([[2, 2]])
  })
})

test('it is not begun anew where the table is gone that says how far it has come', () => {
  const { state, registry } = failing(3)
  const db = files.open()
  errorOf(() => migrate(db, registry))
  state.isFailing = false
  db.exec('DROP TABLE _migrations_progress')
  const error = errorOf(() => migrate(db, registry))
  expect(error.code).toBe('LEDGER_PROGRESS_MISSING')
  expect(error.fix).toContain('lockstep mark 002 --pending')
  managerOf(db, registry).mark(2, { as: 'pending' })
  managerOf(db, registry).migrate()
  expect(timesIn(db)).toEqual([
    [3, 3],
    [4, 4],
  ])
})

test('a lock that others hold between two batches is told with what is done', () => {
  const path = files.path()
  const [db, other] = [files.open(path), files.open(path)]
  let isHeld = false
  const onEvent = ({ type }: MigrationEvent) => {
    if (type === 'progress' && !isHeld) {
      isHeld = true
      other.exec('BEGIN IMMEDIATE')
    }
  }
  const error = errorOf(() => migrate(db, backfillOf(10, 4), { onEvent, lockTimeoutMs: 50 }))
  expect(error.code).toBe('LOCK_TIMEOUT')
  expect(error.message).toContain('1 batch is done and stays; the next run continues there.')
  expect(error.message).not.toContain('Nothing was changed')
  other.exec('ROLLBACK')
  // The sign of life could not be taken away.
  migrate(db, backfillOf(10, 4), { lockTimeoutMs: 50 })
  expect(timesIn(db)).toEqual([[2, 2]])
})

test('what a step said that somebody has taken out of the ledger by hand is forgotten', () => {
  const { state, registry } = failing(3)
  const db = files.open()
  errorOf(() => migrate(db, registry))
  db.exec("DELETE FROM _migrations WHERE version = '002'")
  state.isFailing = false
  migrate(db, registry)
  expect(timesIn(db)).toEqual([
    [3, 3],
    [4, 4],
  ])
})

test('stops between two batches, and goes on', () => {
  const db = files.open()
  const signal = { aborted: false }
  const onEvent = ({ type }: MigrationEvent) => void (signal.aborted ||= type === 'progress')
  const error = errorOf(() => migrate(db, backfillOf(10, 4), { signal, onEvent }))
  expect(error.code).toBe('RUN_ABORTED')
  expect(error.message).toContain('1 batch is done and stays; the next run continues there.')
  expect(error.fix).toBe('Run again to continue.')
  expect(progressIn(db)).toEqual([['002', 0, 12, 4, 10]])
  expect(migrate(db, backfillOf(10, 4)).steps).toHaveLength(1)
  expect(timesIn(db)).toEqual([[2, 2]])
})

test('rows that others add meanwhile are worked on as well', () => {
  const path = files.path()
  const db = files.open(path)
  const other = files.open(path)
  let isAdded = false
  const onEvent = ({ type }: MigrationEvent) => {
    if (type !== 'progress' || isAdded) return
    isAdded = true
    other.exec("INSERT INTO users (id, email, code) VALUES (1000, 'new', 'z'), (1, 'passed', 'y')")
    other.exec('INSERT INTO changes (id) VALUES (1000)')
  }
  migrate(db, registryOf(usersOf(10), batched({ ...UPDATE, size: 4 })), { onEvent })
  expect(timesIn(db)).toEqual([[1, 1]])
  expect(all(db, 'SELECT id, score FROM users WHERE id IN (1, 1000)')).toEqual([
    [1, 0],
    [1000, 1],
  ])
})

describe('keys', () => {
  const TABLES = `CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT UNIQUE, b TEXT NOT NULL UNIQUE, c TEXT NOT NULL, d NOT NULL, UNIQUE (c, d));
CREATE TABLE w (k TEXT PRIMARY KEY, v) WITHOUT ROWID; CREATE TABLE p (k, l, PRIMARY KEY (k, l)) WITHOUT ROWID;
CREATE TABLE n (a, g AS (a + 1) UNIQUE NOT NULL); CREATE TABLE d (a INTEGER PRIMARY KEY DESC); CREATE TABLE x (a TEXT PRIMARY KEY NOT NULL);
CREATE UNIQUE INDEX some ON t (c) WHERE c <> ''; CREATE VIEW v AS SELECT id AS i, b FROM t WHERE c > '';
INSERT INTO t VALUES (1, 'a', 'b', 'c', 1), (9007199254740993, 'a2', 'b2', 'c2', 2); INSERT INTO w VALUES ('k', 1), ('l', 2); INSERT INTO p VALUES (1, 1), (1, 2)`
  const run = (query: string, by: string) => {
    const db = files.open()
    const seen: unknown[] = []
    const each = (_: Handle, rows: never[]) => void seen.push(...rows.map((row) => row[by]))
    const registry = registryOf<Handle>({ up: TABLES }, batched({ query, by, size: 1, each }))
    try {
      migrate(db, registry)
    } catch (error) {
      return { error, db }
    }
    return { seen, db }
  }
  test.each([
    ['SELECT * FROM t', 'id', [1, 9007199254740993n]],
    ['SELECT rowid AS r FROM t', 'r', [1, 9007199254740993n]],
    [
      "SELECT id FROM t WHERE c <> 'none' AND id NOT IN (SELECT l FROM p)",
      'id',
      [9007199254740993n],
    ],
    ['SELECT id FROM t WHERE d < (SELECT sum(l) FROM p)', 'id', [1, 9007199254740993n]],
    ['SELECT b FROM t;', 'b', ['b', 'b2']],
    ['SELECT k AS x FROM w', 'x', ['k', 'l']],
    ['SELECT * FROM v -- all', 'i', [1, 9007199254740993n]],
    ['SELECT x.k FROM w AS x', 'k', ['k', 'l']],
    ['WITH c AS (SELECT id AS n FROM t AS u) SELECT n FROM c', 'n', [1, 9007199254740993n]],
  ])('%s by %s', (query, by, keys) => expect(run(query, by).seen).toEqual(keys))
  test.each([
    ['SELECT * FROM t', 'a'],
    ['SELECT * FROM t', 'c'],
    ['SELECT * FROM t', 'd'],
    ['SELECT id + 0 AS id FROM t', 'id'],
    ['SELECT * FROM p', 'k'],
    ['SELECT t.id FROM t JOIN p', 'id'],
    ['SELECT id FROM t UNION ALL SELECT id FROM t', 'id'],
    ['SELECT max(id) AS id FROM t', 'id'],
    ['SELECT (SELECT max(id) FROM t) AS id FROM p', 'id'],
    ['SELECT (SELECT id FROM t WHERE id = k) AS id FROM p', 'id'],
    ['SELECT DISTINCT id FROM t', 'id'],
    ['SELECT id FROM t LIMIT 1', 'id'],
    ['SELECT rowid AS r FROM n', 'r'],
    ['SELECT _rowid_ FROM n', '_rowid_'],
    ['SELECT rowid AS r FROM d', 'r'],
    ['SELECT rowid AS r FROM x', 'r'],
    ['SELECT g FROM n', 'g'],
  ])('%s by %s is refused before anything is changed', (query, by) => {
    const { error, db } = run(query, by)
    expect(error).toMatchObject({ code: 'BATCHES_INVALID' })
    expect(String(error)).toContain('was not started')
    expect(all(db, 'SELECT version FROM _migrations')).toEqual([['001']])
  })
})
