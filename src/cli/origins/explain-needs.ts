// Says with which commands that is settled which histories need of each other, when a command refuses because of it.
import { isLockstepError } from '../../errors/lockstep-error.js'
import type { Invocation } from '../command/command.js'
import { withCommands } from '../render/named-needs.js'
import { DescribedError, describeError } from '../terminal/describe-error.js'

/** The error in the names of the configuration; any other as it is. */
export async function explainNeeds(error: unknown, invocation: Invocation): Promise<unknown> {
  if (!isLockstepError(error, 'NEEDS_UNMET') && !isLockstepError(error, 'NEEDED_ELSEWHERE'))
    return error
  try {
    const { loadSettings } = await import('../settings/load-settings.js')
    return new DescribedError(withCommands(describeError(error), await loadSettings(invocation)))
  } catch {
    // The error itself is what matters.
    return error
  }
}
