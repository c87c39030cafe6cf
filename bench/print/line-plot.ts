// Defines the data of a plot. Types only: the code that draws it is in bench/peers.

/** Time by number of migrations, with a line for each tool; both axes are logarithmic. */
export interface LinePlot {
  readonly title: string
  readonly yTitle: string
  readonly lines: readonly PlotLine[]
}

/** One tool; the points in ascending order. */
export interface PlotLine {
  readonly name: string
  readonly points: readonly { readonly x: number; readonly y: number }[]
}

/** Draws a plot as SVG that is legible on light and on dark pages. */
export type DrawLinePlot = (plot: LinePlot) => Promise<string>
