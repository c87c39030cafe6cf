// `lockstep migrate`: applies what is pending.
import type { CommandResult, CommandRun } from '../command/command.js'
import { oneOrEach } from '../histories/several-histories.js'
import { runMigrations } from '../worker/run-migrations.js'

/**
 * Exits with 130 when it was interrupted; what was applied until then stays. Without `--name`, all histories of one database; a
 * target and a dry run are of one.
 */
export const run: CommandRun = (invocation) => {
  const one = (): Promise<CommandResult> => runMigrations('migrate', invocation)
  const { to, steps, dryRun } = invocation.flags
  return to === undefined && steps === undefined && !dryRun
    ? oneOrEach(invocation, one, async (all) =>
        (await import('../histories/migrate-each.js')).migrateEach(all),
      )
    : one()
}
