// Refuses to undo what applied versions of other histories need, as their rows say: their code may be gone.
import { settled, type Work } from '../../database/outcome.js'
import { LockstepError } from '../../errors/lockstep-error.js'
import { neededElsewhere, type Needing } from '../../errors/needs.js'
import { needsIn } from '../../model/needs.js'
import { isSameName, quoteIdentifier } from '../../sql/names.js'
import type { Environment } from '../environment/environment.js'
import { columnsOf, readLedgers } from '../ledger/read-ledger.js'
import { versionId } from '../../model/version.js'
import type { Plan } from '../../model/plan.js'
import type { Where } from '../../model/told-step.js'

/** What is to be undone. */
type Undone = Pick<Where, 'version' | 'name'>

/**
 * Throws `NEEDED_ELSEWHERE` where a row of another ledger, one of a step that did not end included, needs one of these, or one
 * above them, which stands on them.
 */
export function* refuseNeeded<H>(env: Environment<H>, undone: readonly Undone[]): Work<void> {
  const needing: Needing[] = []
  for (const ledger of yield* readLedgers(env.driver))
    if (!isSameName(ledger, env.table)) needing.push(...(yield* needingIn(env, ledger, undone)))
  const isNeeded = ({ version }: Undone): boolean =>
    needing.some(({ id }) => id === versionId(version))
  const first = undone.find(isNeeded) ?? undone[0]
  if (first && needing.length > 0) throw new LockstepError(neededElsewhere(first, needing))
}

/** The same of all that a plan undoes. */
export const refuseNeededPlan = <H>(env: Environment<H>, { steps }: Plan<H>): Work<void> =>
  refuseNeeded(
    env,
    steps.flatMap(({ kind, entry }) => (kind === 'revert' ? [entry] : [])),
  )

function* needingIn<H>(
  env: Environment<H>,
  ledger: string,
  undone: readonly Undone[],
): Work<Needing[]> {
  if (!(yield* columnsOf(env, ledger)).includes('needs')) return []
  const rows = yield* settled(
    env.driver.query(
      `SELECT version, name, needs FROM main.${quoteIdentifier(ledger)} WHERE needs IS NOT NULL ORDER BY length(version), version`,
    ),
  )
  const lowest = Math.min(...undone.map(({ version }) => version))
  return rows.flatMap((row) =>
    needsIn(String(row['needs']))
      .filter((need) => isSameName(need.ledger, env.table) && Number(need.id) >= lowest)
      .map(({ id }) => ({ id, ledger, by: String(row['version']), name: String(row['name']) })),
  )
}
