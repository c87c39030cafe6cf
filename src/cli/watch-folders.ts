// Does something again whenever a file in one of some folders changes, until a signal comes.
import { existsSync, watch, type FSWatcher } from 'node:fs'
import { watchLost } from '../errors/command-line.js'
import { LockstepError } from '../errors/lockstep-error.js'

/** Editors save in several strokes. */
const PAUSE_MS = 80

/**
 * Resolves on SIGINT or SIGTERM. Changes while `again` is under way lead to one more round after it, so the last state
 * is always seen. Throws `WATCH_LOST` when a folder is not there or goes away, and what `again` throws.
 */
export function watchFolders(
  folders: readonly string[],
  again: () => Promise<void>,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const watchers: FSWatcher[] = []
    let over = false
    const finish = (error?: unknown): void => {
      over = true
      for (const watcher of watchers) watcher.close()
      for (const signal of SIGNALS) process.off(signal, stop)
      if (error === undefined) resolve()
      else reject(error)
    }
    const stop = (): void => finish()
    const changed = inRounds(async () => {
      if (over) return
      const gone = folders.find((folder) => !existsSync(folder))
      if (gone) throw new LockstepError(watchLost(gone))
      await again()
    }, finish)
    for (const signal of SIGNALS) process.on(signal, stop)
    try {
      for (const folder of folders) watchers.push(watchFolder(folder, changed, finish))
    } catch (cause) {
      finish(cause)
    }
  })
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const

/** Helpers lie in folders below, so those count as well. */
function watchFolder(
  folder: string,
  changed: () => void,
  failed: (error: unknown) => void,
): FSWatcher {
  const lost = (cause?: unknown): LockstepError => new LockstepError(watchLost(folder), { cause })
  try {
    return watch(folder, { recursive: true }, changed).on('error', (cause) => failed(lost(cause)))
  } catch (cause) {
    throw lost(cause)
  }
}

/** Calls `work` a little after the last call, never twice at once. */
function inRounds(work: () => Promise<void>, failed: (error: unknown) => void): () => void {
  let timer: NodeJS.Timeout | undefined
  let round = Promise.resolve()
  return () => {
    clearTimeout(timer)
    timer = setTimeout(() => {
      round = round.then(work).catch(failed)
    }, PAUSE_MS)
  }
}
