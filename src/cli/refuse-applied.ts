// Keeps migrations from being renumbered that the database of `--db` has applied under their old numbers.
import type { RenumberPlan } from '../../codegen/renumber/renumber.js'
import type { ParsedMigration } from '../../codegen/model.js'
import { databaseCannotOpen } from '../errors/database.js'
import { LockstepError } from '../errors/lockstep-error.js'
import { renumberApplied } from '../errors/renumber.js'
import type { AppliedMigration } from '../model/report.js'
import type { Invocation } from './command.js'
import { readDatabase } from './database/read-database.js'

/**
 * Looks into the database that `--db` names, and nowhere without it. Throws `RENUMBER_APPLIED`, and `DATABASE_CANNOT_OPEN`
 * when it does not exist: a mistyped path would protect nothing.
 */
export async function refuseApplied(plan: RenumberPlan, invocation: Invocation): Promise<void> {
  if (invocation.flags.db === undefined) return
  const moving = plan.renumberings.flatMap(({ unit }) => unit.migrations)
  await readDatabase(invocation, 'none', ({ manager, exists, shown }) => {
    if (!exists) throw new LockstepError(databaseCannotOpen(`${shown} does not exist`))
    const { applied } = manager.status()
    for (const migration of moving) {
      const row = applied.find((one) => isRecorded(one, migration, plan))
      if (row) throw new LockstepError(renumberApplied(migration.file.file, shown, row.id))
    }
  })
}

/** By its number, and its name or its meaning; else another migration has that number there. */
const isRecorded = (row: AppliedMigration, one: ParsedMigration, plan: RenumberPlan): boolean =>
  row.version === one.version &&
  (row.name === one.name || (row.checksum !== null && row.checksum === plan.checksumOf(one)))
