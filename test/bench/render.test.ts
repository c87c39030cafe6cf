// The printed tables, the verdicts and the flags.
import { expect, test } from 'vitest'
import { PEER_SECTIONS, readFlags, SECTIONS } from '../../bench/flags.js'
import { verdictOf, type Measurement } from '../../bench/measurement.js'
import { renderReport, type Report } from '../../bench/print/render-report.js'
import { plotsOf, renderResults } from '../../bench/print/render-results.js'
import { renderTables } from '../../bench/print/render-tables.js'

const apply = { group: 'Apply', unit: 'ratio' } as const
const measurements: readonly Measurement[] = [
  { ...apply, what: 'SQL', migrations: 10, value: 1.5 },
  { ...apply, what: 'SQL', migrations: 1000, value: 1.2, limit: 1.1 },
  { ...apply, what: 'code', migrations: 10, value: 1.25 },
  { ...apply, what: 'code', migrations: 1000, value: 1.1, limit: 1.1 },
  { group: 'Bundle', what: 'gzip', unit: 'bytes', migrations: null, value: 6000, limit: 5120 },
]

const machine = {
  platform: 'p',
  processor: 'c',
  cores: 2,
  memory: '2 GiB',
  node: 'v20.0.0',
  sqlite: '3.50.0',
}

test('a row for each contestant, a column for each size, the budget with its verdict', () => {
  expect(renderTables(measurements)).toEqual([
    'Apply                       10       1,000',
    '  SQL                     1.50        1.20  budget ≤ 1.10     over',
    '  code                    1.25        1.10  budget ≤ 1.10     pass',
    '',
    'Bundle',
    '  gzip                             6,000 B  budget ≤ 5,120 B  over',
  ])
})

test('a value at its limit keeps the budget; without a limit there is no verdict', () => {
  expect(measurements.map(verdictOf)).toEqual([undefined, 'over', undefined, 'pass', 'over'])
})

test('what holds on any machine comes before times, and modules only when asked for', () => {
  const time: Measurement = { ...apply, what: 'SQL', unit: 'ms', migrations: 10, value: 12.34 }
  const report = {
    machine,
    measurements: [time, ...measurements],
    modules: [{ module: 'src/a.ts', bytes: 1234 }],
    tools: [],
  }
  const short = renderReport(report, 'short').join('\n')
  expect(short.indexOf('6,000 B')).toBeLessThan(short.indexOf('12.3 ms'))
  expect(short).toContain('Node 20.0.0, SQLite 3.50.0')
  expect(short).toContain('2 of 3 measurements that have a budget are over it.')
  expect(short).not.toContain('src/a.ts')
  expect(renderReport(report, 'verbose').join('\n')).toContain('1,234  src/a.ts')
})

test('the file of results has a table for each group, and a plot of the times of other tools', () => {
  const tools = { group: 'Fresh apply beside other tools', unit: 'ms' } as const
  const kills = { group: 'Kills', unit: 'of', migrations: 100, of: 12 } as const
  const report = {
    machine,
    modules: [],
    measurements: [
      { ...tools, what: 'a', unit: 'ratio', migrations: 10, value: 1.5 },
      { ...tools, what: 'a', migrations: 10, value: 3 },
      { ...tools, what: 'a', migrations: 100, value: 20 },
      { ...kills, what: 'a: right', value: 11 },
      { ...kills, what: 'b: right', value: 12 },
    ],
    tools: [{ version: '1.2.3', tool: { name: 'a', about: 'all | at once' } }],
  } satisfies Report
  const [plot] = plotsOf(report)
  expect(plot).toMatchObject({
    file: 'fresh-apply-beside-other-tools.svg',
    plot: { yTitle: 'time in ms', lines: [{ name: 'a', points: [{ y: 3 }, { y: 20 }] }] },
  })
  const text = renderResults(report, 'npm run bench')
  expect(text).toContain('(plots/fresh-apply-beside-other-tools.svg)')
  expect(text).toContain('| a | 1.2.3 | all \\| at once |')
  expect(text).toContain('| a | 1.50 · 3.0 ms | 20.0 ms |')
  expect(text).toContain(
    '| 100 migrations | right |\n| --- | ---: |\n| a | 11 of 12 |\n| b | 12 of 12 |',
  )
})

test('flags pick sections, in their order of naming, and name what they do not know', () => {
  expect(readFlags([]).only).toEqual(SECTIONS)
  expect(readFlags(['--only', 'gen, bundle', '--quick'])).toMatchObject({
    only: ['gen', 'bundle'],
    quick: true,
    json: false,
  })
  expect(readFlags(['--only', 'peers']).only).toEqual(PEER_SECTIONS)
  expect(readFlags(['--only', 'gen', '--peers']).only).toEqual(['gen', ...PEER_SECTIONS])
  expect(() => readFlags(['--only', 'speed'])).toThrow('There is no section "speed"')
  expect(() => readFlags(['--fast'])).toThrow('--fast')
})
