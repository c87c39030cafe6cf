// `lockstep redo`: undoes the newest migration, or several, and applies it again as it is written now.
import { usageInvalid } from '../../errors/command-line.js'
import { LockstepError } from '../../errors/lockstep-error.js'
import type { CommandRun, Invocation } from '../command/command.js'
import { loadSettings } from '../settings/load-settings.js'
import { refuseProtected } from '../settings/refuse-protected.js'
import { askRedo } from '../worker/ask-redo.js'

/** Everything or nothing. */
export const run: CommandRun = async (invocation) => {
  const flags = { ...invocation.flags, steps: stepsIn(invocation) }
  refuseProtected(await loadSettings(invocation), 'lockstep redo')
  return askRedo({ ...invocation, flags })
}

function stepsIn({ words: [word = '1'] }: Pick<Invocation, 'words'>): number {
  if (/^[1-9]\d{0,8}$/.test(word)) return Number(word)
  const message = `${JSON.stringify(word)} is no number of migrations.`
  throw new LockstepError(usageInvalid(message, 'Write it like 2; without it, it is 1.'))
}
