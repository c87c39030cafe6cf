// Runs work now, and again whenever something it depends on changes, until a signal comes.
import { setTimeout as sleep } from 'node:timers/promises'
import {
  firstMissing,
  identityOf,
  lookAt,
  pathsIn,
  watchPlaces,
  type Places,
} from './watch-places.js'

/** One run of the work. */
export interface Round {
  /** The changes that triggered it, absolute; empty for the first. */
  readonly changes: readonly string[]
  /** Those of them that existed when the last round began to watch, and are gone. */
  readonly gone: readonly string[]
  /** Aborted when something has changed since it began: another round follows, and its questions are outdated. */
  readonly outdated: AbortSignal
  /** Aborted when the watch ends: processes that it has started may have been ended with this one, which is not worth reporting. */
  readonly over: AbortSignal
  /**
   * Watches these places from now on, and no others; to be called before they are read. Changes to files `made` by the work
   * itself only count if they are gone or replaced afterwards. Throws `WATCH_LOST`.
   */
  watch(places: Places, made?: readonly string[]): void
  /** Makes this the last round. */
  end(): void
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * Resolves on a signal. Changes while `work` is running lead to one more round after it, so that the last state is always seen.
 * Throws what `work` throws before the end.
 */
export async function watchRounds(work: (round: Round) => Promise<void>): Promise<void> {
  const over = new AbortController()
  const changes = gatherChanges(over.signal)
  const places = watchPlaces(changes.add)
  const end = (): void => over.abort()
  let watched: Places = { folders: [], files: [] }
  let present: ReadonlySet<string> = new Set()
  const watch: Round['watch'] = ({ folders, files }, made = []) => {
    changes.leaveOut([...made, ...made.map(firstMissing)])
    watched = { folders, files: [...files, ...made] }
    places.watch(watched)
    present = pathsIn(watched)
  }
  for (const signal of SIGNALS) process.on(signal, end)
  try {
    for (let paths: readonly string[] | null = []; paths; paths = await changes.next()) {
      const outdated = changes.begin()
      const gone = paths.filter((path) => present.has(path) && !lookAt(path))
      await untilOver(
        work({ changes: paths, gone, outdated, over: over.signal, watch, end }),
        over.signal,
      )
      // Folders may exist now that did not before.
      places.watch(watched)
    }
  } finally {
    for (const signal of SIGNALS) process.off(signal, end)
    places.close()
  }
}

async function untilOver(work: Promise<void>, over: AbortSignal): Promise<void> {
  try {
    await work
  } catch (error) {
    if (!over.aborted) throw error
  }
}

/** Editors save in several steps. */
const PAUSE_MS = 80
/** How long an empty file is assumed to be still being written. */
const EMPTY_MS = 1000

/** The changes for the round after the current one. */
interface Changes {
  add(path: string): void
  /** Ignores these paths as made by the work. */
  leaveOut(made: readonly string[]): void
  /** A round begins. */
  begin(): AbortSignal
  /** Resolves when something has changed and all is quiet; with null at the end. */
  next(): Promise<readonly string[] | null>
}

function gatherChanges(over: AbortSignal): Changes {
  const paths = new Set<string>()
  const made = watchMade()
  let present = new AbortController()
  let last = 0
  let wake = (): void => {}
  over.addEventListener('abort', () => wake())
  const something = (): Promise<void> =>
    new Promise((resolve) => {
      wake = resolve
      if (paths.size > 0 || over.aborted) resolve()
    })
  return {
    add(path) {
      paths.add(path)
      last = performance.now()
      if (made.has(path)) made.note(path)
      else present.abort()
      wake()
    },
    leaveOut: made.begin,
    begin: () => (present = new AbortController()).signal,
    async next() {
      made.settle()
      for (;;) {
        await something()
        while (!over.aborted && performance.now() - last < pauseFor(paths))
          await sleep(PAUSE_MS / 4)
        if (over.aborted) return null
        // The work's inputs before its outputs: a person has changed the former.
        const changed = [...paths].filter(made.isChange).sort((a, b) => +made.has(a) - +made.has(b))
        paths.clear()
        if (changed.length > 0) return changed
      }
    },
  }
}

/** Distinguishes what the work has made from other changes to it. */
function watchMade() {
  let places = new Map<string, string>()
  /** Paths that have existed. */
  const seen = new Set<string>()
  const note = (path: string): void => void (lookAt(path) && seen.add(path))
  return {
    has: (path: string): boolean => places.has(path),
    note,
    begin(paths: readonly string[]): void {
      places = new Map(paths.map((path) => [path, '']))
      paths.forEach(note)
    },
    /** The work is done: this is what it has made. */
    settle(): void {
      for (const path of places.keys()) places.set(path, identityOf(path))
    },
    isChange(path: string): boolean {
      const now = identityOf(path)
      // Also if it was removed while the work that had made it was running.
      return places.has(path) && now === '' ? seen.delete(path) : places.get(path) !== now
    },
  }
}

/** Some editors empty a file before writing it. */
const pauseFor = (paths: ReadonlySet<string>): number =>
  [...paths].some(isEmpty) ? EMPTY_MS : PAUSE_MS

function isEmpty(path: string): boolean {
  const found = lookAt(path)
  return found?.isFile() === true && found.size === 0n
}
