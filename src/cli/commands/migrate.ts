// `lockstep migrate`: applies what is pending.
import type { CommandRun } from '../command/command.js'
import { runMigrations } from '../worker/run-migrations.js'

/** Exits with 130 when it was interrupted; what was applied until then stays. */
export const run: CommandRun = (invocation) => runMigrations('migrate', invocation)
