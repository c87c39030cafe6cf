// A bar on the standard error stream that can be written above.
import cliProgress from 'cli-progress'
import { visibleText } from '../../../codegen/diagnostics/visible-text.js'
import type { Style } from './style.js'

/** How far a run is. */
export interface Progress {
  /** Steps that are done, of `total`. */
  readonly done: number
  readonly total: number
  /** The step under way, and how far it is by its own account. */
  readonly step: string
  readonly inside: string
}

/** A bar that is on the screen. */
export interface Bar {
  show(progress: Progress): void
  /** Writes a line above the bar. */
  log(line: string): void
  close(): void
}

/** Puts a bar on the screen. For terminals only. */
export function openBar(progress: Progress, style: Style): Bar {
  const bars = new cliProgress.MultiBar({
    format: '{bar} {value}/{total}  {step}  {inside}',
    stream: process.stderr,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 24,
    clearOnComplete: true,
    hideCursor: true,
    // Signals are the command's business.
    gracefulExit: false,
  })
  const payload = ({ step, inside }: Progress) => ({ step: visibleText(step), inside })
  const bar = bars.create(progress.total, progress.done, payload(progress))
  return {
    show(next) {
      bar.setTotal(next.total)
      bar.update(next.done, payload(next))
    },
    log: (line) => bars.log(`${style.print(line)}\n`),
    close() {
      // Lines that were logged since the last drawing would be lost.
      bars.update()
      bars.stop()
    },
  }
}
