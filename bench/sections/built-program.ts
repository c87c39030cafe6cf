// Builds the command line as published, from the current sources and separately from dist/.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Compiles the sources in `lockstep` into a folder next to the installed packages, where its imports resolve, and returns the
 * path of the program. Type errors do not stop it; throws the compiler's output if it writes no program.
 */
export function builtProgram(lockstep: string): string {
  const outDir = join(lockstep, 'node_modules/.cache/lockstep-bench/dist')
  const builder = join(lockstep, '.ci/build.mjs')
  const { stdout, stderr } = spawnSync(process.execPath, [builder, outDir], { encoding: 'utf8' })
  const program = join(outDir, 'src/cli/main.js')
  if (!existsSync(program))
    throw new TypeError(`The command line could not be built.\n${stdout}${stderr}`)
  return program
}
