// Writes RESULTS.md and its plots.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as prettier from 'prettier'
import type { DrawLinePlot } from './line-plot.js'
import type { Report } from './render-report.js'
import { plotsOf, renderResults } from './render-results.js'

/** Writes to `folder`, and removes the plots of the last run. `draw` is installed with the tools. */
export async function writeResults(
  folder: string,
  report: Report,
  command: string,
  draw: DrawLinePlot | undefined,
): Promise<void> {
  const plots = join(folder, 'plots')
  rmSync(plots, { recursive: true, force: true })
  mkdirSync(plots)
  for (const { file, plot } of plotsOf(report)) {
    if (draw) writeFileSync(join(plots, file), await draw(plot))
  }
  const target = join(folder, 'RESULTS.md')
  const options = await prettier.resolveConfig(target)
  const text = renderResults(report, command)
  writeFileSync(target, await prettier.format(text, { ...options, filepath: target }))
}
