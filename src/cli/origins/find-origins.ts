// Finds out where migrations come from that a database has applied and the code does not have. Only reads.
import type { AppliedMigration, Problem } from '../../model/report.js'
import { versionsOf, type Origins } from './with-origins.js'
import type { Settings } from '../settings/settings.js'

/** What is applied, of which some is not in the code: by these problems, and others. */
interface Found {
  readonly applied: readonly AppliedMigration[]
  readonly problems: readonly Problem[]
}

/** Looks in git only where a problem is about such a migration. Never throws. */
export async function findOrigins(
  { applied, problems }: Found,
  { migrations, out }: Settings,
): Promise<Origins> {
  const wanted = new Set(problems.flatMap(versionsOf))
  if (wanted.size === 0) return new Map()
  const { findApplied } = await import('../../../codegen/base-branch/find-applied.js')
  return findApplied(
    applied.filter(({ version }) => wanted.has(version)),
    { migrations, out },
  )
}
