// Processes that get ready to replay while the build still reads the migrations: starting one takes as long as that.
import { startLine, type LineProcess, type StartLine } from './run-line.js'

/** Processes that wait for their jobs. */
export interface ReadyLines {
  /** One of them, or a new one when they are all taken. Whoever takes it ends it. */
  take(): LineProcess
  /** Ends those that nobody took. */
  end(): void
}

/** Starts one process for each line of a proof; `start` is another way to have one. */
export function readyLines(start: StartLine = startLine): ReadyLines {
  const waiting = [start(), start()]
  return {
    take: () => waiting.pop() ?? start(),
    end: () => waiting.splice(0).forEach(({ kill }) => kill()),
  }
}
