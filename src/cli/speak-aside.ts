// Keeps the standard output free for the answer while code of the project runs in this process.
import type { Terminal } from './command.js'

/** Runs work that may print; what it writes to the standard output is shown with `--verbose` only, and not there. */
export function speakAside<T>(terminal: Terminal, work: () => T): T {
  const { write } = process.stdout
  process.stdout.write = ((chunk: unknown) => {
    terminal.detail(String(chunk).trimEnd())
    return true
  }) as typeof write
  try {
    return work()
  } finally {
    process.stdout.write = write
  }
}
