// The only printer: everything that reaches the screen passes here, line by line. Text that is not known to be Lockstep's own is
// escaped: names, reasons and texts from outside may hold anything.
import { jsonLine, jsonText } from '../../codegen/diagnostics/visible-text.js'
import { carryFlags } from './carry-flags.js'
import type { CommandResult, Terminal } from './command/command.js'
import type { ErrorDescription } from './terminal/describe-error.js'
import type { Flags } from './command/flags.js'
import { advising } from './terminal/advising.js'
import { renderFailure } from './terminal/failure.js'
import { colorsFor, linksFor, makeStyle, scrolledAway, type Style } from './terminal/style.js'

/** A stream to write text to. */
export interface Output {
  readonly isTTY?: boolean
  readonly columns?: number
  readonly rows?: number
  write(text: string): unknown
  on?(event: 'error', listener: (error: Error) => void): unknown
}

/** The three streams of a process. */
export interface Streams {
  readonly stdin: { readonly isTTY?: boolean }
  readonly stdout: Output
  readonly stderr: Output
  readonly environment: Readonly<Record<string, string | undefined>>
}

/**
 * Prints results. With `--json` the standard output gets exactly one document, whatever happens; with `--events` as its last
 * line.
 */
export interface Printer {
  readonly terminal: Terminal
  printText(text: string): void
  printResult(result: CommandResult): void
  printFailure(error: ErrorDescription): void
}

/**
 * Creates a printer for these streams that obeys `--json`, `--events`, `--quiet`, `--verbose` and `--no-color`; commands that it
 * prints get the flags that select the database.
 */
export function makePrinter(flags: Flags, streams: Streams): Printer {
  const { events, quiet, verbose } = flags
  const json = flags.json || events
  const { stdin, stdout, stderr } = streams
  const [out, err] = [stdout, stderr].map((stream) => styleFor(stream, flags, streams))
  const styles = { stdout: out!, stderr: err! }
  const carry = carryFlags(flags)
  const print = (stream: 'stdout' | 'stderr', lines: readonly string[]): void => {
    const printed = lines.map((line) => styles[stream].print(carry(line)))
    if (lines.length > 0) streams[stream].write(`${printed.join('\n')}\n`)
  }
  const document = (text: string): void => void stdout.write(`${text}\n`)
  const structured = (value: unknown): void => document(inJson(value, flags, carry))
  for (const stream of [stdout, stderr]) stream.on?.('error', ignoreClosedPipe)
  return {
    terminal: {
      style: styles.stderr,
      interactive: Boolean(stdin.isTTY && stderr.isTTY) && !json && !quiet,
      say: (...lines) => !quiet && print('stderr', lines),
      sayOnce: once((line) => !quiet && print('stderr', [line])),
      detail: (...lines) => verbose && !quiet && print('stderr', lines),
      complain: (...lines) => print('stderr', lines),
      tell: (event) => events && structured(event),
      carry: carryFlags,
      clear: () => !verbose && !quiet && clear(stderr),
    },
    printText: (text) => print('stdout', text.split('\n').flatMap(styles.stdout.wrap)),
    printResult({ stream = 'stdout', ...result }) {
      if (json) structured(result.json)
      else if (quiet && stream === 'stdout') return
      else if (result.document !== undefined) document(result.document(carry))
      else print(stream, result.text(styles[stream]))
    },
    printFailure(error) {
      if (json) structured({ error: failureDocument(error) })
      else print('stderr', renderFailure(error, styles.stderr, verbose ? 'full' : 'brief'))
    },
  }
}

/** Says each line only the first time. */
function once(say: (line: string) => void): (line: string) => void {
  const said = new Set<string>()
  return (line) => {
    if (!said.has(line)) say(line)
    said.add(line)
  }
}

const inJson = (value: unknown, { events }: Flags, carry: (text: string) => string): string =>
  (events ? jsonLine : jsonText)(value, advising(carry))

function clear(stream: Output): boolean {
  if (!stream.isTTY || !stream.rows) return false
  stream.write(scrolledAway(stream.rows))
  return true
}

/** The reader of a pipe (`head`) may leave early; that is not our failure. */
function ignoreClosedPipe(error: Error): void {
  if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error
}

function styleFor(stream: Output, { noColor }: Flags, { environment }: Streams): Style {
  const layout = {
    listing: stream.isTTY ? ('folded' as const) : ('whole' as const),
    ...(stream.isTTY && stream.columns && { width: stream.columns }),
  }
  if (noColor) return makeStyle({ colors: 'off', ...layout })
  const colors = colorsFor(stream, environment)
  return makeStyle({ colors, links: linksFor(stream, environment), ...layout })
}

const failureDocument = ({ code, message, fix, facts, report, place }: ErrorDescription) => ({
  code,
  message,
  fix,
  ...(facts && { facts }),
  ...(place && { place }),
  ...(report && { report }),
})
