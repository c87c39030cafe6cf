// Keeps the output free for the answer while code of the project runs in this process.
import type { Terminal } from './command.js'

/** Runs work that may print; what it prints is shown when it is done, with `--verbose` only, and never on the standard output. */
export function speakAside<T>(terminal: Terminal, work: () => T): T {
  const said: string[] = []
  const streams = [process.stdout, process.stderr].map((stream) => ({
    stream,
    write: stream.write,
  }))
  for (const { stream } of streams) stream.write = (chunk: unknown) => said.push(String(chunk)) > 0
  try {
    return work()
  } finally {
    for (const { stream, write } of streams) stream.write = write
    if (said.length > 0) terminal.detail(...spokenLines(said.join('')))
  }
}

/** What code of the project has printed, as lines: unlike in names, ends of lines and tabs are meant there. */
export const spokenLines = (text: string): string[] =>
  text
    .trimEnd()
    .replaceAll('\t', '  ')
    .split(/\r\n|[\r\n]/)
