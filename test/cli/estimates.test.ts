// Estimates of steps at a million rows: what is made of measurements, and how it reads.
import { describe, expect, it } from 'vitest'
import type { ScaledRun } from '../../codegen/model/scaled-step.js'
import {
  estimatesOf,
  estimateSteps,
  notEstimated,
  type StepEstimate,
} from '../../src/cli/generate/estimate-steps.js'
import { estimateNotes, renderEstimates } from '../../src/cli/render/estimates.js'
import { temporaryProject } from '../support/project.js'
import { makeStyle } from '../../src/cli/terminal/style.js'

/** The estimate for a step that took so many milliseconds with so many rows, and wrote nothing. */
function estimated(...runs: readonly (readonly [rows: number, ms: number])[]): StepEstimate {
  const all = runs.map(([rows, durationMs]): ScaledRun => ({ rows, durationMs, bytes: 0 }))
  return estimateSteps(
    [{ version: 7, name: 'split', file: 'm/007.sql', locks: true, runs: all, rereads: [] }],
    '/',
  )[0]!
}

it('of several histories say of which they are', () => {
  const [one] = estimatesOf('plugin', [estimated([500, 1], [2_000, 4], [8_000, 16])])
  expect(one).toMatchObject({ history: 'plugin', id: '007' })
  expect(
    renderEstimates([one!], [], makeStyle({ colors: 'off', listing: 'whole' })).join('\n'),
  ).toContain('plugin 007 (split)')
  expect(estimatesOf(null, [one!])).toEqual([one])
  const open = { version: 3, name: 'a', file: 'm/003.sql', locks: true, runs: [], rereads: [] }
  expect(notEstimated([open], 'plugin')).toEqual(['plugin 003 (a)'])
})

describe('estimateSteps', () => {
  it('takes time in proportion to the rows', () => {
    expect(estimated([500, 1], [2_000, 4], [8_000, 16])).toEqual({
      version: 7,
      id: '007',
      name: 'split',
      file: 'm/007.sql',
      locks: true,
      rows: 1_000_000,
      durationMs: 2_000,
      bytes: 0,
      growth: 1,
      measuredRows: 8_000,
      rereads: [],
    })
  })

  it('sees time that grows with the square of the rows', () => {
    expect(estimated([500, 4], [2_000, 64])).toMatchObject({ growth: 2, durationMs: 16_000_000 })
  })

  it('takes sorting, and one short time that is too long, for no growth', () => {
    expect(estimated([500, 1], [2_000, 5], [8_000, 26])).toMatchObject({ growth: 1 })
    expect(estimated([500, 1], [2_000, 4], [8_000, 90])).toMatchObject({ growth: 1 })
  })

  it('counts what is written, and the time of the disk for it', () => {
    const runs = [{ rows: 1_000, durationMs: 1, bytes: 100_000 }]
    // Also in a project in which nothing is remembered yet.
    for (const root of ['/', temporaryProject({ 'node_modules/a/package.json': '{}' })]) {
      const [one] = estimateSteps(
        [{ version: 1, name: 'a', file: 'm/001.sql', locks: true, runs, rereads: [] }],
        root,
      )
      expect(one).toMatchObject({ bytes: 100_000_000 })
      expect(one!.durationMs).toBeGreaterThan(1_000)
      expect(one!.durationMs).toBeLessThan(Infinity)
    }
  })
})

it('long ones are notes in their files, for formats that have nothing but findings', () => {
  const [note, ...others] = estimateNotes([estimated([1_000, 0.5]), estimated([1_000, 40])])
  expect(others).toEqual([])
  expect(note).toMatchObject({
    code: 'REPLAY_ESTIMATED',
    severity: 'info',
    file: 'm/007.sql',
    message: expect.stringMatching(
      /^Migration 007 \(split\) holds the write lock for about 40 s and writes about 0 MB, with a million/,
    ),
  })
})

describe('renderEstimates', () => {
  const one = estimated([1_000, 1])
  const shown = (...all: readonly Partial<StepEstimate>[]): string[] =>
    renderEstimates(
      all.map((more) => ({ ...one, ...more })),
      [],
      makeStyle({ colors: 'off', listing: 'whole' }),
    )

  it('says nothing of what is done within a second', () => {
    expect(shown({ durationMs: 999 })).toEqual([])
  })

  it('says roughly how long the lock is held, and what is written', () => {
    expect(
      shown(
        { durationMs: 42_345, bytes: 1_234_567_890 },
        { version: 12, id: '012', name: 'fill_names', durationMs: 7_654, bytes: 4e7, locks: false },
      ),
    ).toMatchInlineSnapshot(`
      [
        "With a million rows in each table that they read or change, estimated from up to 1,000 rows on this machine:",
        "  007 (split)       holds the write lock for about 42 s  writes about 1 GB",
        "  012 (fill_names)  takes about 8 s                      writes about 38 MB",
      ]
    `)
  })

  it('says what grows faster than the rows, and how to find it', () => {
    expect(shown({ durationMs: 8.1e7, growth: 2, bytes: 1e6 })).toMatchInlineSnapshot(`
      [
        "With a million rows in each table that they read or change, estimated from up to 1,000 rows on this machine:",
        "  007 (split)  holds the write lock for about 23 hours  writes about 1 MB",
        "    ! Its time grows faster than the number of rows. \`lockstep migrate --dry-run --profile\` on real rows shows which statement is to blame.",
      ]
    `)
  })

  it('says what it may be longer for, where only few of the rows were tried', () => {
    expect(shown({ durationMs: 3_000, rereads: ['orders'] })[2]).toContain(
      '! It reads all of orders for each row that meets its condition',
    )
  })

  it('names those that there was no time for', () => {
    const steps = [7, 8].map((version) => ({
      version,
      name: 'a',
      file: 'm/a.sql',
      locks: true,
      runs: [],
      rereads: [],
    }))
    expect(estimateSteps(steps, '/')).toEqual([])
    const style = makeStyle({ colors: 'off', listing: 'whole' })
    expect(renderEstimates([], notEstimated(steps), style)).toEqual([
      'Not estimated, because the newer ones used up the time: 007 (a) and 008 (a).',
    ])
  })
})
