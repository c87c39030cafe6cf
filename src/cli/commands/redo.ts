// `lockstep redo`: undoes the newest migration, or several, and applies it again as it is written now.
import { usageInvalid } from '../../errors/command-line.js'
import { isLockstepError, LockstepError } from '../../errors/lockstep-error.js'
import type { RedoLosses } from '../../errors/redo.js'
import type { CommandRun, Invocation } from '../command/command.js'
import { planDigest } from '../command/plan-digest.js'
import { renderLosses } from '../render/losses.js'
import { confirm } from '../terminal/confirm.js'
import { runMigrations } from '../worker/run-migrations.js'

/** Everything or nothing. What would go with it is asked for, once it is known what that is; nothing was changed until then. */
export const run: CommandRun = async (invocation) => {
  const order = { ...invocation, flags: { ...invocation.flags, steps: stepsIn(invocation) } }
  try {
    return await runMigrations('redo', order)
  } catch (error) {
    const losses = isLockstepError(error, 'REDO_UNCONFIRMED') ? error.facts['losses'] : null
    if (!losses || !invocation.terminal.interactive) throw error
    invocation.terminal.say(...renderLosses(losses as RedoLosses))
    if (!(await confirm('Redo all the same?'))) throw error
    return runMigrations('redo', { ...order, confirmed: planDigest(losses) })
  }
}

function stepsIn({ words: [word = '1'] }: Pick<Invocation, 'words'>): number {
  if (/^[1-9]\d{0,8}$/.test(word)) return Number(word)
  const message = `${JSON.stringify(word)} is no number of migrations.`
  throw new LockstepError(usageInvalid(message, 'Write it like 2; without it, it is 1.'))
}
