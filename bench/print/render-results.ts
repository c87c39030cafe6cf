// Renders the file RESULTS.md: what was measured, where and how.
import type { Measurement } from '../measurement.js'
import type { LinePlot } from './line-plot.js'
import type { ComparedTool, Report } from './render-report.js'
import { written } from './render-tables.js'

/** A file in the folder of plots, and its content. */
export interface NamedPlot {
  readonly file: string
  readonly group: string
  readonly plot: LinePlot
}

/** The plots of the groups that have one: times of other tools at several sizes. */
export function plotsOf({ measurements }: Report): NamedPlot[] {
  const times = measurements.filter(({ unit }) => unit === 'ms' || unit === 'µs')
  return groupsOf(times)
    .filter(([group, own]) => group.includes('beside other tools') && sizesOf(own).length > 1)
    .map(([group, own]) => ({ group, file: `${slugOf(group)}.svg`, plot: plotOf(group, own) }))
}

function plotOf(title: string, own: readonly Measurement[]): LinePlot {
  const lines = namesOf(own).map((name) => ({
    name,
    points: own
      .filter(({ what }) => what === name)
      .map(({ migrations, value }) => ({ x: migrations ?? 0, y: value })),
  }))
  return { title, yTitle: `time in ${own[0]?.unit}`, lines }
}

/** The whole file; `command` is the command line that was run. */
export function renderResults(report: Report, command: string): string {
  const plots = new Map(plotsOf(report).map(({ group, file }) => [group, file]))
  const { platform, processor, cores, memory, node, sqlite } = report.machine
  const blocks = [
    '# Results',
    `Written by \`${command}\` on ${platform}, ${cores} × ${processor}, ${memory}, Node ${node.slice(1)}, SQLite ${sqlite}. Do not edit: run it again. [How it is measured](README.md).`,
    'A time is a median. A ratio is the median over all rounds of one time to another of the same round: of other tools and of applying to better-sqlite3 by hand, with the same SQL, ledger rows and transactions; of being up to date to one prepared read; of generating to starting Node. A ratio says more than a time on another machine. Budgets are those of the design.',
    ...toolsOf(report.tools),
    ...groupsOf(report.measurements).flatMap(([group, own]) => {
      const plot = plots.get(group)
      return [
        `## ${group}`,
        ...(plot === undefined ? [] : [`![The times of this table as lines](plots/${plot})`]),
        tableOf(own),
      ]
    }),
  ]
  return `${blocks.join('\n\n')}\n`
}

function toolsOf(tools: readonly ComparedTool[]): string[] {
  if (tools.length === 0) return []
  const rows = tools.map(({ tool, version }) => [
    tool.name,
    version ?? '',
    tool.about || 'one transaction for each migration, its ledger row within',
  ])
  return [
    '## The tools',
    'All run the same statements with the same settings, at the defaults of the tool but for what is said here, and a check made sure that all end with the same schema and the same rows.',
    markdownTable(['tool', 'version', 'how it is run'], rows),
  ]
}

/** A row for each contestant. Columns are sizes; with only one size, the parts of the names after a colon. */
function tableOf(own: readonly Measurement[]): string {
  const sizes = sizesOf(own)
  const cells = own.map((one) => {
    const [row, column] =
      sizes.length > 1 ? [one.what, grouped(one.migrations!)] : partsOf(one.what)
    return { one, row: row!, column: column! }
  })
  const columns = [...new Set(cells.map(({ column }) => column))]
  const rows = [...new Set(cells.map(({ row }) => row))].map((name) => {
    const inRow = cells.filter(({ row }) => row === name)
    const inColumn = (title: string): string =>
      inRow.flatMap(({ one, column }) => (column === title ? [written(one)] : [])).join(' · ')
    return [name, ...columns.map(inColumn), budgetOf(inRow.map(({ one }) => one))]
  })
  const title = sizes.length > 1 ? 'migrations' : sizes.map((size) => `${grouped(size)} migrations`)
  return markdownTable([String(title), ...columns, 'budget'], rows)
}

/** Splits `name: what` at the last colon. */
function partsOf(what: string): readonly [name: string, column: string] {
  const at = what.lastIndexOf(': ')
  return at < 0 ? [what, ''] : [what.slice(0, at), what.slice(at + 2)]
}

function budgetOf(own: readonly Measurement[]): string {
  const limits = own.flatMap((one) =>
    one.limit === undefined ? [] : [`≤ ${written({ ...one, value: one.limit })}`],
  )
  return [...new Set(limits)].join(', ')
}

/** A table without the columns that are empty in every row. */
function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const kept = head.flatMap((_, at) => (rows.some((row) => row[at] !== '') ? [at] : []))
  const line = (cells: readonly string[]): string =>
    `| ${kept.map((at) => cells[at]?.replaceAll('|', '\\|')).join(' | ')} |`
  const isNumeric = (at: number): boolean => rows.every((row) => /^(?:[-≤\d]|$)/.test(row[at]!))
  const rule = `| ${kept.map((at) => (isNumeric(at) ? '---:' : '---')).join(' | ')} |`
  return [line(head), rule, ...rows.map(line)].join('\n')
}

const groupsOf = (all: readonly Measurement[]): [string, Measurement[]][] =>
  [...new Set(all.map(({ group }) => group))].map((group) => [
    group,
    all.filter((one) => one.group === group),
  ])

const namesOf = (own: readonly Measurement[]): string[] => [...new Set(own.map(({ what }) => what))]

const sizesOf = (own: readonly Measurement[]): number[] =>
  [...new Set(own.flatMap(({ migrations }) => migrations ?? []))].sort((a, b) => a - b)

const grouped = (size: number): string => size.toLocaleString('en-US')

const slugOf = (group: string): string =>
  group
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
