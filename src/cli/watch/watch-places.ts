// Watches folders and single files, including those that do not exist yet or disappear and come back.
import { existsSync, readdirSync, statSync, watch, type BigIntStats, type FSWatcher } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { foldersIn } from '../../../codegen/project/folders-in.js'
import { watchLost } from '../../errors/command-line.js'
import { LockstepError } from '../../errors/lockstep-error.js'
import { messageOf } from '../terminal/describe-error.js'
import { orElse } from '../../model/or-else.js'

/** What to watch; absolute paths, none of which need exist. */
export interface Places {
  /** Folders in and below which everything counts, except temporary files of editors. */
  readonly folders: readonly string[]
  readonly files: readonly string[]
}

/** Watches one set of places after another. */
export interface PlaceWatch {
  /** Watches these places from now on, and no others. Throws `WATCH_LOST`. */
  watch(places: Places): void
  close(): void
}

/** Node's function for it. */
export type OpenWatch = (
  folder: string,
  hear: (event: string, name: string | null) => void,
) => FSWatcher

/** Calls `changed` with the path of everything that is created, changed or removed; rather too often than too rarely. */
export function watchPlaces(changed: (path: string) => void, open: OpenWatch = watch): PlaceWatch {
  const watchers = new Map<string, FSWatcher>()
  let known: Known = { entered: new Set(), single: new Set() }
  const hear = (folder: string, name: string | null): void => {
    const path = name === null ? folder : join(folder, name)
    const isInside = known.entered.has(folder) && !isBeside(path)
    // A removed folder takes what is watched in it along.
    if (!existsSync(folder)) changed(folder)
    else if (isInside || known.single.has(path)) changed(path)
  }
  const openOne = (folder: string): FSWatcher => {
    try {
      return open(folder, (_event, name) => hear(folder, name)).on('error', () => changed(folder))
    } catch (cause) {
      throw new LockstepError(watchLost(folder, messageOf(cause)), { cause })
    }
  }
  const openAll = (places: Places): void => {
    known = knownOf(places)
    const folders = new Set([...known.entered, ...[...known.single].map((path) => dirname(path))])
    // A watcher does not notice that its folder has been replaced by another.
    const wanted = new Map(
      [...folders].map((folder) => [`${identityOf(folder)} ${folder}`, folder]),
    )
    for (const [key, watcher] of watchers) {
      if (wanted.has(key)) continue
      watcher.close()
      watchers.delete(key)
    }
    for (const [key, folder] of wanted) if (!watchers.has(key)) watchers.set(key, openOne(folder))
  }
  return {
    watch: (places) => whileGone(() => openAll(places)),
    close: () => watchers.forEach((watcher) => watcher.close()),
  }
}

const TRIES = 20

/** Retries if a folder was removed after it was seen: then the one above it is watched. */
function whileGone(work: () => void): void {
  for (let tries = 1; ; tries += 1)
    try {
      return work()
    } catch (error) {
      if (tries === TRIES || !isGone(error)) throw error
    }
}

const isGone = (error: unknown): boolean =>
  error instanceof LockstepError && (error.cause as NodeJS.ErrnoException).code === 'ENOENT'

/** Identifies the file or folder at a path: different after it was replaced, and empty if there is none. */
export function identityOf(path: string): string {
  const found = lookAt(path)
  return found ? `${found.ino} ${found.birthtimeNs}` : ''
}

/** Null if it cannot be accessed. */
export const lookAt = (path: string): BigIntStats | null =>
  orElse(() => statSync(path, { bigint: true }), null)

/** The path itself if its folder exists; otherwise the first missing folder on the way to it. */
export function firstMissing(path: string): string {
  const folder = dirname(path)
  return folder === path || existsSync(folder) ? path : firstMissing(folder)
}

/** Which of these places exist now, including folders. */
export const pathsIn = ({ folders, files }: Places): ReadonlySet<string> =>
  new Set(
    [
      ...folders.flatMap(withFoldersBelow).flatMap((folder) => [folder, ...filesIn(folder)]),
      ...files,
    ].filter((path) => existsSync(path)),
  )

const filesIn = (folder: string): string[] =>
  orElse(() => readdirSync(folder).map((name) => join(folder, name)), [])

interface Known {
  /** Folders of which everything counts. */
  readonly entered: ReadonlySet<string>
  /** Paths that count individually, in existing folders. */
  readonly single: ReadonlySet<string>
}

function knownOf({ folders, files }: Places): Known {
  const entered = folders.filter((folder) => existsSync(folder)).flatMap(withFoldersBelow)
  return {
    entered: new Set(entered),
    // The creation and removal of a folder count as well, and are noticed in its parent.
    single: new Set([...folders, ...files].map(firstMissing)),
  }
}

/** Includes folders of helpers. Unreadable ones are reported by whoever reads them. */
const withFoldersBelow = (folder: string): string[] =>
  orElse(() => [folder, ...foldersIn(folder).flatMap(withFoldersBelow)], [folder])

/** Backup files of editors and hidden files: no migration has such a name. */
const isBeside = (path: string): boolean => /^\.|~$|^4913$/.test(basename(path))
