// Which numbers belong to the base branch, and which are free once it is merged because it has dropped migrations. Pure.
import { posix } from 'node:path'
import type { Discovery, MigrationFile } from '../model/migration.js'
import type { Base } from './read-base.js'

/** A gap that merging makes. */
export interface DroppedGap {
  /** This branch's first file behind it. */
  readonly after: MigrationFile
  /** What merging takes away, in order. */
  readonly dropped: readonly MigrationFile[]
}

/** The first one; null where there will be none. Judged by the names of the files. */
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
 * The files whose numbers belong to the base branch: what it has, and what it had where it is still here. What it has dropped
 * is nobody's once it is gone from here as well.
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

/** Where no migration is left, the base branch has moved its folder. */
const isThereStill = ({ now }: BothStates): boolean => now.discovery.files.length > 0

type BothStates = {
  readonly [K in 'before' | 'now']: Pick<Base[K], 'discovery'>
}

const namesOf = ({ files }: Discovery): Set<string> => new Set(files.map(nameOf))

const nameOf = ({ file }: MigrationFile): string => posix.basename(file)

const byVersion = (a: MigrationFile, b: MigrationFile): number => a.from - b.from
