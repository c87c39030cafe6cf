// Starts processes for replay while the build still reads the migrations, as starting one takes about as long.
import { startPass, type PassProcess, type StartLine } from './run-pass.js'

/** Processes that wait for their jobs. */
export interface ReadyPasses {
  /** One of them, or a new one if all are taken. The caller ends it. */
  take(): PassProcess
  /** Ends those that were not taken. */
  end(): void
}

/** Starts one process for each pass of a proof; `start` replaces how. */
export function readyPasses(start: StartLine = startPass): ReadyPasses {
  const waiting = [start(), start()]
  return {
    take: () => waiting.pop() ?? start(),
    end: () => waiting.splice(0).forEach(({ kill }) => kill()),
  }
}
