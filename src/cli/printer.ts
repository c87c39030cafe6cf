// The one printer: everything that reaches the screen passes here.
import type { CommandResult, Terminal } from './command.js'
import type { ErrorDescription } from './describe-error.js'
import type { Flags } from './flags.js'
import { renderFailure } from './render/failure.js'
import { colorsFor, makeStyle, type Style } from './render/style.js'

/** A stream that text is written to. */
export interface Output {
  readonly isTTY?: boolean
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

/** Prints answers. With `--json` the standard output gets exactly one document, whatever happens. */
export interface Printer {
  readonly terminal: Terminal
  printText(text: string): void
  printResult(result: CommandResult): void
  printFailure(error: ErrorDescription): void
}

/** A printer for these streams, obeying `--json`, `--quiet`, `--verbose` and `--no-color`. */
export function makePrinter(flags: Flags, streams: Streams): Printer {
  const { json, quiet, verbose } = flags
  const { stdin, stdout, stderr } = streams
  const styles = {
    stdout: styleFor(stdout, flags, streams),
    stderr: styleFor(stderr, flags, streams),
  }
  const line = (stream: 'stdout' | 'stderr', text: string): void => {
    if (text !== '') streams[stream].write(`${text}\n`)
  }
  const document = (value: unknown): void => line('stdout', JSON.stringify(value, null, 2))
  for (const stream of [stdout, stderr]) stream.on?.('error', ignoreClosedPipe)
  return {
    terminal: {
      style: styles.stderr,
      interactive: Boolean(stdin.isTTY && stderr.isTTY) && !json && !quiet,
      say: (text) => !quiet && line('stderr', text),
      detail: (text) => verbose && !quiet && line('stderr', text),
    },
    printText: (text) => line('stdout', text),
    printResult(result) {
      const { stream = 'stdout' } = result
      if (json) document(result.json)
      else if (!quiet || result.stream === 'stderr') line(stream, result.text(styles[stream]))
    },
    printFailure(error) {
      if (json) document({ error: failureDocument(error) })
      else line('stderr', renderFailure(error, styles.stderr, verbose ? 'full' : 'brief'))
    },
  }
}

/** The reader of a pipe (`head`) may leave early; that is no failure of ours. */
function ignoreClosedPipe(error: Error): void {
  if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error
}

function styleFor(stream: Output, { noColor }: Flags, { environment }: Streams): Style {
  const listing = stream.isTTY ? 'folded' : 'whole'
  return makeStyle({ colors: noColor ? 'off' : colorsFor(stream, environment), listing })
}

const failureDocument = ({ code, message, fix, facts, report, place }: ErrorDescription) => ({
  code,
  message,
  fix,
  ...(facts && { facts }),
  ...(place && { place }),
  ...(report && { report }),
})
