// A run is stopped at every one of its statements: what is left is the state of a whole version, and the next run goes on.
import { copyFileSync } from 'node:fs'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isLockstepError, type LockstepError } from '../../src/errors/lockstep-error.js'
import type { ManagerOptions } from '../../src/model/options.js'
import { readsWell } from '../support/error-of.js'
import { historyOf } from '../torture/history.js'
import { judge, judgeOpen } from '../torture/judge.js'
import { scratch } from '../torture/scratch.js'
import { statesOf } from '../torture/state.js'
import { stopAfter, type Stop } from './support/stop-after.js'
import { managerOf } from '../support/manager-of.js'
import { isTried, tried } from '../support/some-of.js'

const files = scratch()
afterAll(() => files.remove())

/** Every kind of step. */
const registry = historyOf({ steps: 7, pauseMs: 0, slow: 'some' })
const states = statesOf(registry)

interface Run {
  readonly mode: 'wal' | 'delete'
  readonly direction: 'migrate' | 'rollback'
  readonly options?: ManagerOptions
}

/** Each way, each mode and each extent with each other. */
const RUNS: readonly Run[] = [
  { mode: 'wal', direction: 'migrate' },
  { mode: 'delete', direction: 'rollback' },
  { mode: 'delete', direction: 'migrate', options: { transaction: 'all' } },
  { mode: 'wal', direction: 'rollback', options: { transaction: 'all' } },
]

describe.each(tried(RUNS, 2))('$mode, $direction, $options', (run) => {
  const whole = run.options?.transaction === 'all'
  let all: readonly string[] = []
  beforeAll(() => void (all = statementsOf(run)))

  test('the process dies after each statement', () => {
    const versions = new Set<number>()
    for (let at = 1; at <= all.length; at++) {
      // After one that only reads, it leaves what it leaves after the one before.
      if (at > 1 && READS.test(all[at - 1]!)) continue
      const { db, error } = stopped(run, { at, how: 'dies' })
      expect(error, `at ${at}`).toBeDefined()
      const { version, violations } = judge(db.name, states)
      expect({ at, violations }).toEqual({ at, violations: [] })
      db.close()
      finish(db.name, run)
      versions.add(version)
    }
    expect(versions.size).toBe(whole ? 2 : registry.length + 1)
  })

  test('each statement fails once', () => {
    let failures = 0
    const finished = new Set<number>()
    for (let at = 1; at <= all.length; at++) {
      if (!isTried(at, 3)) continue
      const { db, error, statements } = stopped(run, { at, how: 'fails' })
      const { version, violations } = judgeOpen(db, states)
      expect({ at, violations, open: db.inTransaction }).toEqual({
        at,
        violations: [],
        open: false,
      })
      // Where a setting itself cannot be switched, it is not what it was, and the run is over without a report.
      const isSetting = /busy_timeout|foreign_keys = /.test(statements[at - 1]!)
      const told = isSetting
        ? { to: version, ...BEFORE }
        : { to: toldBy(error, run), ...settings(db) }
      expect({ at, ...told }).toEqual({ at, to: version, ...BEFORE })
      db.close()
      // From one state, which was just judged, the way is one.
      if (!finished.has(version)) finish(db.name, run)
      finished.add(version)
      if (error) failures += 1
    }
    expect(failures).toBeGreaterThan(registry.length)
  })
})

/** Where the run says that it has led. What only looks ahead may fail without harm; then the run gets to its end. */
function toldBy(error: LockstepError | undefined, { direction }: Run): number {
  const [start, goal] = direction === 'migrate' ? [0, registry.length] : [registry.length, 0]
  return error ? (error.report?.to ?? start) : goal
}

const BEFORE = { foreign_keys: 1, timeout: 5000 }
const settings = (db: Database.Database) => ({
  foreign_keys: db.pragma('foreign_keys', { simple: true }),
  timeout: db.pragma('busy_timeout', { simple: true }),
})

const statementsOf = (run: Run): readonly string[] =>
  stopped(run, { at: Infinity, how: 'dies' }).statements

const READS = /^\s*(?:SELECT\b|PRAGMA [\w.]+$)/i

/** Does the run on a copy of its starting point, with the stop in its way. */
function stopped(run: Run, stop: Stop) {
  const db = open(copyOf(startOf(run)))
  const { statements, free } = stopAfter(db, stop)
  const error = failureOf(() => go(db, run.direction, run.options))
  free()
  return { db, error, statements }
}

const starts = new Map<Run, string>()

/** A file that a run can begin with: empty, or migrated to the end. */
function startOf(run: Run): string {
  const path = starts.get(run) ?? files.path()
  if (starts.has(run)) return path
  starts.set(run, path)
  const db = open(path)
  db.pragma(`journal_mode = ${run.mode}`)
  if (run.direction === 'rollback') managerOf(db, registry).migrate()
  db.close()
  return path
}

function copyOf(path: string): string {
  const copy = files.path()
  copyFileSync(path, copy)
  return copy
}

function open(path: string): Database.Database {
  const db = new Database(path)
  // Nothing here waits for the disk; what reaches the file, and when, stays the same.
  db.pragma('synchronous = off')
  db.pragma('cache_size = 10')
  return db
}

function failureOf(action: () => void): LockstepError | undefined {
  try {
    action()
    return undefined
  } catch (error) {
    if (!isLockstepError(error)) throw error
    readsWell(error)
    return error
  }
}

/** Another connection brings the file to the goal. */
function finish(path: string, { direction }: Run): void {
  const db = open(path)
  go(db, direction)
  const version = direction === 'migrate' ? registry.length : 0
  expect(judgeOpen(db, states)).toEqual({ version, violations: [] })
  db.close()
}

function go(db: Database.Database, direction: Run['direction'], options?: ManagerOptions): void {
  if (direction === 'migrate') managerOf(db, registry, options).migrate()
  else managerOf(db, registry, options).rollback({ to: 0 })
}
