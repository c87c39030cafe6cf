// `lockstep backup`: a consistent, checked copy of a database that may be in use.
import { type CommandResult, type CommandRun, type Invocation, EXIT } from '../command/command.js'
import { oneOrEach } from '../histories/several-histories.js'
import { displayPath } from '../terminal/display-path.js'
import { size } from '../terminal/quantities.js'
import { runCopying } from '../worker/run-copying.js'

/**
 * Writes to the named file, which must not exist, or beside the database with the time in the name. Several histories may share
 * the file.
 */
export const run: CommandRun = (invocation) =>
  oneOrEach(
    invocation,
    () => copy(invocation),
    ([first]) => copy(first!.invocation),
  )

async function copy(invocation: Invocation): Promise<CommandResult> {
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
