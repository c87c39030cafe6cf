// Killed with SIGKILL at random moments, and again while recovering: nothing is lost, nothing is half done.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { projectRoot } from '../support/project-root.js'
import { randomFrom } from '../support/random.js'
import { migratorProgram, type Program } from '../torture/child/program.js'
import { historyOf } from '../torture/history.js'
import { killMany } from '../torture/kill-many.js'
import { scratch } from '../torture/scratch.js'
import { statesOf } from '../torture/state.js'

const KILLS = 60
const pace = { steps: 300, pauseMs: 1, slow: 'some' } as const
const files = scratch()
const states = statesOf(historyOf(pace))
let program: Program
beforeAll(async () => void (program = await migratorProgram(projectRoot)))
afterAll(() => [program, files].forEach((made) => made.remove()))

describe.each([
  { journalMode: 'wal', direction: 'migrate', kills: KILLS },
  { journalMode: 'delete', direction: 'migrate', kills: KILLS },
  { journalMode: 'wal', direction: 'rollback', kills: 12 },
  { journalMode: 'delete', direction: 'rollback', kills: 12 },
] as const)('with journal_mode $journalMode, $direction', ({ kills, ...way }) => {
  test('schema, rows and ledger agree after every kill, and the next run goes on from there', async () => {
    const killing = { program, ...way, pace, states, random: randomFrom(kills) }
    const count = await killMany(killing, files, kills, 2)
    expect(count.violations).toEqual([])
    expect(count.early + count.midWay + count.late).toBeGreaterThanOrEqual(kills)
    // The kills were spread, and they hit: or the test would prove nothing.
    for (const enough of [count.early, count.midWay, count.late, count.recovering]) {
      expect(enough).toBeGreaterThanOrEqual(kills / 6)
    }
    expect(count.inStep).toBeGreaterThan(kills / 6)
    expect(count.journalLeft).toBeGreaterThan(kills / 6)
  }, 120_000)
})
