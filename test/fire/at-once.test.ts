// Eight processes start together on one file: all succeed, and every step is applied once.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { projectRoot } from '../support/project-root.js'
import { rush } from '../torture/at-once.js'
import { migratorProgram, type Program } from '../torture/child/program.js'
import { COPYING, CROWDS, STARVING } from '../torture/crowds.js'
import { historyOf } from '../torture/history.js'
import { scratch } from '../torture/scratch.js'
import { statesOf } from '../torture/state.js'

const files = scratch()
let program: Program
beforeAll(async () => void (program = await migratorProgram(projectRoot)))
afterAll(() => [program, files].forEach((made) => made.remove()))

describe.each(['wal', 'delete'] as const)('with journal_mode %s', (journalMode) => {
  test.each([...CROWDS, ...COPYING])('$name', async (crowd) => {
    expect(await rushOf(crowd)).toMatchObject({ violations: [] })
  })
  test(`${STARVING.name}: those who wait do not give up while others get on`, async () => {
    const { violations, workers } = await rushOf(STARVING)
    expect(violations).toEqual([])
    expect(workers).toBeGreaterThan(0)
  })

  const rushOf = (crowd: (typeof CROWDS)[number]) =>
    rush({
      ...crowd,
      program,
      journalMode,
      path: files.path(),
      states: statesOf(historyOf({ ...crowd.pace, pauseMs: 0 })),
      processes: 8,
    })
})
