// `lockstep rollback`: undoes the newest migration, or several.
import { usageInvalid } from '../../errors/command-line.js'
import { LockstepError } from '../../errors/lockstep-error.js'
import { rollbackUnconfirmed } from '../../errors/recovery.js'
import type { CommandRun, Invocation } from '../command/command.js'
import { renderLosses } from '../render/losses.js'
import { confirm } from '../terminal/confirm.js'
import { foretellRollback, type Foretold } from '../worker/foretell-rollback.js'
import type { WorkOrder } from '../worker/run-in-worker.js'
import { runMigrations } from '../worker/run-migrations.js'

/** Refuses the whole when one of the migrations cannot be undone. What would go with it is asked for first. */
export const run: CommandRun = async (invocation) => {
  const { steps, to, yes, dryRun } = invocation.flags
  if (steps !== undefined && to !== undefined) {
    const message = '--steps and --to both say how far to go back.'
    throw new LockstepError(usageInvalid(message, 'Give only one of them.'))
  }
  const isAsked = yes !== true && dryRun !== true
  const foretold = isAsked ? await foretellRollback(invocation) : null
  return runMigrations('rollback', foretold ? await agreed(foretold, invocation) : invocation)
}

/** Exactly what was shown; where nobody could tell, whatever goes. Throws `ROLLBACK_UNCONFIRMED`. */
async function agreed(foretold: Foretold, invocation: Invocation): Promise<WorkOrder> {
  const { flags, terminal } = invocation
  const { losses, untold, digests } = foretold
  const lines = [...renderLosses(losses), ...untold]
  if (lines.length > 0) {
    const unconfirmed = new LockstepError(rollbackUnconfirmed(foretold, lines))
    if (!terminal.interactive) throw unconfirmed
    terminal.say(...lines)
    if (!(await confirm('Roll back all the same?'))) throw unconfirmed
  }
  return untold.length > 0
    ? { ...invocation, flags: { ...flags, yes: true } }
    : { ...invocation, confirmed: [...new Set(digests)].join(' ') }
}
