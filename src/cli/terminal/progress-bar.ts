// A progress bar on the standard error stream, with text printed above it.
import cliProgress from 'cli-progress'
import { progressLine, type Display, type Progress } from './progress-line.js'
import type { Style } from './style.js'

/** Shows a bar. For terminals only. */
export function openBar(first: Progress, { style }: { readonly style: Style }): Display {
  let progress = first
  const bars = new cliProgress.MultiBar({
    // Evaluated at each redraw, so that slow work is visibly alive.
    format: () => progressLine(progress, performance.now(), process.stderr.columns),
    // Also redrawn after a line has been printed over it.
    forceRedraw: true,
    stream: process.stderr,
    clearOnComplete: true,
    hideCursor: true,
    // Signals are handled by the command.
    gracefulExit: false,
  })
  bars.create(1, 0)
  return {
    show: (next) => void (progress = next),
    log: (line) => bars.log(`${style.print(line)}\n`),
    close() {
      // Otherwise lines logged since the last redraw would be lost.
      bars.update()
      bars.stop()
    },
  }
}
