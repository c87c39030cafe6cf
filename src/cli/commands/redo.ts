// `lockstep redo`: undoes the newest migration, or several, and applies it again in its current form.
import { usageInvalid } from '../../errors/command-line.js'
import { LockstepError } from '../../errors/lockstep-error.js'
import type { CommandRun, Invocation } from '../command/command.js'
import { DescribedError, describeError } from '../terminal/describe-error.js'
import { loadSettings } from '../settings/load-settings.js'
import { refuseProtected } from '../settings/refuse-protected.js'
import { askRedo } from '../worker/ask-redo.js'

/** All or nothing. */
export const run: CommandRun = async (invocation) => {
  const flags = { ...invocation.flags, steps: stepsIn(invocation) }
  refuseProtected(await loadSettings(invocation), 'lockstep redo')
  return askRedo({ ...invocation, flags }).catch((error: unknown) => {
    throw namedAsWord(error)
  })
}

/** An option in code is a positional argument here. */
function namedAsWord(error: unknown): unknown {
  const description = describeError(error)
  const { code, facts, message } = description
  if (code !== 'OPTION_INVALID' || facts?.['option'] !== 'steps') return error
  return new DescribedError({
    ...description,
    message: message.replace('The option steps is', 'The number of migrations to redo is'),
    facts: { ...facts, option: 'n' },
  })
}

function stepsIn({ words: [word = '1'] }: Pick<Invocation, 'words'>): number {
  if (/^[1-9]\d{0,8}$/.test(word)) return Number(word)
  const message = `${JSON.stringify(word)} is not a number of migrations.`
  throw new LockstepError(usageInvalid(message, 'Write it like 2; the default is 1.'))
}
