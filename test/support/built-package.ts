// The built package in dist/, for tests that use it as its users do.
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { projectRoot } from './project-root.js'
import { pathToFileURL } from 'node:url'
import { runNode } from './run-program.js'

const dist = join(projectRoot, 'dist')
const program = join('src', 'cli', 'main.js')
const builder = join(projectRoot, '.ci', 'build.mjs')
const lock = join(projectRoot, 'node_modules', '.cache', 'lockstep-build')

/**
 * Builds dist/ if a source is newer, and answers its path. Test files run side by side, so only one of them builds and
 * the others wait; the new output takes the place of the old by renaming. Type errors do not stop it: a test of its own
 * reports them.
 */
export async function builtPackage(): Promise<string> {
  while (isStale()) {
    if (!take(lock)) {
      await sleep(100)
      continue
    }
    try {
      if (isStale()) await build()
    } finally {
      rmSync(lock, { recursive: true, force: true })
    }
  }
  return dist
}

/** The command line of the built package. */
export const builtProgram = async (): Promise<string> => join(await builtPackage(), program)

/**
 * A module of the built package, by its path in the sources without the ending. What it starts are built programs, which
 * need no compiler to be loaded.
 */
export const builtModule = async <M>(stem: string): Promise<M> =>
  (await import(pathToFileURL(join(await builtPackage(), `${stem}.js`)).href)) as M

function isStale(): boolean {
  const main = join(dist, program)
  return (
    !existsSync(main) ||
    newest(join(projectRoot, 'src'), join(projectRoot, 'codegen')) > statSync(main).mtimeMs
  )
}

function newest(...folders: readonly string[]): number {
  const files = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, withFileTypes: true }).map((entry) =>
      join(entry.parentPath, entry.name),
    ),
  )
  return Math.max(...files.map((file) => statSync(file).mtimeMs))
}

/** A folder is made by one process only; one that a killed process left behind counts for two minutes. */
function take(folder: string): boolean {
  try {
    mkdirSync(join(folder, '..'), { recursive: true })
    mkdirSync(folder)
    return true
  } catch {
    const age = Date.now() - (statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? Date.now())
    if (age > 120_000) rmSync(folder, { recursive: true, force: true })
    return false
  }
}

async function build(): Promise<void> {
  const [next, last] = [`${dist}.next`, `${dist}.last`]
  for (const left of [next, last]) rmSync(left, { recursive: true, force: true })
  const { stdout, stderr } = await runNode(builder, [next])
  if (!existsSync(join(next, program))) {
    throw new TypeError(`The build has no ${program}:\n${stdout}${stderr}`)
  }
  if (existsSync(dist)) renameSync(dist, last)
  renameSync(next, dist)
  rmSync(last, { recursive: true, force: true })
}
