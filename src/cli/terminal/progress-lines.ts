// Says now and then on the standard error stream how far a run is, where there is no terminal for a bar.
import { plainLine, type Display, type Progress } from './progress-line.js'

/** When the first line comes, each time twice as long after the one before, up to the longest. */
const [FIRST_MS, LONGEST_MS] = [5_000, 60_000]

/** Begins to say it; nothing while nothing is under way. */
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
