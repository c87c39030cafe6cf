// A bar on the standard error stream that can be written above.
import cliProgress from 'cli-progress'
import { progressLine, type Display, type Progress } from './progress-line.js'
import type { Style } from './style.js'

/** Puts a bar on the screen. For terminals only. */
export function openBar(first: Progress, { style }: { readonly style: Style }): Display {
  let progress = first
  const bars = new cliProgress.MultiBar({
    // Asked anew with each drawing, so that what takes its time is seen to be alive.
    format: () => progressLine(progress, performance.now(), process.stderr.columns),
    // Also where a line has been written in its place.
    forceRedraw: true,
    stream: process.stderr,
    clearOnComplete: true,
    hideCursor: true,
    // Signals are the command's business.
    gracefulExit: false,
  })
  bars.create(1, 0)
  return {
    show: (next) => void (progress = next),
    log: (line) => bars.log(`${style.print(line)}\n`),
    close() {
      // Lines that were logged since the last drawing would be lost.
      bars.update()
      bars.stop()
    },
  }
}
