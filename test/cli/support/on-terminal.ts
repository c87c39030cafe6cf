// Runs the command line from its sources as on an interactive terminal; `test/support/prompts.ts` has the answers.
import { runCommandLine } from '../../../src/cli/run-command-line.js'
import { startBuiltProcesses } from '../../support/built-processes.js'
import type { Finished } from './command-line.js'

/** Runs a command inside this process, with streams that are terminals. */
export async function onTerminal(cwd: string, argv: readonly string[]): Promise<Finished> {
  startBuiltProcesses()
  const printed = { stdout: '', stderr: '' }
  const stream = (name: 'stdout' | 'stderr') => ({
    isTTY: true,
    write: (text: string) => (printed[name] += text),
  })
  const exitCode = await runCommandLine(argv, {
    cwd,
    environment: { NO_COLOR: '1' },
    stdin: { isTTY: true },
    stdout: stream('stdout'),
    stderr: stream('stderr'),
  })
  return { exitCode, ...printed }
}
