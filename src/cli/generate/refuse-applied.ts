// Keeps migrations from being renumbered that the database of `--db` has applied under their old numbers, and tells of
// those that the configured database has applied.
import type { RenumberPlan } from '../../../codegen/renumber/renumber.js'
import type { ParsedMigration } from '../../../codegen/model/migration.js'
import { databaseCannotOpen } from '../../errors/database.js'
import { isLockstepError, LockstepError } from '../../errors/lockstep-error.js'
import { renumberApplied } from '../../errors/renumber.js'
import type { AppliedMigration } from '../../model/report.js'
import type { Invocation } from '../command/command.js'
import { readDatabase } from '../database/read-database.js'

/** A migration that a database has applied under the number that it is to lose. */
export interface AppliedBefore {
  readonly file: string
  readonly id: string
  /** As it is shown to a person. */
  readonly database: string
}

/**
 * What the project's own database has applied, where it is there and can be read; nothing with `--db`, which `refuseApplied`
 * looks into. It is one of many, so nothing is refused because of it.
 */
export async function findApplied(
  plan: RenumberPlan,
  invocation: Invocation,
): Promise<AppliedBefore[]> {
  if (invocation.flags.db !== undefined) return []
  try {
    return await readDatabase(invocation, 'none', ({ manager, exists, shown }) =>
      exists ? appliedOf(plan, manager.status().applied, shown) : [],
    )
  } catch (error) {
    if (isLockstepError(error) || (error as Error).name === 'SqliteError') return []
    throw error
  }
}

/**
 * Looks into the database that `--db` names, and nowhere without it. Throws `RENUMBER_APPLIED`, and `DATABASE_CANNOT_OPEN`
 * when it does not exist: a mistyped path would protect nothing.
 */
export async function refuseApplied(plan: RenumberPlan, invocation: Invocation): Promise<void> {
  if (invocation.flags.db === undefined) return
  await readDatabase(invocation, 'none', ({ manager, exists, shown }) => {
    if (!exists) throw new LockstepError(databaseCannotOpen(`${shown} does not exist`))
    const [lowest] = appliedOf(plan, manager.status().applied, shown).sort(
      (one, other) => Number(one.id) - Number(other.id),
    )
    if (lowest) throw new LockstepError(renumberApplied(lowest.file, shown, lowest.id))
  })
}

function appliedOf(
  plan: RenumberPlan,
  applied: readonly AppliedMigration[],
  database: string,
): AppliedBefore[] {
  const moving = plan.renumberings.flatMap(({ unit }) => unit.migrations)
  return moving.flatMap((migration) => {
    const row = applied.find((one) => isRecorded(one, migration, plan))
    return row ? [{ file: migration.file.file, id: row.id, database }] : []
  })
}

/** By its number, and its name or its meaning; else another migration has that number there. */
const isRecorded = (row: AppliedMigration, one: ParsedMigration, plan: RenumberPlan): boolean =>
  row.version === one.version &&
  (row.name === one.name || (row.checksum !== null && plan.digestsOf(one).includes(row.checksum)))
