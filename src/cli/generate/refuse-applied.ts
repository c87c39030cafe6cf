// Refuses to renumber migrations that the database of `--db` has applied under their old numbers, and reports those that the
// configured database has applied.
import type { RenumberPlan } from '../../../codegen/renumber/renumber.js'
import type { ParsedMigration } from '../../../codegen/model/migration.js'
import { databaseCannotOpen } from '../../errors/database.js'
import { isLockstepError, LockstepError } from '../../errors/lockstep-error.js'
import { renumberApplied } from '../../errors/renumber.js'
import type { AppliedMigration } from '../../model/report.js'
import type { Invocation } from '../command/command.js'
import { perform } from '../../database/outcome.js'
import { typed } from '../../run/environment/faults.js'
import { refuseNeeded } from '../../run/histories/refuse-needed.js'
import { environmentOf } from '../database/find-behind.js'
import { readDatabase, type ReadableDatabase } from '../database/read-database.js'
import type { Settings } from '../settings/settings.js'

/** A migration that a database has applied under the number it is going to lose. */
export interface AppliedBefore {
  readonly file: string
  readonly id: string
  /** As shown to a person. */
  readonly database: string
}

/** The applied migrations of one database. */
export interface Applied {
  readonly applied: readonly AppliedBefore[]
  /** The commands that undo what has to be undone before; empty if nothing needs them. */
  readonly first: string
}

/** Returns the commands that first undo what needs the versions to undo. */
export type AdviceOf = (neededElsewhere: LockstepError, settings: Settings) => string

const NOTHING: Applied = { applied: [], first: '' }

/**
 * What the project's own database has applied, if it exists and can be read; nothing with `--db`, which `refuseApplied` checks.
 * It is one of many, so nothing is refused because of it.
 */
export async function findApplied(
  plan: RenumberPlan,
  invocation: Invocation,
  adviceOf: AdviceOf,
): Promise<Applied> {
  if (invocation.flags.db !== undefined) return NOTHING
  try {
    return await readDatabase(invocation, 'none', (database) =>
      database.exists ? appliedIn(database, plan, adviceOf) : NOTHING,
    )
  } catch (error) {
    if (isLockstepError(error) || (error as Error).name === 'SqliteError') return NOTHING
    throw error
  }
}

/**
 * Checks the database that `--db` names, if given. Throws `RENUMBER_APPLIED`, and `DATABASE_CANNOT_OPEN` if it does not exist: a
 * mistyped path would protect nothing.
 */
export async function refuseApplied(
  plan: RenumberPlan,
  invocation: Invocation,
  adviceOf: AdviceOf,
): Promise<void> {
  if (invocation.flags.db === undefined) return
  await readDatabase(invocation, 'none', (database) => {
    const { exists, shown } = database
    if (!exists) throw new LockstepError(databaseCannotOpen(`${shown} does not exist`))
    const { applied, first } = appliedIn(database, plan, adviceOf)
    const lowest = applied.find(({ id }) => Number(id) === lowestOf(applied))
    const isMerged = plan.unmerged.length === 0
    if (lowest)
      throw new LockstepError(
        renumberApplied(lowest.file, shown, { version: lowest.id, isMerged, first }),
      )
  })
}

const lowestOf = (applied: readonly AppliedBefore[]): number =>
  Math.min(...applied.map(({ id }) => Number(id)))

function appliedIn(database: ReadableDatabase, plan: RenumberPlan, adviceOf: AdviceOf): Applied {
  const rows = database.manager.status().applied
  const applied = appliedOf(plan, rows, database.shown)
  const undone = rows.filter(({ version }) => version >= lowestOf(applied))
  return { applied, first: undone.length > 0 ? firstOf(database, undone, adviceOf) : '' }
}

function firstOf(
  database: ReadableDatabase,
  undone: readonly AppliedMigration[],
  adviceOf: AdviceOf,
): string {
  const env = environmentOf(database)
  try {
    perform('sync', typed(env, refuseNeeded(env, undone)))
    return ''
  } catch (error) {
    if (!isLockstepError(error, 'NEEDED_ELSEWHERE')) throw error
    return adviceOf(error, database.settings)
  }
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

/** Recognised by number plus name or meaning; otherwise another migration has that number there. */
const isRecorded = (row: AppliedMigration, one: ParsedMigration, plan: RenumberPlan): boolean =>
  row.version === one.version &&
  (row.name === one.name || (row.checksum !== null && plan.digestsOf(one).includes(row.checksum)))
