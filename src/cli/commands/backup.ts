// `lockstep backup`: a consistent, checked copy of a database that may be in use.
import type { CommandRun } from '../command/command.js'
import { EXIT } from '../command/exit-code.js'
import { displayPath } from '../terminal/display-path.js'
import { size } from '../terminal/quantities.js'
import { runCopying } from '../worker/run-copying.js'

/** Writes to the named file, which must not exist, or beside the database with the time in the name. */
export const run: CommandRun = async (invocation) => {
  const result = await runCopying('backup', invocation)
  const { file, sizeBytes } = result
  return {
    exitCode: EXIT.done,
    json: result,
    text: (style) => [
      `${style.bold(displayPath(file, invocation.cwd))}  ${size(sizeBytes)}, complete and checked.`,
    ],
  }
}
