// Hears of changes in folders and of single files, also of those that are not there yet or go away and come back.
import { existsSync, readdirSync, statSync, watch, type BigIntStats, type FSWatcher } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { foldersIn } from '../../../codegen/project/folders-in.js'
import { watchLost } from '../../errors/command-line.js'
import { LockstepError } from '../../errors/lockstep-error.js'
import { messageOf } from '../terminal/describe-error.js'
import { orElse } from '../../model/or-else.js'

/** What is watched; absolute, and none of it need be there. */
export interface Places {
  /** Folders in which, and below which, everything counts but what editors keep beside a file. */
  readonly folders: readonly string[]
  readonly files: readonly string[]
}

/** Watches one set of places after the other. */
export interface PlaceWatch {
  /** Watches these places from now on, and no others. Throws `WATCH_LOST`. */
  watch(places: Places): void
  close(): void
}

/** What Node offers for it. */
export type OpenWatch = (
  folder: string,
  hear: (event: string, name: string | null) => void,
) => FSWatcher

/** Calls `changed` with the path of everything that comes, changes or goes; more often than needed rather than too rarely. */
export function watchPlaces(changed: (path: string) => void, open: OpenWatch = watch): PlaceWatch {
  const watchers = new Map<string, FSWatcher>()
  let known: Known = { entered: new Set(), single: new Set() }
  const hear = (folder: string, name: string | null): void => {
    const path = name === null ? folder : join(folder, name)
    const isInside = known.entered.has(folder) && !isBeside(path)
    // With a folder that goes away, so does what is watched in it.
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
    // Another folder in the place of one that is gone is not heard of by who watches that.
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

/** Again where a folder has gone away after it was seen: what is above it is watched then. */
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

/** Which file or folder stands at a path: another one after it was replaced, and empty where there is none. */
export function identityOf(path: string): string {
  const found = lookAt(path)
  return found ? `${found.ino} ${found.birthtimeNs}` : ''
}

/** Null where nothing can be seen. */
export const lookAt = (path: string): BigIntStats | null =>
  orElse(() => statSync(path, { bigint: true }), null)

/** The path itself, where its folder is there; else the first on the way to it that is missing. */
export function firstMissing(path: string): string {
  const folder = dirname(path)
  return folder === path || existsSync(folder) ? path : firstMissing(folder)
}

/** What is there of these places now, folders as well. */
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
  /** Paths that count by themselves, in folders that are there. */
  readonly single: ReadonlySet<string>
}

function knownOf({ folders, files }: Places): Known {
  const entered = folders.filter((folder) => existsSync(folder)).flatMap(withFoldersBelow)
  return {
    entered: new Set(entered),
    // Of a folder its coming and going counts as well, which is heard of in the one above.
    single: new Set([...folders, ...files].map(firstMissing)),
  }
}

/** Those of helpers too. What may not be read is told of by who reads it. */
const withFoldersBelow = (folder: string): string[] =>
  orElse(() => [folder, ...foldersIn(folder).flatMap(withFoldersBelow)], [folder])

/** Copies that editors write beside a file, and what is hidden: no migration is called so. */
const isBeside = (path: string): boolean => /^\.|~$|^4913$/.test(basename(path))
