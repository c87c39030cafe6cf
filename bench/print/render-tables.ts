// Renders measurements as text: a block for each group, a row for each contestant, a column for each size.
import { columns } from '../../src/cli/terminal/style.js'
import { verdictOf, type Measurement } from '../measurement.js'

/** The blocks of one table as lines, separated by empty lines. */
export function renderTables(measurements: readonly Measurement[]): string[] {
  const groups = [...new Set(measurements.map(({ group }) => group))]
  const blocks = groups.map((group) => rowsOf(measurements.filter((one) => one.group === group)))
  const lines = columns(blocks.flat())
  return blocks.flatMap((block, index) => {
    const own = lines.splice(0, block.length)
    return index === 0 ? own : ['', ...own]
  })
}

function rowsOf(measurements: readonly Measurement[]): string[][] {
  const sizes = [...new Set(measurements.map(({ migrations }) => migrations))]
    .filter((size) => size !== null)
    .sort((a, b) => a - b)
  const title = measurements[0]?.group ?? ''
  const names = [...new Set(measurements.map(({ what }) => what))]
  const rows = names.map((name) => {
    const row = measurements.filter(({ what }) => what === name)
    return [`  ${name}`, ...cellsOf(row, sizes), ...judgementOf(row)]
  })
  return [[title, ...headingsOf(sizes)], ...rows]
}

/** The number of columns. Narrow blocks use the last ones, so that all of them are aligned at the right. */
const COLUMNS = 3
const WIDTH = 10

const inLastColumns = (cells: readonly string[]): string[] =>
  [...Array<string>(Math.max(0, COLUMNS - cells.length)).fill(''), ...cells].map((cell) =>
    cell.padStart(WIDTH),
  )

const headingsOf = (sizes: readonly number[]): string[] =>
  inLastColumns(sizes.map((size) => size.toLocaleString('en-US')))

function cellsOf(row: readonly Measurement[], sizes: readonly number[]): string[] {
  const [overall] = row
  if (overall?.migrations === null) return inLastColumns([written(overall)])
  return inLastColumns(
    sizes.map((size) => {
      const found = row.find(({ migrations }) => migrations === size)
      return found ? written(found) : ''
    }),
  )
}

/** The budget, and the worst verdict of the row. */
function judgementOf(row: readonly Measurement[]): string[] {
  const judged = row.filter(({ limit }) => limit !== undefined)
  const [first] = judged
  if (first?.limit === undefined) return []
  const verdict = judged.map(verdictOf).includes('over') ? 'over' : 'pass'
  return [`budget ≤ ${written({ ...first, value: first.limit })}`, verdict]
}

/** A value with its unit. */
export function written({ value, unit, of }: Measurement): string {
  if (unit === 'ratio') return value.toFixed(2)
  if (unit === 'bytes') return `${value.toLocaleString('en-US')} B`
  if (unit === 'of') return `${value} of ${of}`
  return `${value.toFixed(value < 100 ? 1 : 0)} ${unit}`
}
