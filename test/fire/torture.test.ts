// The torture itself: it finds what is planted, its counts are right, and as a program it tells both and ends rightly.
import Database from 'better-sqlite3'
import { afterAll, describe, expect, test } from 'vitest'
import { betterSqlite3 } from '../../src/drivers/better-sqlite3.js'
import type { Database as Handle } from '../../src/database/better-sqlite3/handle.js'
import { MigrationManager } from '../../src/manager.js'
import { runNode } from '../support/run-program.js'
import { readFlags } from '../torture/flags.js'
import { historyOf } from '../torture/history.js'
import { judgeOpen } from '../torture/judge.js'
import { countKills } from '../torture/kill-many.js'
import type { Kill } from '../torture/kill.js'
import { renderCrowd, renderEnd, renderKills } from '../torture/report.js'
import { scratch } from '../torture/scratch.js'
import { statesOf } from '../torture/state.js'

const files = scratch()
afterAll(() => files.remove())

describe('what is planted is found', () => {
  const registry = historyOf({ steps: 9, pauseMs: 0, slow: 'some' })
  const states = statesOf(registry)
  const violationsAfter = (harm: string): readonly string[] => {
    const db = new Database(files.path())
    new MigrationManager<Handle, 'sync'>(betterSqlite3(db as Handle), registry).migrate({ to: 8 })
    db.pragma('foreign_keys = off')
    db.exec(harm)
    const { violations } = judgeOpen(db, states)
    db.close()
    return violations
  }
  test('nothing, when nothing is wrong', () => {
    expect(violationsAfter('')).toEqual([])
  })
  test.each([
    ['a step that ran twice', 'INSERT INTO applied_steps VALUES (5)', 'step 5 was applied 2 times'],
    ['a step that was lost', 'DELETE FROM applied_steps WHERE n = 3', 'step 3 was applied 0 times'],
    [
      'a step that is not in the ledger',
      "DELETE FROM _migrations WHERE version = '008'",
      'step 8 was applied 1 times, and the ledger is at 7',
    ],
    [
      'a step that is only in the ledger',
      "INSERT INTO _migrations (version, name) VALUES ('009', 'x')",
      'step 9 was applied 0 times, and the ledger is at 9',
    ],
    [
      'a hole in the ledger',
      "DELETE FROM _migrations WHERE version = '004'",
      'lacks ledger: 1 2 3 4 5',
    ],
    ['a table that is gone', 'DROP TABLE slow_5', 'lacks table slow_5'],
    ['an index that is gone', 'DROP INDEX parents_name', 'lacks index parents_name'],
    ['a trigger that is gone', 'DROP TRIGGER parents_watch', 'lacks trigger parents_watch'],
    ['a table too many', 'CREATE TABLE more (x)', 'has instead table more'],
    ['a row that is gone', 'DELETE FROM table_6 WHERE id = 2', 'lacks rows of table_6'],
    ['children that are gone', 'DELETE FROM children', 'lacks rows of children'],
    ['children without parent', 'DELETE FROM parents', '4 rows have lost their parent'],
    ['ids given out again', 'UPDATE sqlite_sequence SET seq = 0', 'lacks highest ids'],
  ])('%s', (_, harm, found) => {
    expect(violationsAfter(harm).join('\n')).toContain(found)
  })
})

describe('the report', () => {
  const pace = { steps: 300, pauseMs: 1, slow: 'some' } as const
  const kill = (done: number, more: Partial<Kill> = {}): Kill => ({
    when: 'on-the-way',
    version: done,
    done,
    inStep: false,
    journalLeft: false,
    violations: [],
    ...more,
  })
  const count = countKills(
    [
      {
        kills: [
          kill(0),
          kill(99),
          kill(100, { inStep: true }),
          kill(200, { violations: ['a', 'b'] }),
          kill(300, { journalLeft: true }),
          kill(120, { when: 'recovering' }),
        ],
        violations: [],
      },
      { kills: [], violations: ['c'] },
    ],
    300,
  )
  test('counts kills by where the ledger stood, and every violation', () => {
    expect(count).toEqual({
      early: 2,
      midWay: 1,
      late: 2,
      onTheWay: 5,
      recovering: 1,
      inStep: 1,
      journalLeft: 1,
      finished: 1,
      violations: ['killed on-the-way at 200: a', 'killed on-the-way at 200: b', 'at the end: c'],
    })
  })
  test('says it in words', () => {
    expect(renderKills({ journalMode: 'wal', direction: 'migrate', pace }, count)).toBe(
      `WAL: 5 kills on the way up 300 steps: 2 early, 1 mid-way, 2 late; 1 more while recovering
  1 in the middle of a step, 1 left a journal to recover from
  1 files came to the end of the way, 3 violations`,
    )
    const results = [
      { workers: 2, violations: [] },
      { workers: 3, violations: ['x'] },
    ]
    expect(renderCrowd('delete', 'slow', 8, results)).toBe(
      'rollback journal: 8 processes at once, 2 times, slow: 2, 3 of them applied steps, 1 violations',
    )
    expect(renderEnd([])).toContain('0 violations')
    expect(renderEnd(['x', 'y', 'x'])).toBe('3 violations:\n  2 × x\n  1 × y')
  })
})

test('flags have defaults, and what is not understood is named', () => {
  expect(readFlags(['--kills', '500', '--processes', '16'])).toEqual({
    kills: 500,
    processes: 16,
    rounds: 3,
    seed: 1,
    dir: undefined,
    quick: false,
    help: false,
  })
  expect(() => readFlags(['--kills', 'many'])).toThrow(
    '--kills must be a whole number above 0, not "many".',
  )
})

test('the program kills, crowds, counts and exits with 0', async () => {
  const { code, stdout, stderr } = await runNode('test/torture/run.mjs', [
    '--quick',
    '--kills=2',
    '--processes=3',
    '--rounds=1',
  ])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toMatch(/^WAL: [2-9] kills on the way up 300 steps/)
  expect(stdout).toMatch(/^rollback journal: [1-9] kills on the way down 300 steps/m)
  expect(stdout).toMatch(/3 processes at once, 1 times, 12 steps of 100 ms/)
  for (const owner of ['is slow', 'was killed', 'ahead in time', 'lives, and was taken for dead'])
    expect(stdout).toMatch(new RegExp(`^WAL: 3 processes come by .* ${owner}: 0 violations$`, 'm'))
  expect(stdout).toMatch(/0 violations\.\n$/)
})

test('the program does not begin with flags that it does not understand', async () => {
  const { code, stdout } = await runNode('test/torture/run.mjs', ['--kils', '2'])
  expect(code).toBe(2)
  expect(stdout).toContain('npm run torture -- [flags]')
})
