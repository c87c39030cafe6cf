// What a person is told who waits without a terminal: for another run, or for the end of a long one.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Invocation } from '../../src/cli/command/command.js'
import type { Flags } from '../../src/cli/command/flags.js'
import { makePrinter } from '../../src/cli/printer.js'
import { makeStyle } from '../../src/cli/terminal/style.js'
import { shown } from '../../src/cli/worker/shown.js'
import { watchRun } from '../../src/cli/worker/watch-run.js'
import { testSome } from '../support/some-of.js'

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout'] }))
afterEach(() => void vi.useRealTimers())

/** What is said, and whose terminal says it. */
function invoked(flags: Partial<Flags> = {}) {
  const said: string[] = []
  const style = makeStyle({ colors: 'off', listing: 'whole' })
  const terminal = { say: (...lines: string[]) => said.push(...lines), detail() {}, style }
  return { said, invocation: { terminal, flags } as unknown as Invocation }
}

/** What is said to whom, and the watcher that says it. */
async function watching(flags: Partial<Flags> = {}) {
  const { said, invocation } = invoked(flags)
  return { said, watcher: await watchRun(invocation) }
}

async function waitedFor(pauses: readonly number[], version?: number): Promise<string[]> {
  const { said, watcher } = await watching()
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
    expect.stringContaining('Another run has started migration 003 outside a transaction'),
  ])
  expect(await waitedFor([...slices(3), 3_000])).toEqual([
    expect.stringContaining('Another connection is writing'),
  ])
})

test('what is waited for now and then, a moment each time, is not told', async () => {
  expect(await waitedFor([...slices(5), 60_000, ...slices(5), 60_000])).toEqual([])
})

describe('a long run', () => {
  const step = { id: '002', name: 'fill', version: 2, direction: 'up' } as const
  const begun = async (flags?: Partial<Flags>) => {
    const { said, watcher } = await watching(flags)
    const other = { ...step, id: '003', name: 'b', version: 3 }
    watcher.hear({ type: 'plan', from: 1, to: 3, steps: [step, other] })
    watcher.hear({ type: 'step-start', index: 1, total: 2, ...step })
    return { said, watcher }
  }
  const fill = (done: number) =>
    ({
      ...step,
      type: 'progress',
      done,
      total: 100,
      rate: 2,
      remainingMs: (100 - done) * 500,
    }) as const

  test('says at growing intervals how far it is', async () => {
    const { said, watcher } = await begun()
    for (let seconds = 0; seconds < 40; seconds++) {
      watcher.hear(fill(2 * seconds))
      vi.advanceTimersByTime(1_000)
    }
    expect(said).toEqual([
      '002 fill: 10/100, 2 rows/s, 45 s left, 5 s so far (0/2 done)',
      '002 fill: 30/100, 2 rows/s, 35 s left, 15 s so far (0/2 done)',
      '002 fill: 70/100, 2 rows/s, 15 s left, 35 s so far (0/2 done)',
    ])
    watcher.stop()
    vi.advanceTimersByTime(600_000)
    expect(said).toHaveLength(3)
  })

  test('says for how long, where nothing is counted, and at least once a minute', async () => {
    const { said, watcher } = await begun({ verbose: true })
    vi.advanceTimersByTime(200_000)
    watcher.stop()
    expect(said).toEqual(
      ['5 s', '15 s', '35 s', '1 min 15 s', '2 min 15 s', '3 min 15 s'].map(
        (time) => `002 fill: ${time} so far (0/2 done)`,
      ),
    )
  })

  test('says the same of what has no steps', async () => {
    const { said, watcher } = await watching()
    watcher.working({ what: 'copying the database', done: 0, total: 1 })
    vi.advanceTimersByTime(6_000)
    watcher.stop()
    expect(said).toEqual(['copying the database: 0/1, 5 s so far'])
  })

  test('says nothing when it is short, or a program reads along', async () => {
    const short = await begun()
    vi.advanceTimersByTime(4_000)
    short.watcher.stop()
    const read = await begun({ events: true })
    vi.advanceTimersByTime(60_000)
    read.watcher.stop()
    expect([...short.said, ...read.said]).toEqual([])
  })

  testSome([
    ['--quiet', { quiet: true }, ['', '']],
    ['--json', { json: true }, ['', '002 fill: 5 s so far\n']],
  ] as const)('with %s nothing reaches the standard output', async (_, flags, expected) => {
    const written = { stdout: '', stderr: '' }
    const to = (name: keyof typeof written) => ({
      write: (text: string) => (written[name] += text),
    })
    const streams = { stdin: {}, stdout: to('stdout'), stderr: to('stderr'), environment: {} }
    const { terminal } = makePrinter(flags as Flags, streams)
    const watcher = await watchRun({ terminal, flags } as unknown as Invocation)
    watcher.hear({ type: 'plan', from: 1, to: 2, steps: [step] })
    watcher.hear({ type: 'step-start', index: 1, total: 1, ...step })
    vi.advanceTimersByTime(6_000)
    watcher.stop()
    expect([written.stdout, written.stderr]).toEqual(expected)
  })
})

describe('long work without steps', () => {
  const working = (ms: number) => async (): Promise<string> => {
    for (let left = ms; left > 0; left -= 100) await vi.advanceTimersByTimeAsync(100)
    return 'done'
  }

  test('is told after five seconds, and then ever less often', async () => {
    const { said, invocation } = invoked()
    expect(await shown(invocation, 'checking', working(40_000))).toBe('done')
    expect(said).toEqual([
      expect.stringMatching(/^checking: \d s so far$/),
      expect.stringMatching(/^checking: 1\d s so far$/),
      expect.stringMatching(/^checking: 3\d s so far$/),
    ])
  })

  test('is not told where it ends soon, or fails', async () => {
    const { said, invocation } = invoked()
    await shown(invocation, 'checking', working(4_000))
    const failing = shown(invocation, 'checking', () => Promise.reject(new Error('no')))
    await expect(failing).rejects.toThrow('no')
    await vi.advanceTimersByTimeAsync(60_000)
    expect(said).toEqual([])
  })

  test('says what it has to say itself', async () => {
    const { said, invocation } = invoked()
    await shown(invocation, 'checking', async (terminal) => terminal.say('one'))
    expect(said).toEqual(['one'])
  })
})
