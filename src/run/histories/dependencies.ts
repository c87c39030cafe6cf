// What runs for migrations that need versions of other histories, and for no others: they must be applied before, and the row
// in the ledger says that they are needed.
import { settled, type Work } from '../../database/outcome.js'
import { LockstepError, problemOf } from '../../errors/lockstep-error.js'
import { needsUnmet } from '../../errors/needs.js'
import { parseNeed, type Need } from '../../model/needs.js'
import type { Dependencies, RegistryEntry } from '../../model/registry.js'
import type { Plan } from '../../model/plan.js'
import type { Status } from '../../model/report.js'
import { versionId } from '../../model/version.js'
import { quoteIdentifier } from '../../sql/names.js'
import type { Environment } from '../environment/environment.js'
import { taskOf, type Task } from '../environment/task.js'
import { columnsOf, isLedger } from '../ledger/read-ledger.js'

/** What the registry gives to a migration that needs versions of other histories, and to no other. */
export const dependencies: Dependencies = { before, record }

/** Throws `NEEDS_UNMET` for what is not applied, or was begun and did not end. */
function* before<H>(env: Environment<H>, task: Task<H>): Work<void> {
  const missing = yield* unmetOf(env, task.entry)
  if (missing.length > 0) throw new LockstepError(needsUnmet(task, missing))
}

/** Throws `NEEDS_UNMET` where versions are to be run, or recorded, that need what is not applied. */
export function* refuseUnmet<H>(
  env: Environment<H>,
  steps: readonly { readonly entry: RegistryEntry<H> }[],
  way: 'run' | 'record',
): Work<void> {
  for (const { entry } of steps) {
    const missing = yield* unmetOf(env, entry)
    if (missing.length > 0) throw new LockstepError(needsUnmet(taskOf(entry, 'up'), missing, way))
  }
}

/** The same for a plan. */
export const refuseUnmetPlan = <H>(env: Environment<H>, { steps }: Plan<H>): Work<void> =>
  refuseUnmet(
    env,
    steps.filter(({ kind }) => kind === 'apply'),
    'run',
  )

/** The status with what the first pending migration needs and has not, if any does. */
export function* withUnmet<H>(env: Environment<H>, status: Status): Work<Status> {
  for (const { version } of status.pending) {
    const entry = env.registry[version - 1]
    const missing = entry ? yield* unmetOf(env, entry) : []
    if (!entry || missing.length === 0) continue
    const cause = { ...needsUnmet(taskOf(entry, 'up'), missing), state: '' }
    return { ...status, problems: [...status.problems, problemOf(cause, 'error')] }
  }
  return status
}

/** What an entry needs that is neither applied nor said to come before. */
export function* unmetOf<H>(
  env: Environment<H>,
  { needs = [] }: RegistryEntry<H>,
  comesBefore: (need: Need) => boolean = () => false,
): Work<string[]> {
  const missing: string[] = []
  for (const need of needs.flatMap((text) => parseNeed(text) ?? []))
    if (!comesBefore(need) && !(yield* isApplied(env, need))) missing.push(need.text)
  return missing
}

/** Whether a ledger has a version that came to its end. */
function* isApplied<H>(env: Environment<H>, { ledger, id }: Need): Work<boolean> {
  if (!isLedger(yield* columnsOf(env, ledger))) return false
  const rows = yield* settled(
    env.driver.query(
      `SELECT 1 FROM main.${quoteIdentifier(ledger)} WHERE version = ? AND started_by IS NULL`,
      [id],
    ),
  )
  return rows.length > 0
}

/**
 * Writes into a row what its migration needs, in the transaction that writes the row; the column is added where it is first
 * needed. A row that had other needs has those of the entry from here on.
 */
export function* record<H>(
  env: Environment<H>,
  { version, needs }: Pick<RegistryEntry<H>, 'version' | 'needs'>,
): Work<void> {
  const { driver, ledger, table } = env
  const isThere = (yield* columnsOf(env, table)).includes('needs')
  if (!isThere && !needs) return
  if (!isThere) yield* settled(driver.execute(`ALTER TABLE ${ledger} ADD COLUMN needs TEXT`))
  yield* settled(
    driver.query(`UPDATE ${ledger} SET needs = ? WHERE version = ?`, [
      needs?.join(', ') ?? null,
      versionId(version),
    ]),
  )
}
