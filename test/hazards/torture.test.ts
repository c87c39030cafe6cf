// The torture itself: it finds what is planted, its counts are right, and as a program it tells both and ends rightly.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, describe, expect, test } from 'vitest'
import { runNode } from '../support/run-program.js'
import { readFlags } from '../torture/flags.js'
import { historyOf } from '../torture/history.js'
import { judgeOpen } from '../torture/judge.js'
import { countKills } from '../torture/kill-many.js'
import type { Kill } from '../torture/kill.js'
import { renderCrowd, renderEnd, renderKills } from '../torture/report.js'
import { scratch } from '../torture/scratch.js'
import { statesOf } from '../torture/state.js'
import { renderHunt } from '../torture/victims/hunt.js'
import { makeLibrary } from '../torture/victims/library.js'
import { makeScene } from '../torture/victims/scenes.js'
import type { VictimTask } from '../torture/victims/task.js'
import { managerOf } from '../support/manager-of.js'

const files = scratch()
afterAll(() => files.remove())

describe('what is planted is found', () => {
  const registry = historyOf({ steps: 9, pauseMs: 0, slow: 'some' })
  const states = statesOf(registry)
  const violationsAfter = (harm: string): readonly string[] => {
    const db = new Database(files.path())
    managerOf(db, registry).migrate({ to: 8 })
    db.pragma('foreign_keys = off')
    db.exec(harm)
    const { violations } = judgeOpen(db, states)
    db.close()
    return violations
  }
  test('nothing, when nothing is wrong', () => expect(violationsAfter('')).toEqual([]))
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
  ])('%s', (_, harm, found) => expect(violationsAfter(harm).join('\n')).toContain(found))
})

describe('of a victim that copies, restores, adopts, redoes or renumbers', () => {
  const library = makeLibrary(files.folder, 'delete')
  const judged = (
    work: VictimTask['work'],
    when: 'killed' | 'end',
    harm: (folder: string) => void,
  ) => {
    const folder = mkdtempSync(join(files.folder, 'scene-'))
    const scene = makeScene(work, folder, library)
    harm(folder)
    return scene.judge(when).join('\n')
  }
  const inDatabase = (sql: string) => (folder: string) => {
    const db = new Database(join(folder, 'app.db'))
    db.exec(sql)
    db.close()
  }
  const nothing = (): void => {}
  const stray = (folder: string): void => writeFileSync(join(folder, 'app.db.x.tmp'), '')
  const half = (folder: string): void => {
    const bytes = readFileSync(join(folder, 'app.db'))
    writeFileSync(join(folder, 'app.db.1.backup'), bytes.subarray(0, bytes.length / 2))
  }
  const copied = (folder: string): void => library.put('half', join(folder, 'copy.db'))
  const foreign = 'CREATE TABLE _migrations (version TEXT)'
  const lose = (folder: string): void => rmSync(join(folder, 'migrations/007_mine_7.sql'))
  test.each([
    ['backup', 'killed', nothing, ''],
    ['backup', 'end', copied, ''],
    ['backup', 'end', (folder: string) => (copied(folder), stray(folder)), 'a stray file is left'],
    ['backup', 'killed', inDatabase('DELETE FROM large'), 'the database is in no right state'],
    ['backup-first', 'killed', nothing, ''],
    ['backup-first', 'end', nothing, 'the database is in no right state'],
    ['backup-first', 'killed', half, 'a copy'],
    ['restore', 'killed', nothing, ''],
    ['restore', 'end', nothing, 'the database is in no right state'],
    ['restore', 'killed', inDatabase('DELETE FROM applied_steps'), 'is in no right state'],
    ['adopt', 'killed', nothing, ''],
    ['adopt', 'killed', inDatabase(foreign), 'is in no right state'],
    ['adopt', 'end', nothing, 'is in no right state'],
    ['redo', 'killed', nothing, ''],
    [
      'redo',
      'killed',
      inDatabase('DELETE FROM applied_steps WHERE n = 80'),
      'is in no right state',
    ],
    ['redo', 'end', nothing, 'is in no right state'],
    ['renumber', 'killed', nothing, ''],
    ['renumber', 'killed', lose, 'a migration is lost: -- step 7'],
    ['renumber', 'end', nothing, 'is not what renumbering makes of it'],
  ] as const)('%s, %s', (work, when, harm, found) => {
    const violations = judged(work, when, harm)
    expect({ clean: violations === '', found: violations.includes(found) }).toEqual({
      clean: found === '',
      found: true,
    })
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
    expect(renderHunt('adopt', 'wal', { kills: 5, escaped: 1, violations: [] })).toBe(
      'WAL: 5 kills of adopt, 1 were done before, 0 violations',
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

/** The numbers of a line that it prints of kills, by the word that follows each. */
function killsIn(stdout: string, mode: string, way: string): Record<string, number> {
  const [text = ''] =
    new RegExp(`^${mode}: \\d+ kills on the way ${way} 150 steps.*\n.*`, 'm').exec(stdout) ?? []
  const pairs = [
    ...text.matchAll(/(\d+) (?:kills on the )?(way|early|mid-way|late|more|in|left)\b/g),
  ]
  return Object.fromEntries(pairs.map(([, count, word]) => [word, Number(count)]))
}

test('the program kills and crowds, nothing is lost, no step runs twice, and it exits with 0', async () => {
  const { code, stdout, stderr } = await runNode('test/torture/run.mjs', [
    '--quick',
    '--kills=3',
    '--processes=2',
    '--rounds=1',
  ])
  expect({ code, stderr }, stdout).toEqual({ code: 0, stderr: '' })
  expect(stdout).toMatch(/^files: [1-9] kills of renumber/m)
  // Each kind is tried in one journal mode, by turns.
  for (const [mode, work] of [
    ['WAL', 'restore'],
    ['rollback journal', 'adopt'],
  ])
    expect(stdout).toMatch(new RegExp(`^${mode}: [1-9] kills of ${work}`, 'm'))
  for (const mode of ['WAL', 'rollback journal']) {
    for (const [way, kills] of [
      ['up', 3],
      ['down', 1],
    ] as const) {
      const counts = killsIn(stdout, mode, way)
      expect(counts['way']).toBeGreaterThanOrEqual(kills)
      if (way === 'down') continue
      // The kills were spread, and some hit a step under way: or they would prove nothing.
      const spread = ['early', 'mid-way', 'late'].filter((where) => counts[where]! > 0)
      const hit = ['more', 'in', 'left'].filter((what) => counts[what]! > 0)
      expect({ mode, spread: spread.length >= 2, hit }).toEqual({
        mode,
        spread: true,
        hit: ['more', 'in', 'left'],
      })
    }
  }
  expect(stdout).toMatch(/^WAL: 2 processes at once, 1 times, 12 steps of 100 ms.*: [12] of them/m)
  expect(stdout).toMatch(/^rollback journal: 2 processes at once, 1 times, half migrated, slow/m)
  for (const [mode, owner] of [
    ['WAL', 'is slow'],
    ['rollback journal', 'was killed'],
    ['WAL', 'ahead in time'],
    ['rollback journal', 'lives, and was taken for dead'],
  ])
    expect(stdout).toMatch(
      new RegExp(`^${mode}: 2 processes come by .* ${owner}: 0 violations$`, 'm'),
    )
  expect(stdout).toMatch(/0 violations\.\n$/)
}, 300_000)

test('the program does not begin with flags that it does not understand', async () => {
  const { code, stdout } = await runNode('test/torture/run.mjs', ['--kils', '2'])
  expect(code).toBe(2)
  expect(stdout).toContain('npm run torture -- [flags]')
})
