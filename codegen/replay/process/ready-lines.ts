// Processes that get ready to replay while the build still reads the migrations: starting one takes as long as that.
import { startLine, type LineProcess } from './run-line.js'

/** Processes that wait for their jobs. */
export interface ReadyLines {
  /** One of them, or a new one when they are all taken. Whoever takes it ends it. */
  take(): LineProcess
  /** Ends those that nobody took. */
  end(): void
}

/** Starts one process for each line of a proof. */
export function readyLines(): ReadyLines {
  const waiting = [startLine(), startLine()]
  return {
    take: () => waiting.pop() ?? startLine(),
    end: () => waiting.splice(0).forEach(({ kill }) => kill()),
  }
}
