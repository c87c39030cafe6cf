// Refuses to undo what applied versions of other histories need, as their rows say: their code may be gone.
import { settled, type Work } from '../../database/outcome.js'
import { LockstepError } from '../../errors/lockstep-error.js'
import { neededElsewhere, type Needing } from '../../errors/needs.js'
import { ledgerName } from '../../model/ledger.js'
import { needsIn } from '../../model/needs.js'
import { isSameName, quoteIdentifier } from '../../sql/names.js'
import type { Environment } from '../environment/environment.js'
import { columnsOf, readLedgers } from '../ledger/read-ledger.js'
import { versionId } from '../../model/version.js'
import type { Registry } from '../../model/registry.js'
import type { Plan } from '../../model/plan.js'
import type { Where } from '../../model/told-step.js'

/** What is to be undone. */
type Undone = Pick<Where, 'version' | 'name'>

/** What the migration of a row needs, for who knows more than the row says, as where somebody has emptied that. */
export type NeedsKnown = (row: {
  readonly ledger: string
  readonly version: number
  readonly checksum: string
}) => readonly string[]

/**
 * Throws `NEEDED_ELSEWHERE` where a row of another ledger, one of a step that did not end included, needs one of these, or one
 * above them, which stands on them.
 */
export function* refuseNeeded<H>(
  env: Environment<H>,
  undone: readonly Undone[],
  known = knownBeside(env),
): Work<void> {
  const needing: Needing[] = []
  for (const ledger of yield* readLedgers(env.driver))
    if (!isSameName(ledger, env.table))
      needing.push(...(yield* needingIn(env, ledger, { undone, known })))
  const isNeeded = ({ version }: Undone): boolean =>
    needing.some(({ id }) => id === versionId(version))
  const first = undone.find(isNeeded) ?? undone[0]
  if (first && needing.length > 0) throw new LockstepError(neededElsewhere(first, needing))
}

/** What the registries say that were handed over for that. */
function knownBeside<H>({ options: { beside } }: Environment<H>): NeedsKnown | undefined {
  return (
    beside &&
    (({ ledger, version, checksum }) =>
      beside.flatMap((registry) => {
        const entry = isSameName(ledgerOf(registry), ledger) ? registry[version - 1] : undefined
        return entry?.checksum === checksum ? (entry.needs ?? []) : []
      }))
  )
}

const ledgerOf = ([first]: Registry<never>): string =>
  first?.history === undefined ? '_migrations' : ledgerName(first.history)

/** The same of all that a plan undoes. */
export const refuseNeededPlan = <H>(env: Environment<H>, { steps }: Plan<H>): Work<void> =>
  refuseNeeded(
    env,
    steps.flatMap(({ kind, entry }) => (kind === 'revert' ? [entry] : [])),
  )

function* needingIn<H>(
  env: Environment<H>,
  ledger: string,
  { undone, known }: { readonly undone: readonly Undone[]; readonly known: NeedsKnown | undefined },
): Work<Needing[]> {
  const hasNeeds = (yield* columnsOf(env, ledger)).includes('needs')
  if (!hasNeeds && !known) return []
  const rows = yield* settled(
    env.driver.query(
      `SELECT version, name, checksum, started_by, ${hasNeeds ? 'needs' : 'NULL AS needs'} FROM main.${quoteIdentifier(ledger)} ORDER BY length(version), version`,
    ),
  )
  const lowest = Math.min(...undone.map(({ version }) => version))
  return rows.flatMap((row) => {
    const by = String(row['version'])
    const place = { ledger, version: Number(by), checksum: String(row['checksum']) }
    const told = [...String(row['needs'] ?? '').split(', '), ...(known?.(place) ?? [])]
    return [...new Set(told)]
      .flatMap(needsIn)
      .filter((need) => isSameName(need.ledger, env.table) && Number(need.id) >= lowest)
      .map(({ id }): Needing => {
        const isPart = row['started_by'] != null && { isPart: true as const }
        return { id, ledger, by, name: String(row['name']), ...isPart }
      })
  })
}
