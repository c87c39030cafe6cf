// Draws a plot with Vega, which needs no browser.
import { parse, View, type Config, type Mark, type Spec } from 'vega'
import type { DrawLinePlot, LinePlot, PlotLine } from '../../print/line-plot.js'

/** Colours that stand out on white and on near black. Code by hand is grey, Lockstep's line thick, that of a variant dashed. */
const BY_HAND = '#868e96'
const LOCKSTEP = '#1f77d0'
const COLOURS = [
  '#e8590c',
  '#2f9e44',
  '#ae3ec9',
  '#e03131',
  '#0c9aa8',
  '#c99700',
  '#8d6e5c',
  '#e64980',
]

/** The plot as SVG. */
export const drawLinePlot: DrawLinePlot = async (plot) => {
  const svg = await new View(parse(specOf(plot)), { renderer: 'none' }).toSVG()
  return `${svg.replace(/(<svg[^>]*>)/, `$1${STYLE}`)}\n`
}

/** A style sheet overrides presentation attributes: dark if the reader's system is. */
const STYLE = `<style>@media (prefers-color-scheme: dark) {
  svg > rect { fill: #0d1117; }
  text { fill: #e6edf3; }
  .role-axis-grid line { stroke: #30363d; }
}</style>`

/** Orders lines by their last points, so that the legend has the order of the ends of the lines. */
const byLastPoint = (a: PlotLine, b: PlotLine): number =>
  (b.points.at(-1)?.y ?? 0) - (a.points.at(-1)?.y ?? 0)

function specOf({ title, yTitle, lines }: LinePlot): Spec {
  const sorted = [...lines].sort(byLastPoint)
  const names = sorted.map(({ name }) => name)
  const values = sorted.flatMap(({ name, points }) => points.map((point) => ({ name, ...point })))
  const sizes = [...new Set(values.map(({ x }) => x))].sort((a, b) => a - b)
  const domain = (field: 'x' | 'y') => ({ data: 'points', field })
  const axis = { format: ',', tickCount: 6 }
  return {
    width: 560,
    height: 420,
    padding: 12,
    autosize: 'pad',
    background: '#ffffff',
    title: { text: title, anchor: 'start', offset: 14 },
    config: CONFIG,
    data: [{ name: 'points', values }],
    scales: [
      { name: 'x', type: 'log', range: 'width', domain: domain('x') },
      { name: 'y', type: 'log', range: 'height', domain: domain('y'), nice: true },
      { name: 'colour', type: 'ordinal', domain: names, range: names.map(colourIn(names)) },
      { name: 'dash', type: 'ordinal', domain: names, range: names.map(dashOf) },
      { name: 'width', type: 'ordinal', domain: names, range: names.map(widthOf) },
    ],
    axes: [
      { ...axis, orient: 'bottom', scale: 'x', values: sizes, title: 'migrations (logarithmic)' },
      { ...axis, orient: 'left', scale: 'y', grid: true, title: `${yTitle} (logarithmic)` },
    ],
    legends: [{ stroke: 'colour', strokeDash: 'dash', strokeWidth: 'width', symbolType: 'stroke' }],
    marks: [LINES],
  }
}

const CONFIG: Config = {
  axis: { labelFontSize: 12, titleFontSize: 12, titleFontWeight: 'normal', gridColor: '#e3e6ea' },
  legend: { labelFontSize: 12, symbolSize: 400, labelLimit: 0 },
  title: { fontSize: 14 },
}

const AT_POINT = { x: { scale: 'x', field: 'x' }, y: { scale: 'y', field: 'y' } }
const byName = (scale: string) => ({ scale, field: 'name' })

/** A line with points for each tool. */
const LINES: Mark = {
  type: 'group',
  from: { facet: { name: 'line', data: 'points', groupby: 'name' } },
  marks: [
    {
      type: 'line',
      from: { data: 'line' },
      encode: {
        enter: {
          ...AT_POINT,
          stroke: byName('colour'),
          strokeWidth: byName('width'),
          strokeDash: byName('dash'),
        },
      },
    },
    {
      type: 'symbol',
      from: { data: 'line' },
      encode: { enter: { ...AT_POINT, fill: byName('colour'), size: { value: 40 } } },
    },
  ],
}

const dashOf = (name: string): number[] => (name.includes(', ') ? [5, 4] : [1, 0])

const widthOf = (name: string): number => (name.startsWith('Lockstep') ? 4 : 2)

/** The colour of each tool, the same in every plot of the same tools. */
function colourIn(names: readonly string[]): (name: string) => string {
  const isOther = (name: string): boolean => !/^(?:by hand|Lockstep)/.test(name)
  const others = names.filter(isOther).sort()
  return (name) => {
    if (isOther(name)) return COLOURS[others.indexOf(name) % COLOURS.length]!
    return name.startsWith('Lockstep') ? LOCKSTEP : BY_HAND
  }
}
