// The built package in dist/, for tests that use it as its users do.
import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from './project-root.js'
import { pathToFileURL } from 'node:url'
import { makeOnce, newestIn } from './make-once.js'
import { runNode } from './run-program.js'

const dist = join(projectRoot, 'dist')
const program = join('src', 'cli', 'main.js')
const builder = join(projectRoot, '.ci', 'build.mjs')

/**
 * Builds dist/ if a source is newer, and returns its path. Type errors do not stop it: a separate test reports them. Checks only
 * once per process, since looking at every source takes longer than many tests.
 */
export const builtPackage = (): Promise<string> => (built ??= makeBuilt())

let built: Promise<string> | undefined

async function makeBuilt(): Promise<string> {
  await makeOnce({ folder: dist, isStale, make: build })
  return dist
}

/** The path of the command line in the built package. */
export const builtProgram = async (): Promise<string> => join(await builtPackage(), program)

/**
 * Loads a module of the built package, by its path in the sources without the extension. It starts built programs, which load
 * without a compiler.
 */
export const builtModule = async <M>(stem: string): Promise<M> =>
  (await import(pathToFileURL(join(await builtPackage(), `${stem}.js`)).href)) as M

function isStale(): boolean {
  const main = join(dist, program)
  return (
    !existsSync(main) ||
    newestIn(join(projectRoot, 'src'), join(projectRoot, 'codegen')) > statSync(main).mtimeMs
  )
}

async function build(next: string): Promise<void> {
  const { stdout, stderr } = await runNode(builder, [next])
  if (!existsSync(join(next, program))) {
    throw new TypeError(`The build has no ${program}:\n${stdout}${stderr}`)
  }
}
