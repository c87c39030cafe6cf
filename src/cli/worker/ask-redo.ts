// Redoes migrations, and asks first if something would be lost.
import { isLockstepError, LockstepError } from '../../errors/lockstep-error.js'
import { redoUnconfirmed } from '../../errors/redo.js'
import type { Losses } from '../../model/losses.js'
import type { CommandResult, Invocation } from '../command/command.js'
import { planDigest } from '../command/plan-digest.js'
import { renderLosses } from '../render/losses.js'
import { namedSteps } from '../render/named-steps.js'
import { confirm } from '../terminal/confirm.js'
import { runMigrations } from './run-migrations.js'

/**
 * Redoes as many as `--steps` says, all or nothing. Asks about losses once they are known; until then nothing is changed. Throws
 * `REDO_UNCONFIRMED`, and what the run throws.
 */
export async function askRedo(order: Invocation): Promise<CommandResult> {
  const { terminal, within } = order
  try {
    return await runMigrations('redo', order)
  } catch (error) {
    const facts = isLockstepError(error, 'REDO_UNCONFIRMED') ? error.facts : {}
    const { losses, undone = [] } = facts as Partial<Found>
    if (!losses || !terminal.interactive) throw error
    terminal.say(...renderLosses(losses).flatMap(terminal.style.wrap))
    if (!(await confirm(`Redo ${namedSteps(undone)} anyway?`, within?.outdated)))
      throw new LockstepError(redoUnconfirmed(null, losses, []))
    return runMigrations('redo', { ...order, confirmed: planDigest(losses), isTold: true })
  }
}

interface Found {
  readonly losses: Losses
  /** The migrations concerned. */
  readonly undone: Losses['unreplaced']
}
