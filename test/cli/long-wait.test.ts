// What a person is told who waits for another run.
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Invocation } from '../../src/cli/command/command.js'
import { makeStyle } from '../../src/cli/terminal/style.js'
import { watchRun } from '../../src/cli/worker/watch-run.js'

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }))
afterEach(() => void vi.useRealTimers())

async function waitedFor(pauses: readonly number[], version?: number): Promise<string[]> {
  const said: string[] = []
  const style = makeStyle({ colors: 'off', listing: 'whole' })
  const terminal = { say: (...lines: string[]) => said.push(...lines), detail() {}, style }
  const watcher = await watchRun({ terminal, flags: {} } as unknown as Invocation)
  for (const ms of pauses) {
    vi.advanceTimersByTime(ms)
    // A living step has always just given a sign of life.
    watcher.hear({ type: 'waiting', waitedMs: 100, ...(version !== undefined && { version }) })
  }
  watcher.stop()
  return said
}

const slices = (count: number): number[] => Array.from({ length: count }, () => 100)

test('waiting is told once, after a second, whatever signs of life there are', async () => {
  expect(await waitedFor(slices(10))).toEqual([])
  expect(await waitedFor(slices(40), 3)).toEqual([
    expect.stringContaining('Another run has begun migration 003 outside a transaction'),
  ])
  expect(await waitedFor([...slices(3), 3_000])).toEqual([
    expect.stringContaining('Another connection is writing'),
  ])
})

test('what is waited for now and then, a moment each time, is not told', async () => {
  expect(await waitedFor([...slices(5), 60_000, ...slices(5), 60_000])).toEqual([])
})
