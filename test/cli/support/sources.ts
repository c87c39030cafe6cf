// Runs the command line from its sources, for tests that also use its modules.
import { runCommandLine } from '../../../src/cli/run-command-line.js'
import { startBuiltProcesses } from '../../support/built-processes.js'
import { answerOf as answer, type Finished } from './command-line.js'

/** Runs a command inside this process. */
export const answerOf = (
  cwd: string,
  argv: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Finished> => {
  startBuiltProcesses()
  return answer(runCommandLine, { cwd, argv, environment })
}
