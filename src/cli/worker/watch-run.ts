// Shows a run while it is running if it takes a while: a bar on a terminal, otherwise, and with `--verbose`, lines at intervals.
import type { EventStep, LogEvent, MigrationEvent } from '../../model/events.js'
import { versionId } from '../../model/version.js'
import type { Invocation, Terminal } from '../command/command.js'
import type { Display, Progress } from '../terminal/progress-line.js'
import { openLines } from '../terminal/progress-lines.js'
import { duration } from '../terminal/quantities.js'
import type { WorkingMessage } from './protocol.js'
import { renderProblem } from '../render/status.js'

/** Watches one run. */
export interface Watcher {
  /** The terminal to use meanwhile: it prints above the bar. */
  readonly terminal: Terminal
  hear(event: MigrationEvent): void
  /** Called when something without steps has begun. */
  begin(what: string): void
  /** Called with the progress of something without steps. */
  working(on: Pick<WorkingMessage, 'what' | 'done' | 'total'>): void
  /** Removes the bar. To be called also after a failure. */
  stop(): void
}

/** Runs that end sooner show nothing. */
const QUICK_MS = 300
/** After this time, show what is being waited for. */
const WAIT_MS = 1000

/** Starts watching; nothing is shown before the first event. A program that reads `--events` gets only those. */
export async function watchRun({ terminal, flags }: Invocation): Promise<Watcher> {
  const withBar = terminal.interactive && !flags.verbose
  const openLine = flags.events ? null : openLines
  const open = withBar ? (await import('../terminal/progress-bar.js')).openBar : openLine
  let progress: Progress = { ...IDLE, total: 0 }
  let bar: Display | null = null
  let timer: NodeJS.Timeout | undefined
  const above: Terminal = {
    ...terminal,
    say: (...lines) => (bar ? lines.forEach((line) => bar?.log(line)) : terminal.say(...lines)),
  }
  const write = lineWriter(above)
  const showSoon = (): void => {
    if (open) timer ??= setTimeout(() => (bar = open(progress, terminal)), QUICK_MS)
  }
  return {
    terminal: above,
    hear(event) {
      progress = advance(progress, event, flags.dryRun ? ' on a copy' : '')
      if (event.type === 'plan') showSoon()
      bar?.show(progress)
      write(event)
    },
    begin(what) {
      progress = under(progress, what)
      showSoon()
    },
    working(on) {
      progress = partOf(progress, on)
      showSoon()
      bar?.show(progress)
    },
    stop() {
      clearTimeout(timer)
      bar?.close()
      bar = null
    },
  }
}

const IDLE = { done: 0, step: '', since: 0, inside: null }

/** The same with this step running, started now unless it already was. */
const under = (progress: Progress, step: string): Progress =>
  progress.step === step ? progress : { ...progress, step, since: performance.now(), inside: null }

/** Work without steps, with its progress if that can be counted. */
const partOf = (progress: Progress, { what, done, total }: Parameters<Watcher['working']>[0]) => ({
  ...under(progress, what),
  done: 0,
  total: 0,
  inside: total > 0 ? { done, total } : null,
})

/** The progress of the run after an event; `where` marks steps that are not done on the database itself. */
function advance(progress: Progress, event: MigrationEvent, where: string): Progress {
  switch (event.type) {
    case 'plan':
      return { ...IDLE, total: event.steps.length }
    case 'step-start':
      return under(progress, `${titleOf(event)}${where}`)
    case 'waiting':
      return under(progress, 'waiting for the database')
    case 'step-end':
      return { ...progress, done: progress.done + 1, inside: null }
    case 'progress':
      return { ...progress, inside: event }
    default:
      return progress
  }
}

/** Prints what a person should read: warnings and long waiting always, steps and log messages with `--verbose`. */
function lineWriter({ say, detail, style }: Terminal): (event: MigrationEvent) => void {
  const hasWaited = longWait()
  let told = false
  return (event) => {
    if (event.type === 'warning') say(...renderProblem(event.problem, style))
    if (event.type === 'log') tellLog(event, { say, detail, style })
    if (event.type === 'step-start') detail(`${arrow(event)} ${titleOf(event)}`)
    if (event.type === 'step-end') detail(style.dim(`  done in ${duration(event.durationMs)}`))
    if (event.type === 'waiting' && hasWaited() && !told) {
      told = true
      const what =
        event.version === undefined
          ? 'Another connection is writing to the database; waiting for it.'
          : `Another run has started migration ${versionId(event.version)} outside a transaction; waiting until it ends, or gives no sign of life.`
      say(...style.wrap(what))
    }
  }
}

/** Warnings of a migration are always shown. */
function tellLog(
  { level, message, ...step }: LogEvent,
  { say, detail, style }: Pick<Terminal, 'say' | 'detail' | 'style'>,
): void {
  const line = `  ${titleOf(step)}: ${message}`
  if (level === 'warn') say(style.yellow(line))
  else detail(style.dim(line))
}

/**
 * Returns a function to call on each waiting event, which tells whether the wait is long, however often the other side shows a
 * sign of life.
 */
function longWait(): () => boolean {
  let [since, last] = [-Infinity, -Infinity]
  return () => {
    const now = performance.now()
    if (now - last > 5 * WAIT_MS) since = now
    last = now
    return now - since >= WAIT_MS
  }
}

const arrow = ({ direction }: EventStep): string => (direction === 'up' ? '↑' : '↓')

const titleOf = ({ id, name }: EventStep): string => `${id} ${name}`
