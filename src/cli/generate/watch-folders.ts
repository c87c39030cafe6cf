// Does something now, and again whenever a file in one of some folders changes, until a signal comes.
import { watch, type FSWatcher } from 'node:fs'
import { foldersIn } from '../../../codegen/project/folders-in.js'
import { watchLost } from '../../errors/command-line.js'
import { LockstepError } from '../../errors/lockstep-error.js'

/** Editors save in several strokes. */
const PAUSE_MS = 80

/**
 * Resolves on SIGINT or SIGTERM. Changes while `work` is under way lead to one more round after it, so the last state
 * is always seen. The signal that `work` receives is aborted when it is over: processes that it has started may have been
 * ended with this one, and what follows from that is nothing to tell. Throws `WATCH_LOST` when a folder is not there or goes
 * away, and what `work` throws before it is over.
 */
export async function watchFolders(
  folders: readonly string[],
  work: (over: AbortSignal) => Promise<void>,
): Promise<void> {
  const rounds = makeRounds()
  const watchers = new Map<string, FSWatcher>()
  for (const signal of SIGNALS) process.on(signal, rounds.end)
  try {
    do {
      // First look, then work: what changes meanwhile is seen.
      watchBelow(folders, watchers, rounds.ask)
      await untilOver(work, rounds.over)
    } while (await rounds.next())
  } finally {
    for (const signal of SIGNALS) process.off(signal, rounds.end)
    for (const watcher of watchers.values()) watcher.close()
  }
}

async function untilOver(
  work: (over: AbortSignal) => Promise<void>,
  over: AbortSignal,
): Promise<void> {
  try {
    await work(over)
  } catch (error) {
    if (!over.aborted) throw error
  }
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const

/** Whether, and when, to generate again. */
interface Rounds {
  readonly over: AbortSignal
  ask(): void
  end(): void
  /** Resolves a little after the last question with true, or with false once it is over. */
  next(): Promise<boolean>
}

function makeRounds(): Rounds {
  let asked = false
  const over = new AbortController()
  let wake = (): void => {}
  let timer: NodeJS.Timeout | undefined
  const later = (): void => {
    clearTimeout(timer)
    timer = setTimeout(() => wake(), PAUSE_MS)
  }
  return {
    over: over.signal,
    ask() {
      asked = true
      later()
    },
    end() {
      over.abort()
      wake()
    },
    async next() {
      await new Promise<void>((resolve) => {
        wake = resolve
        if (over.signal.aborted) resolve()
        else if (asked) later()
      })
      clearTimeout(timer)
      asked = false
      return !over.signal.aborted
    },
  }
}

/** Watches the folders and those below, where helpers lie, each for itself; forgets those that are gone. */
function watchBelow(
  folders: readonly string[],
  watchers: Map<string, FSWatcher>,
  changed: () => void,
): void {
  const wanted = new Set(folders.flatMap(withFoldersBelow))
  for (const [folder, watcher] of watchers) {
    if (wanted.has(folder)) continue
    watcher.close()
    watchers.delete(folder)
  }
  for (const folder of wanted) {
    // A folder that goes away while it is watched is noticed in the next round.
    if (!watchers.has(folder)) watchers.set(folder, watch(folder, changed).on('error', changed))
  }
}

function withFoldersBelow(folder: string): string[] {
  try {
    return [folder, ...foldersIn(folder).flatMap(withFoldersBelow)]
  } catch (cause) {
    throw new LockstepError(watchLost(folder), { cause })
  }
}
