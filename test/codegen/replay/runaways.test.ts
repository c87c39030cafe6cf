// Sides that run away with an extreme number: the process is ended, and the side tried with other rows.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { runawayWatch } from '../../../codegen/replay/process/runaway-watch.js'
import { runawaysIn, type Runaways } from '../../../codegen/replay/sides/runaways.js'
import type { Standing } from '../../../codegen/replay/process/replay-problems.js'
import type { PassProcess } from '../../../codegen/replay/process/run-pass.js'

/** A process that stands where it is told to. */
function standing(): PassProcess & { at: Standing | null; killed: boolean } {
  const line = {
    at: null as Standing | null,
    killed: false,
    prove: () => Promise.reject(new TypeError('not asked')),
    standing: () => line.at,
    kill: () => void (line.killed = true),
  }
  return line
}

const up = (version: number): Standing => ({ version, direction: 'up' })

describe('a line with rows', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  function begin(known: Runaways = {}) {
    const [control, line] = [standing(), standing()]
    const watch = runawayWatch(control, 120_000)
    return { control, line, watch, watched: watch.over(line, known) }
  }

  test('is ended at a side that the other has passed, after five seconds', () => {
    const { control, line, watched, watch } = begin()
    control.at = up(3)
    line.at = up(2)
    vi.advanceTimersByTime(4900)
    expect(line.killed).toBe(false)
    vi.advanceTimersByTime(400)
    expect([line.killed, watched.end()]).toEqual([true, up(2)])
    watch.close()
  })

  test('is ended when the other has come to its end, which passes the last version', () => {
    const { control, line, watched, watch } = begin()
    control.at = up(2)
    vi.advanceTimersByTime(100)
    line.at = up(2)
    vi.advanceTimersByTime(1000)
    control.at = null
    watch.controlEnded()
    vi.advanceTimersByTime(60_000)
    expect([line.killed, watched.end()]).toEqual([true, up(2)])
    watch.close()
  })

  test('is left alone as long as the other stands there as well', () => {
    const { control, line, watched, watch } = begin()
    control.at = up(2)
    line.at = up(2)
    vi.advanceTimersByTime(60_000)
    expect([line.killed, watched.end()]).toEqual([false, null])
    watch.close()
  })

  test('may take twenty times as long as the other', () => {
    const { control, line, watch } = begin()
    line.at = up(1)
    control.at = up(2)
    vi.advanceTimersByTime(1000)
    line.at = up(2)
    control.at = up(3)
    vi.advanceTimersByTime(24_000)
    expect(line.killed).toBe(false)
    vi.advanceTimersByTime(2000)
    expect(line.killed).toBe(true)
    watch.close()
  })

  test('may try a side again and again: only one run of it may not take that long', () => {
    const { control, line, watched, watch } = begin()
    control.at = up(3)
    for (let runs = 1; runs <= 10; runs++) {
      line.at = { ...up(2), runs }
      vi.advanceTimersByTime(4000)
    }
    expect(line.killed).toBe(false)
    vi.advanceTimersByTime(2000)
    expect([line.killed, watched.end()]).toEqual([true, { ...up(2), runs: 10 }])
    watch.close()
  })

  test('is left alone where it goes on from side to side, and before its first', () => {
    const { control, line, watch } = begin()
    control.at = up(99)
    vi.advanceTimersByTime(60_000)
    for (const version of [1, 2, 3, 4, 5]) {
      line.at = up(version)
      vi.advanceTimersByTime(2000)
      line.at = { version, direction: 'down' }
      vi.advanceTimersByTime(2000)
    }
    expect(line.killed).toBe(false)
    watch.close()
  })

  test('is left alone while what a side did to rows is judged', () => {
    const { control, line, watch } = begin()
    control.at = up(3)
    line.at = { ...up(2), runs: 1, judged: true }
    vi.advanceTimersByTime(60_000)
    expect(line.killed).toBe(false)
    line.at = { ...up(2), runs: 2 }
    vi.advanceTimersByTime(6000)
    expect(line.killed).toBe(true)
    watch.close()
  })

  test('is left alone where the side ran away even without rows', () => {
    const { control, line, watch } = begin({ '2 up': { times: 2 } })
    control.at = up(3)
    line.at = up(2)
    vi.advanceTimersByTime(60_000)
    expect(line.killed).toBe(false)
    watch.close()
  })
})

test('what an earlier replay knew is known from the beginning', () => {
  const proof = { version: 2, schemaDigest: null, schemaChanges: {}, catalog: {} }
  const place = { script: null, offset: null, statement: null, frame: null }
  const at = { version: 2, direction: 'down', ...place } as const
  const facts = [{ kind: 'ran-away', at, rows: 'none' }] as const
  expect(runawaysIn([{ ...proof, facts }])).toEqual({ '2 down': { times: 2 } })
})
