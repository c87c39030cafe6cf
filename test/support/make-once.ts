// Creates a folder that several test files need, which run in parallel: one of them creates it while the others wait.
import {
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { projectRoot } from './project-root.js'

/** A folder that several test files need. */
export interface Shared {
  /** The path of the folder. */
  readonly folder: string
  /** Whether it is missing, or older than its sources. */
  readonly isStale: () => boolean
  /** Creates it at another path, from which it is renamed to replace the old one. */
  readonly make: (next: string) => Promise<void>
}

/** Resolves once the folder is up to date. */
export async function makeOnce({ folder, isStale, make }: Shared): Promise<void> {
  const lock = join(projectRoot, 'node_modules', '.cache', 'lockstep-making')
  while (isStale()) {
    if (!take(lock)) {
      await sleep(100)
      continue
    }
    const beat = setInterval(() => utimesSync(lock, new Date(), new Date()), 10_000)
    try {
      if (isStale()) await replace(folder, make)
    } finally {
      clearInterval(beat)
      rmSync(lock, { recursive: true, force: true })
    }
  }
}

async function replace(folder: string, make: Shared['make']): Promise<void> {
  const [next, last] = [`${folder}.next`, `${folder}.last`]
  for (const left of [next, last]) rmSync(left, { recursive: true, force: true })
  await make(next)
  if (existsSync(folder)) renameSync(folder, last)
  renameSync(next, folder)
  rmSync(last, { recursive: true, force: true })
}

/**
 * Takes the lock, a folder that only one process can create; returns whether that worked. The owner keeps touching it; a lock
 * left behind by a killed process is removed after two minutes.
 */
function take(folder: string): boolean {
  try {
    mkdirSync(dirname(folder), { recursive: true })
    mkdirSync(folder)
    return true
  } catch {
    const age = Date.now() - (statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? Date.now())
    if (age > 120_000) rmSync(folder, { recursive: true, force: true })
    return false
  }
}

/** When the newest file in these folders was modified, in milliseconds since 1970. */
export function newestIn(...folders: readonly string[]): number {
  const files = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, withFileTypes: true }).map((entry) =>
      join(entry.parentPath, entry.name),
    ),
  )
  return Math.max(...files.map((file) => statSync(file).mtimeMs))
}
