// Renders the whole report as text: first what does not depend on the machine, then the times.
import { columns } from '../../src/cli/terminal/style.js'
import type { Tool } from '../contestants/tool.js'
import type { Machine } from '../machine.js'
import { verdictOf, type Measurement } from '../measurement.js'
import type { ModuleShare } from '../sections/bundle-size.js'
import { renderTables } from './render-tables.js'

/** All results. */
export interface Report {
  readonly machine: Machine
  readonly measurements: readonly Measurement[]
  readonly modules: readonly ModuleShare[]
  /** The tools that were compared. */
  readonly tools: readonly ComparedTool[]
}

/** A tool that was compared: its name and version, and how it was run. */
export interface ComparedTool {
  readonly version: string | null
  readonly tool: Pick<Tool, 'name' | 'about'>
}

const ABOUT_RATIOS = [
  'Ratios and sizes, which hold on any machine',
  'A ratio is the median over all rounds of one time to another of the same round: applying to raw better-sqlite3 with',
  'the same SQL, ledger rows and transactions; being up to date to one prepared read; generating to starting Node.',
]

/** The report, line by line; `verbose` adds the modules of the bundle. */
export function renderReport(report: Report, detail: 'short' | 'verbose'): string[] {
  const { machine, measurements, modules } = report
  const portable = measurements.filter(({ unit }) => unit !== 'ms' && unit !== 'µs')
  const times = measurements.filter((one) => !portable.includes(one))
  const { platform, processor, cores, node, sqlite } = machine
  return [
    ...section(ABOUT_RATIOS, renderTables(portable)),
    ...section(
      [
        'Times on this machine, medians',
        `${platform}, ${cores} × ${processor}, Node ${node.slice(1)}, SQLite ${sqlite}`,
      ],
      renderTables(times),
    ),
    ...(detail === 'verbose' ? section(['Bytes of each module in the bundle'], list(modules)) : []),
    summary(measurements),
  ]
}

const section = (heading: readonly string[], lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : [...heading, '', ...lines, '', '']

const list = (modules: readonly ModuleShare[]): string[] =>
  columns(modules.map(({ module, bytes }) => [bytes.toLocaleString('en-US').padStart(8), module]))

function summary(measurements: readonly Measurement[]): string {
  const verdicts = measurements.map(verdictOf).filter((verdict) => verdict !== undefined)
  if (verdicts.length === 0) return 'No measurement of these has a budget.'
  const over = verdicts.filter((verdict) => verdict === 'over').length
  return over === 0
    ? `All ${verdicts.length} measurements that have a budget keep it.`
    : `${over} of ${verdicts.length} measurements that have a budget are over it.`
}
