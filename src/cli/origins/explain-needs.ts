// Says with which commands that is settled which histories need of each other, when a command refuses because of it.
import { isLockstepError } from '../../errors/lockstep-error.js'
import type { Invocation } from '../command/command.js'
import { withCommands } from '../render/named-needs.js'
import { DescribedError, describeError } from '../terminal/describe-error.js'

/**
 * The error in the names of the configuration, with the command for all histories or those for each, and of which of several
 * histories a target is; any other as it is.
 */
export async function explainNeeds(
  error: unknown,
  invocation: Invocation,
  // A target is of one, and all that are migrated without one go to their newest versions.
  which: 'one' | 'all' = invocation.flags.to === undefined ? 'all' : 'one',
): Promise<unknown> {
  const isOfTarget = isLockstepError(error) && error.code.startsWith('TARGET_')
  if (
    !isOfTarget &&
    !isLockstepError(error, 'NEEDS_UNMET') &&
    !isLockstepError(error, 'NEEDED_ELSEWHERE')
  )
    return error
  try {
    const { loadSettings } = await import('../settings/load-settings.js')
    const settings = await loadSettings(invocation)
    const name = which === 'all' ? settings.name : null
    const described = withCommands(describeError(error), {
      ...settings,
      name,
      orAll: invocation.flags.to !== undefined,
    })
    const message =
      isOfTarget && settings.history !== undefined
        ? `History ${settings.history}: ${described.message}`
        : described.message
    return new DescribedError({ ...described, message })
  } catch {
    // The error itself is what matters.
    return error
  }
}
