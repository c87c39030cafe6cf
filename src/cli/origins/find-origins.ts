// Finds out where migrations come from that a database has applied and the code lacks, and whether they can be undone. Only
// reads.
import type { AppliedMigration, Problem } from '../../model/report.js'
import { findSteps } from '../applied/find-steps.js'
import type { Settings } from '../settings/settings.js'
import type { Origins } from '../render/origins.js'
import { isUndone, versionsOf } from './with-origins.js'

/** The applied migrations, some of which are not in the code, according to these problems. */
interface Found {
  readonly applied: readonly AppliedMigration[]
  readonly problems: readonly Problem[]
}

/** Searches records and git only if a problem is about such a migration. Never throws. */
export async function findOrigins(
  { applied, problems }: Found,
  settings: Settings,
): Promise<Origins> {
  const wanted = new Set(problems.flatMap(versionsOf))
  if (wanted.size === 0) return { sightings: new Map(), lost: new Set() }
  const rows = applied.filter(({ version }) => wanted.has(version))
  const { findApplied } = await import('../../../codegen/base-branch/find-applied.js')
  const { migrations, out } = settings
  const sightings = await findApplied(rows, { migrations, out })
  return { sightings, lost: problems.some(isUndone) ? await findLost(rows, settings) : new Set() }
}

/** Those for which a rollback would find no `down`; none if that cannot be determined. */
async function findLost(
  rows: readonly AppliedMigration[],
  settings: Settings,
): Promise<ReadonlySet<number>> {
  const reversible = rows.filter((row) => row.reversible && !row.downKept)
  const keys = reversible.map((row) => ({ ...row, startedBy: null, downChecksum: undefined }))
  try {
    const found = await findSteps(keys, settings)
    return new Set(keys.map(({ version }) => version).filter((version) => !found.has(version)))
  } catch {
    return new Set()
  }
}
