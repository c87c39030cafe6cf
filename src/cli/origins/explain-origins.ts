// Adds where a migration that the code lacks comes from to an error that refuses because of it.
import { isLockstepError } from '../../errors/lockstep-error.js'
import type { Problem } from '../../model/report.js'
import type { Invocation } from '../command/command.js'
import { versionsOf, withOrigins } from './with-origins.js'
import { DescribedError, describeError } from '../terminal/describe-error.js'
import { findOrigins } from './find-origins.js'

/** The error with what git knows about its migration; any other error unchanged. */
export async function explainOrigins(error: unknown, invocation: Invocation): Promise<unknown> {
  if (!isLockstepError(error) || versionsOf(error).length === 0) return error
  try {
    // Loaded only if such a problem exists.
    const { readDatabase } = await import('../database/read-database.js')
    return await readDatabase(invocation, 'none', async ({ manager, settings }) => {
      const { applied } = manager.status()
      const described = describeError(error)
      const { problems = [] } = (described.facts ?? {}) as { problems?: readonly Problem[] }
      const all = [error, ...problems] as readonly Problem[]
      const origins = await findOrigins({ applied, problems: all }, settings)
      const [told, ...others] = withOrigins([described, ...problems], origins, applied)
      const facts = { ...told!.facts, ...(others.length > 0 && { problems: others }) }
      return new DescribedError({ ...described, ...told, facts })
    })
  } catch {
    // The error itself is what matters.
    return error
  }
}
