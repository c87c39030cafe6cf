// Runs the command line: inside the test, or as a process where something is to happen to the process.
import childProcess, { spawn, type ChildProcess } from 'node:child_process'
import type * as CommandLine from '../../../src/cli/run-command-line.js'
import { builtModule, builtProgram } from '../../support/built-package.js'

/** What a run printed, and how it ended. */
export interface Finished {
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
}

/** A process under way. */
export interface Running {
  readonly child: ChildProcess
  /** Resolves as soon as one of the streams has printed the text; rejects when the process ends without it. */
  until(text: string): Promise<void>
  readonly finished: Promise<Finished>
}

type Environment = Readonly<Record<string, string>>

/** Runs a command inside this process, with streams that are no terminals: loading the compiler takes longer than most commands. */
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
 * Whether the work of processes is done here (`processesHere`), from the sources. Then so is the rest: the built program beside it
 * would take each memory of a bundle for that of another build, and bundle everything anew.
 */
const worksHere = (): boolean => childProcess.fork.name !== 'fork'

/** What is asked of the command line. */
export interface Asked {
  readonly cwd: string
  readonly argv: readonly string[]
  readonly environment: Environment
}

/** What it answers, built or not. */
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

/** Starts the built program. What the environment says of colours and of continuous integration is set aside. */
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
