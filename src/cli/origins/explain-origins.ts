// Says where a migration comes from that the code does not have, when a command refuses because of it.
import { isLockstepError } from '../../errors/lockstep-error.js'
import type { Problem } from '../../model/report.js'
import type { Invocation } from '../command/command.js'
import { versionsOf, withOrigins } from './with-origins.js'
import { DescribedError, describeError } from '../terminal/describe-error.js'
import { findOrigins } from './find-origins.js'

/** The error with what git knows of the migration that it is about; any other as it is. */
export async function explainOrigins(error: unknown, invocation: Invocation): Promise<unknown> {
  if (!isLockstepError(error) || versionsOf(error).length === 0) return error
  try {
    // Nothing of it is needed where nothing of the kind is wrong.
    const { readDatabase } = await import('../database/read-database.js')
    return await readDatabase(invocation, 'none', async ({ manager, settings }) => {
      const { applied, problems: found } = manager.status()
      const described = describeError(error)
      const { problems = [] } = (described.facts ?? {}) as { problems?: readonly Problem[] }
      // What the command has not told of has to be settled as well, and may be what comes before it.
      const more = [...problems, ...found]
      const all = [error, ...more] as readonly Problem[]
      const origins = await findOrigins({ applied, problems: all }, settings)
      const [told, ...others] = withOrigins([described, ...more], origins, applied)
      const own = others.slice(0, problems.length)
      const facts = { ...told!.facts, ...(own.length > 0 && { problems: own }) }
      return new DescribedError({ ...described, ...told, facts })
    })
  } catch {
    // The error itself is what matters.
    return error
  }
}
