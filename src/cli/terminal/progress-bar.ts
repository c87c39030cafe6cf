// A bar on the standard error stream that can be written above.
import cliProgress from 'cli-progress'
import { visibleText } from '../../../codegen/diagnostics/visible-text.js'
import type { ProgressEvent } from '../../model/events.js'
import { duration } from './quantities.js'
import type { Style } from './style.js'

/** How far a run is. */
export interface Progress {
  /** Steps that are done, of `total`; 0 of 0 where there are none to count. */
  readonly done: number
  readonly total: number
  /** The step under way, when it began by the clock of `performance`, and how far it is by its own account. */
  readonly step: string
  readonly since: number
  readonly inside: Pick<ProgressEvent, 'done' | 'total' | 'rate' | 'remainingMs'> | null
}

/** A bar that is on the screen. */
export interface Bar {
  show(progress: Progress): void
  /** Writes a line above the bar. */
  log(line: string): void
  close(): void
}

/** Puts a bar on the screen. For terminals only. */
export function openBar(first: Progress, style: Style): Bar {
  let progress = first
  const bars = new cliProgress.MultiBar({
    // Asked anew with each drawing, so that what takes its time is seen to be alive.
    format: () => progressLine(progress, performance.now()),
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

const SIZE = 24
const SPINNER = '⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏'
const TURN_MS = 100
/** A step that ends before this needs no clock. */
const BRIEF_MS = 1000

/** The bar at a moment: how many steps are done, with the part of the present one, and for how long that has been under way. */
export function progressLine({ done, total, step, since, inside }: Progress, now: number): string {
  const part = inside?.total ? Math.min(1, inside.done / inside.total) : 0
  const full = total > 0 ? Math.min(SIZE, Math.floor((SIZE * (done + part)) / total)) : 0
  const bar = '█'.repeat(full) + '░'.repeat(SIZE - full)
  const account = inside ? `${inside.done}${inside.total === null ? '' : `/${inside.total}`}` : ''
  const elapsed = Math.max(0, now - since)
  const turn = SPINNER[Math.floor(elapsed / TURN_MS) % SPINNER.length] ?? ''
  const clock = elapsed < BRIEF_MS ? '' : duration(Math.floor(elapsed / 1000) * 1000)
  const running = step === '' ? [] : [turn, visibleText(step), clock, account]
  const counted = total > 0 ? [bar, `${done}/${total}`] : []
  return [...counted, ...running, ...outlook(inside, elapsed)]
    .filter((cell) => cell !== '')
    .join('  ')
}

/** Rows a second, or what else the step counts, and how long the rest takes: as the step says, else at the pace that it has had since it began. */
function outlook(inside: Progress['inside'], elapsed: number): string[] {
  const { done = 0, total, rate, remainingMs } = inside ?? {}
  const isPaced = elapsed >= BRIEF_MS && done > 0 && typeof total === 'number' && total > done
  const rest = remainingMs ?? (isPaced ? (elapsed * (total - done)) / done : undefined)
  const pace = isPaced ? `${Math.round((done * 1000) / elapsed)}/s` : ''
  return [
    rate === undefined ? pace : `${Math.round(rate)} rows/s`,
    rest === undefined ? '' : `${duration(Math.ceil(rest / 1000) * 1000)} left`,
  ]
}
