// Runs the command line: inside the test, or as a process, for tests of what happens to the process.
import childProcess, { spawn, type ChildProcess } from 'node:child_process'
import type * as CommandLine from '../../../src/cli/run-command-line.js'
import { builtModule, builtProgram } from '../../support/built-package.js'

/** What a run printed, and how it ended. */
export interface Finished {
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
}

/** A running process. */
export interface Running {
  readonly child: ChildProcess
  /** Resolves as soon as one of the streams has printed the text; rejects when the process ends without it. */
  until(text: string): Promise<void>
  readonly finished: Promise<Finished>
}

type Environment = Readonly<Record<string, string>>

/** Runs a command inside this process, without terminals: a new process loads the compiler, slower than most commands. */
export async function runProgram(
  cwd: string,
  argv: readonly string[],
  environment: Environment = {},
): Promise<Finished> {
  const { runCommandLine } = worksHere()
    ? await import('../../../src/cli/run-command-line.js')
    : await builtModule<typeof CommandLine>('src/cli/run-command-line')
  return answerOf(runCommandLine, { cwd, argv, environment })
}

/**
 * Whether child processes are replaced by work inside this process (`processesHere`), which runs the sources. Then the command
 * must run from the sources too: the built program would reject each bundle in the cache as that of another build.
 */
const worksHere = (): boolean => childProcess.fork.name !== 'fork'

/** One call of the command line. */
export interface Asked {
  readonly cwd: string
  readonly argv: readonly string[]
  readonly environment: Environment
}

/** Runs the given command line, built or from its sources. */
export async function answerOf(
  runCommandLine: typeof CommandLine.runCommandLine,
  { cwd, argv, environment }: Asked,
): Promise<Finished> {
  const printed = { stdout: '', stderr: '' }
  const stream = (name: 'stdout' | 'stderr') => ({
    write: (text: string) => (printed[name] += text),
  })
  const exitCode = await runCommandLine(argv, {
    cwd,
    environment,
    stdin: {},
    stdout: stream('stdout'),
    stderr: stream('stderr'),
  })
  return { exitCode, ...printed }
}

/** Runs the built program to its end, as a process. */
export const runProcess = async (
  cwd: string,
  argv: readonly string[],
  environment: Environment = {},
): Promise<Finished> => (await startProgram(cwd, argv, environment)).finished

/** Starts the built program, without the variables of the environment about colours and continuous integration. */
export async function startProgram(
  cwd: string,
  argv: readonly string[],
  environment: Environment = {},
): Promise<Running> {
  const program = await builtProgram()
  return observe(
    spawn(process.execPath, [program, ...argv], {
      cwd,
      env: {
        ...process.env,
        NODE_OPTIONS: '',
        LOCKSTEP_DATABASE: '',
        FORCE_COLOR: '',
        NO_COLOR: '1',
        CI: '',
        ...environment,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  )
}

function observe(child: ChildProcess): Running {
  const printed = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (part: string) => (printed[name] += part))
  }
  const finished = new Promise<Finished>((resolve) => {
    child.on('close', (exitCode) => resolve({ exitCode, ...printed }))
  })
  const until = (text: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if ((printed.stdout + printed.stderr).includes(text)) resolve()
      }
      child.stdout?.on('data', look)
      child.stderr?.on('data', look)
      void finished.then(({ stdout, stderr }) =>
        reject(new RangeError(`Ended without printing ${text}:\n${stdout}${stderr}`)),
      )
      look()
    })
  return { child, until, finished }
}
