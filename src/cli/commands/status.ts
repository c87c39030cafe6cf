// `lockstep status`: what is applied, what is pending, what is wrong.
import type { Status } from '../../model/report.js'
import type { CommandRun } from '../command/command.js'
import { readDatabase } from '../database/read-database.js'
import { EXIT, type ExitCode } from '../command/exit-code.js'
import type { Flags } from '../command/flags.js'
import { renderStatus } from '../render/status.js'

/** Exits with 1 when something is wrong, and with 3 when asked to by `--check` and migrations are pending. */
export const run: CommandRun = (invocation) =>
  readDatabase(invocation, 'registry', ({ manager, path, shown, exists, unregistered }) => {
    const described = manager.status()
    const status = { ...described, problems: [...described.problems, ...unregistered] }
    return {
      exitCode: exitCodeFor(status, invocation.flags),
      json: { database: path, exists, ...status },
      text: (style) => renderStatus({ database: shown, exists, status }, style),
    }
  })

function exitCodeFor({ problems, pending }: Status, { check }: Flags): ExitCode {
  if (problems.some(({ severity }) => severity === 'error')) return EXIT.failed
  return check && pending.length > 0 ? EXIT.pending : EXIT.done
}
