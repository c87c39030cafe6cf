// Processes that get ready to replay while the build still reads the migrations: starting one takes as long as that.
import { startPass, type PassProcess, type StartLine } from './run-pass.js'

/** Processes that wait for their jobs. */
export interface ReadyPasses {
  /** One of them, or a new one when they are all taken. Whoever takes it ends it. */
  take(): PassProcess
  /** Ends those that nobody took. */
  end(): void
}

/** Starts one process for each pass of a proof; `start` is another way to have one. */
export function readyPasses(start: StartLine = startPass): ReadyPasses {
  const waiting = [start(), start()]
  return {
    take: () => waiting.pop() ?? start(),
    end: () => waiting.splice(0).forEach(({ kill }) => kill()),
  }
}
