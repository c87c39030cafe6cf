// `lockstep status`: what is applied, what is pending, what is wrong.
import type { Status } from '../../model/report.js'
import type { CommandRun } from '../command/command.js'
import { findOrigins } from '../origins/find-origins.js'
import { findBehind } from '../database/find-behind.js'
import { readDatabase } from '../database/read-database.js'
import { EXIT, type ExitCode } from '../command/exit-code.js'
import type { Flags } from '../command/flags.js'
import { withOrigins } from '../origins/with-origins.js'
import { tellInterrupted } from '../repair/left-of-step.js'
import { renderStatus } from '../render/status.js'
import { withCommands } from '../render/named-needs.js'
import { historyOf, withHistory } from '../render/with-history.js'

/** Exits with 1 when something is wrong, and with 3 when asked to by `--check` and migrations are pending. */
export const run: CommandRun = (invocation) =>
  readDatabase(invocation, 'registry', async (database) => {
    const { path, shown, exists, manager, settings, unregistered } = database
    const described = manager.status()
    const origins = await findOrigins(described, settings)
    const told = await tellInterrupted(described.problems, database)
    const problems = withOrigins(told, origins, described.applied)
    const applied = described.applied.map((one) => {
      const origin = origins.sightings.get(one.version)
      return origin ? { ...one, origin } : one
    })
    const behind = findBehind(database, described)
    const all = [...problems, ...behind, ...unregistered].map((one) => withCommands(one, settings))
    const status = { ...described, applied, problems: all }
    return {
      exitCode: exitCodeFor(status, invocation.flags),
      json: { database: path, ...historyOf(settings), exists, ...status },
      text: (style) =>
        renderStatus({ database: withHistory(shown, settings), exists, status, origins }, style),
    }
  })

function exitCodeFor({ problems, pending }: Status, { check }: Flags): ExitCode {
  if (problems.some(({ severity }) => severity === 'error')) return EXIT.failed
  return check && pending.length > 0 ? EXIT.pending : EXIT.done
}
