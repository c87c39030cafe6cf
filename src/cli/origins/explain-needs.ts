// Adds the commands that settle needs between histories to an error that refuses because of them.
import { isLockstepError } from '../../errors/lockstep-error.js'
import type { Invocation } from '../command/command.js'
import { withCommands } from '../render/named-needs.js'
import { DescribedError, describeError } from '../terminal/describe-error.js'

/**
 * The error with the names of the configuration, the command for all histories or those for each, and the history that a target
 * belongs to; any other error unchanged.
 */
export async function explainNeeds(
  error: unknown,
  invocation: Invocation,
  // A target belongs to one history; all that are migrated without one go to their newest versions.
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
