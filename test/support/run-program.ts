// Runs a Node program as a process of its own.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { projectRoot } from './project-root.js'

/** How a process ended. */
export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** The folder of a process, and additional variables of its environment. */
export interface Surroundings {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
}

/** Runs a JavaScript file with this Node; colours are off. Never rejects: a failure is an exit code. */
export const runNode = (
  script: string,
  args: readonly string[] = [],
  surroundings: Surroundings = {},
): Promise<Ended> => run(process.execPath, [script, ...args], surroundings)

/** Runs a tool that is installed in this repository, by the path of its script below node_modules. */
export const runTool = (script: string, ...args: readonly string[]): Promise<Ended> =>
  runNode(join(projectRoot, 'node_modules', script), args, { cwd: projectRoot })

/** Runs any program, such as `npm` or `npx`; its folder is that of the repository unless given. */
export function run(
  program: string,
  args: readonly string[],
  { cwd = projectRoot, env = {} }: Surroundings = {},
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, env: { ...cleanEnvironment(), ...env } })
    let [stdout, stderr] = ['', '']
    child.stdout.setEncoding('utf8').on('data', (text: string) => void (stdout += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => void (stderr += text))
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, stdout, stderr }))
  })
}

/** The environment without the variables of a surrounding npm or test run, which would affect the program. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) =>
      !/^(npm_(?!config_)|VITEST|NODE_ENV$|NODE_OPTIONS$|LOCKSTEP_|FORCE_COLOR$)/.test(name),
  )
  return { ...Object.fromEntries(kept), NO_COLOR: '1' }
}
