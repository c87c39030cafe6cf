// The printed tables, the verdicts and the flags.
import { expect, test } from 'vitest'
import { readFlags, SECTIONS } from '../../bench/flags.js'
import { verdictOf, type Measurement } from '../../bench/measurement.js'
import { renderReport } from '../../bench/print/render-report.js'
import { renderTables } from '../../bench/print/render-tables.js'

const apply = { group: 'Apply', unit: 'ratio' } as const
const measurements: readonly Measurement[] = [
  { ...apply, what: 'SQL', migrations: 10, value: 1.5 },
  { ...apply, what: 'SQL', migrations: 1000, value: 1.2, limit: 1.1 },
  { ...apply, what: 'code', migrations: 10, value: 1.25 },
  { ...apply, what: 'code', migrations: 1000, value: 1.1, limit: 1.1 },
  { group: 'Bundle', what: 'gzip', unit: 'bytes', migrations: null, value: 6000, limit: 5120 },
]

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
  const machine = { platform: 'p', processor: 'c', cores: 2, node: 'v20.0.0', sqlite: '3.50.0' }
  const time: Measurement = { ...apply, what: 'SQL', unit: 'ms', migrations: 10, value: 12.34 }
  const report = {
    machine,
    measurements: [time, ...measurements],
    modules: [{ module: 'src/a.ts', bytes: 1234 }],
  }
  const short = renderReport(report, 'short').join('\n')
  expect(short.indexOf('6,000 B')).toBeLessThan(short.indexOf('12.3 ms'))
  expect(short).toContain('Node 20.0.0, SQLite 3.50.0')
  expect(short).toContain('2 of 3 measurements that have a budget are over it.')
  expect(short).not.toContain('src/a.ts')
  expect(renderReport(report, 'verbose').join('\n')).toContain('1,234  src/a.ts')
})

test('flags pick sections, in their order of naming, and name what they do not know', () => {
  expect(readFlags([]).only).toEqual(SECTIONS)
  expect(readFlags(['--only', 'gen, bundle', '--quick'])).toMatchObject({
    only: ['gen', 'bundle'],
    quick: true,
    json: false,
  })
  expect(() => readFlags(['--only', 'speed'])).toThrow('There is no section "speed"')
  expect(() => readFlags(['--fast'])).toThrow('--fast')
})
