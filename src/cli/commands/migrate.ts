// `lockstep migrate`: applies what is pending.
import type { CommandRun } from '../command/command.js'
import { oneOrEach } from '../histories/several-histories.js'
import { runMigrations } from '../worker/run-migrations.js'

/** Exits with 130 when interrupted; what was applied so far stays. Without `--name`, covers all histories of one database. */
export const run: CommandRun = (invocation) =>
  oneOrEach(
    invocation,
    () => runMigrations('migrate', invocation),
    async (all) => (await import('../histories/migrate-each.js')).migrateEach(all),
  )
