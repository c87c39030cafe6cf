// Formats the progress of a run as one line, for a bar or a log.
import { visibleText } from '../../../codegen/diagnostics/visible-text.js'
import type { EventStep, ProgressEvent } from '../../model/events.js'
import { duration } from './quantities.js'
import { printedWidth } from './style.js'

/** The progress of a run. */
export interface Progress {
  /** Finished steps, of `total`; 0 of 0 if there are none to count. */
  readonly done: number
  readonly total: number
  /** The running step, when it began by the clock of `performance`, and the progress it reports. */
  readonly step: string
  readonly since: number
  readonly inside: Omit<ProgressEvent, 'type' | keyof EventStep> | null
}

/** A display of progress. */
export interface Display {
  show(progress: Progress): void
  /** Prints a line beside it. */
  log(line: string): void
  close(): void
}

const SIZE = 24
const SPINNER = '⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏'
const TURN_MS = 100
/** A step that ends sooner needs no elapsed time. */
const BRIEF_MS = 1000

/** The narrowest bar and names worth printing; a version alone is the last of a name to go. */
const LEAST = { bar: 4, name: 10, version: 4 }

/**
 * The current bar: finished steps plus the part of the current one, and how long that has been running. In a narrow terminal, the bar,
 * then the name of the step are shortened, and one after the other is left out: the elapsed time, the rate, the bar, the walk or table,
 * the name, the number of steps, the count. The time left is the last to go.
 */
export function progressLine(progress: Progress, now: number, width = Infinity): string {
  const { done, total, step, since, inside } = progress
  const elapsed = Math.max(0, now - since)
  const turn = SPINNER[Math.floor(elapsed / TURN_MS) % SPINNER.length] ?? ''
  const [rate, left] = outlook(inside, elapsed)
  const [which, count] = accountOf(inside)
  const counted = total > 0 ? `${done}/${total}` : ''
  const said = (name: string, ...omitted: readonly Omissible[]): string => {
    const has = (one: Omissible): boolean => !omitted.includes(one)
    const account = has('count') && `${has('walk') ? which : ''}${count}`
    const running = [turn, has('name') && name, has('time') && clock(elapsed), account]
    const steps = has('steps') && counted
    const cells = [steps, ...(step === '' ? [] : running), has('rate') && rate, left]
    return cells.filter(Boolean).join('  ')
  }
  const hasBar = total > 0 || (inside?.total ?? 0) > 0
  const name = visibleText(step)
  const tries = NARROWER.map((omitted) => {
    const bar = hasBar && !omitted.includes('bar') ? LEAST.bar + 2 : 0
    const room = width - bar - printedWidth(said('', ...omitted)) - 2
    const least = omitted.includes('long name') ? LEAST.version : LEAST.name
    return { bar, words: said(shortened(name, Math.max(least, room)), ...omitted) }
  })
  const fits = tries.find(({ bar, words }) => printedWidth(words) <= width - bar)
  const { bar, words } = fits ?? tries.at(-1)!
  if (bar === 0) return words
  const size = Math.min(SIZE, width - printedWidth(words) - 2)
  const part = inside?.total ? Math.min(1, inside.done / inside.total) : 0
  const full = Math.min(size, Math.floor((size * (done + part)) / Math.max(1, total)))
  return ['█'.repeat(full) + '░'.repeat(size - full), words].filter(Boolean).join('  ')
}

/** In the order in which it is left out. */
const OMISSIBLE = ['time', 'rate', 'bar', 'long name', 'walk', 'name', 'steps', 'count'] as const
type Omissible = (typeof OMISSIBLE)[number]

/** What is left out of the words, one try after the other. */
const NARROWER = ['', ...OMISSIBLE].map((_, at) => OMISSIBLE.slice(0, at))

function shortened(name: string, width: number): string {
  if (printedWidth(name) <= width) return name
  const letters = [...name]
  while (letters.length > 0 && printedWidth(letters.join('')) >= width) letters.pop()
  return `${letters.join('')}…`
}

/** The same in words, where nothing can be drawn: `002 fill: 1200/5000, 80 rows/s, 48 s left, 15 s so far (1/3 done)`. */
export function plainLine({ done, total, step, since, inside }: Progress, now: number): string {
  const elapsed = Math.max(0, now - since)
  const time = clock(elapsed)
  const told = [accountOf(inside).join(''), ...outlook(inside, elapsed), time && `${time} so far`]
  const cells = told.filter((cell) => cell !== '').join(', ')
  const counted = total > 1 ? ` (${done}/${total} done)` : ''
  return `${visibleText(step)}${cells && `: ${cells}`}${counted}`
}

/** Which walk or table it is about, if that is known, and how many of its rows are done. */
function accountOf(inside: Progress['inside']): readonly [which: string, count: string] {
  if (!inside) return ['', '']
  const { done, total, walk, walks, table } = inside
  const which =
    walk && walks ? `walk ${walk} of ${walks}: ` : table ? `${visibleText(table)}: ` : ''
  return [which, `${done}${total === null ? '' : `/${total}`}`]
}

const clock = (elapsed: number): string =>
  elapsed < BRIEF_MS ? '' : duration(Math.floor(elapsed / 1000) * 1000)

/** Rows per second, or whatever the step counts, and the remaining time: as the step reports, otherwise by its pace so far. */
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
