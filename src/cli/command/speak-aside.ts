// Keeps the output free for the result while code of the project runs in this process.
import type { Terminal } from './command.js'

/** Runs work that may print; its output is shown when it is done, only with `--verbose`, and never on the standard output. */
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

/** The output of project code as lines: unlike in names, line breaks and tabs are intended there. */
export const spokenLines = (text: string): string[] =>
  text
    .trimEnd()
    .replaceAll('\t', '  ')
    .split(/\r\n|[\r\n]/)
