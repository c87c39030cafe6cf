// Makes what several files of tests need, which run side by side: one of them makes it, and the others wait.
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

/** What several files of tests need. */
export interface Shared {
  /** The folder that is made. */
  readonly folder: string
  /** Whether it is missing, or older than what it is made of. */
  readonly isStale: () => boolean
  /** Makes it in another place; it takes the place of the old one by renaming. */
  readonly make: (next: string) => Promise<void>
}

/** Answers when the folder is as it should be. */
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

/** A folder is made by one process only, which gives signs of life; one that a killed process left behind counts for two minutes. */
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

/** When the newest file in these folders was written. */
export function newestIn(...folders: readonly string[]): number {
  const files = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, withFileTypes: true }).map((entry) =>
      join(entry.parentPath, entry.name),
    ),
  )
  return Math.max(...files.map((file) => statSync(file).mtimeMs))
}
