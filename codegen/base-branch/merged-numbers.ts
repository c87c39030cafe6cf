// Finds which numbers belong to the base branch, and which become free by merging because it has dropped migrations. Pure.
import { posix } from 'node:path'
import type { Discovery, MigrationFile } from '../model/migration.js'
import type { Base } from './read-base.js'

/** A gap that merging creates. */
export interface DroppedGap {
  /** This branch's first file after it. */
  readonly after: MigrationFile
  /** The files that merging removes, in order. */
  readonly dropped: readonly MigrationFile[]
}

/** The first gap; null if there will be none. Based on file names. */
export function droppedGap(base: BothStates, here: Discovery): DroppedGap | null {
  if (!isThereStill(base)) return null
  const names = { here: namesOf(here), now: namesOf(base.now.discovery) }
  const isHere = (file: MigrationFile): boolean => names.here.has(nameOf(file))
  const isThere = (file: MigrationFile): boolean => names.now.has(nameOf(file))
  const gone = base.before.discovery.files.filter((file) => !isThere(file) && isHere(file))
  const goneNames = new Set(gone.map(nameOf))
  const merged = [
    ...here.files.filter((file) => !goneNames.has(nameOf(file))),
    ...base.now.discovery.files.filter((file) => !isHere(file)),
  ].sort(byVersion)
  let last = 0
  for (const after of merged) {
    const dropped = gone.filter(({ from, to }) => to > last && from < after.from).sort(byVersion)
    if (after.from > last + 1 && dropped.length > 0 && !isThere(after)) return { after, dropped }
    last = Math.max(last, after.to)
  }
  return null
}

/**
 * The files whose numbers belong to the base branch: those that it has, and those that it had and that still exist here. A
 * dropped migration's number is free once it is removed here as well.
 */
export function heldFiles({ before, now }: BothStates, here: Discovery): MigrationFile[] {
  const names = namesOf(here)
  const still = before.discovery.files.filter((file) => names.has(nameOf(file)))
  return [...now.discovery.files, ...still]
}

/** The last number that belongs to the base branch; 0 for none. */
export const lastOf = (base: BothStates, here: Discovery): number =>
  Math.max(0, ...heldFiles(base, here).map(({ to }) => to))

/** Whether the base branch has dropped a migration that it had. */
export const isDropped = (base: BothStates, file: MigrationFile): boolean =>
  isThereStill(base) && !namesOf(base.now.discovery).has(nameOf(file))

/** If no migration is left, the base branch has moved its folder. */
const isThereStill = ({ now }: BothStates): boolean => now.discovery.files.length > 0

type BothStates = {
  readonly [K in 'before' | 'now']: Pick<Base[K], 'discovery'>
}

const namesOf = ({ files }: Discovery): Set<string> => new Set(files.map(nameOf))

const nameOf = ({ file }: MigrationFile): string => posix.basename(file)

const byVersion = (a: MigrationFile, b: MigrationFile): number => a.from - b.from
