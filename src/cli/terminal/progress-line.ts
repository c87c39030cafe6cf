// How far a run is, as a line says it: of a bar, or of a log.
import { visibleText } from '../../../codegen/diagnostics/visible-text.js'
import type { EventStep, ProgressEvent } from '../../model/events.js'
import { duration } from './quantities.js'
import { printedWidth } from './style.js'

/** How far a run is. */
export interface Progress {
  /** Steps that are done, of `total`; 0 of 0 where there are none to count. */
  readonly done: number
  readonly total: number
  /** The step under way, when it began by the clock of `performance`, and how far it is by its own account. */
  readonly step: string
  readonly since: number
  readonly inside: Omit<ProgressEvent, 'type' | keyof EventStep> | null
}

/** What shows it. */
export interface Display {
  show(progress: Progress): void
  /** Writes a line beside it. */
  log(line: string): void
  close(): void
}

const SIZE = 24
const SPINNER = '⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏'
const TURN_MS = 100
/** A step that ends before this needs no clock. */
const BRIEF_MS = 1000

/**
 * The bar at a moment: how many steps are done, with the part of the present one, and for how long that has been under way. It is
 * shorter, or none, where a terminal of that width has no room for it beside the words.
 */
export function progressLine(
  { done, total, step, since, inside }: Progress,
  now: number,
  width = Infinity,
): string {
  const elapsed = Math.max(0, now - since)
  const turn = SPINNER[Math.floor(elapsed / TURN_MS) % SPINNER.length] ?? ''
  const running = step === '' ? [] : [turn, visibleText(step), clock(elapsed), account(inside)]
  const hasBar = total > 0 || (inside?.total ?? 0) > 0
  const counted = total > 0 ? `${done}/${total}` : ''
  const words = [counted, ...running, ...outlook(inside, elapsed)]
  const said = words.filter((cell) => cell !== '').join('  ')
  const size = Math.min(SIZE, Math.max(0, width - printedWidth(said) - 2))
  if (!hasBar || size === 0) return said
  const part = inside?.total ? Math.min(1, inside.done / inside.total) : 0
  const full = Math.min(size, Math.floor((size * (done + part)) / Math.max(1, total)))
  return ['█'.repeat(full) + '░'.repeat(size - full), said].filter(Boolean).join('  ')
}

/** The same in words, where nothing can be drawn: `002 fill: 1200/5000, 80 rows/s, 48 s left, 15 s so far (1/3 done)`. */
export function plainLine({ done, total, step, since, inside }: Progress, now: number): string {
  const elapsed = Math.max(0, now - since)
  const time = clock(elapsed)
  const told = [account(inside), ...outlook(inside, elapsed), time && `${time} so far`]
  const cells = told.filter((cell) => cell !== '').join(', ')
  const counted = total > 1 ? ` (${done}/${total} done)` : ''
  return `${visibleText(step)}${cells && `: ${cells}`}${counted}`
}

function account(inside: Progress['inside']): string {
  if (!inside) return ''
  const { done, total, walk, walks } = inside
  const which = walk && walks ? `walk ${walk} of ${walks}: ` : ''
  return `${which}${done}${total === null ? '' : `/${total}`}`
}

const clock = (elapsed: number): string =>
  elapsed < BRIEF_MS ? '' : duration(Math.floor(elapsed / 1000) * 1000)

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
