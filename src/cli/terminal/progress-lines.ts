// Prints the progress of a run on the standard error stream at intervals, if there is no terminal for a bar.
import { plainLine, type Display, type Progress } from './progress-line.js'

/** The delay of the first line, doubled for each further one, up to the longest. */
const [FIRST_MS, LONGEST_MS] = [5_000, 60_000]

/** Starts printing; prints nothing while nothing is running. */
export function openLines(
  first: Progress,
  { say }: { readonly say: (line: string) => void },
): Display {
  let progress = first
  let pause = FIRST_MS
  let timer = setTimeout(tell, pause)
  function tell(): void {
    const now = performance.now()
    if (progress.step !== '') say(plainLine(progress, now))
    pause = Math.min(2 * pause, LONGEST_MS)
    timer = setTimeout(tell, pause)
  }
  return {
    show: (next) => void (progress = next),
    log: say,
    close: () => clearTimeout(timer),
  }
}
