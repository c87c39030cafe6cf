// `lockstep rollback`: undoes the newest migration, or several.
import { usageInvalid } from '../../errors/command-line.js'
import { LockstepError } from '../../errors/lockstep-error.js'
import type { CommandRun } from '../command/command.js'
import { askRollback } from '../worker/ask-rollback.js'

/** Refuses all if one of the migrations cannot be undone. Asks first about what would be lost. */
export const run: CommandRun = async (invocation) => {
  const { steps, to } = invocation.flags
  if (steps !== undefined && to !== undefined) {
    const message = '--steps and --to both say how far to go back.'
    throw new LockstepError(usageInvalid(message, 'Give only one of them.'))
  }
  return askRollback(invocation)
}
