// Refuses to undo what applied versions of other histories need, as their rows say: their code may be gone.
import { settled, type Work } from '../../database/outcome.js'
import { LockstepError } from '../../errors/lockstep-error.js'
import { neededElsewhere, type Needing } from '../../errors/needs.js'
import { ledgerName } from '../../model/ledger.js'
import { needsIn, type Need } from '../../model/needs.js'
import { foldCase, isSameName, quoteIdentifier } from '../../sql/names.js'
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
 * above them, which stands on them; names what needs those rows in turn as well.
 */
export function* refuseNeeded<H>(
  env: Environment<H>,
  undone: readonly Undone[],
  known = knownBeside(env),
): Work<void> {
  const all: Standing[] = []
  for (const ledger of yield* readLedgers(env.driver))
    if (!isSameName(ledger, env.table)) all.push(...(yield* needsOf(env, ledger, known)))
  const lowest = Math.min(...undone.map(({ version }) => version))
  const needing = standingOn(all, env.table, lowest)
  const isNeeded = ({ version }: Undone): boolean =>
    needing.some(({ id, of }) => of === undefined && id === versionId(version))
  const first = undone.find(isNeeded) ?? undone[0]
  if (first && needing.length > 0) throw new LockstepError(neededElsewhere(first, needing))
}

/** A row of another ledger, and one of the versions that it needs. */
interface Standing extends Omit<Needing, 'id' | 'of'> {
  readonly need: Need
}

/** What needs this version of a ledger or one above it, and then what needs that, with what stands on it in its own ledger. */
function standingOn(all: readonly Standing[], table: string, lowest: number): Needing[] {
  const from = new Map([[foldCase(table), lowest]])
  const found = new Map<Standing, Needing>()
  const isNext = (one: Standing): boolean =>
    !found.has(one) && Number(one.need.id) >= (from.get(foldCase(one.need.ledger)) ?? Infinity)
  for (let next = all.filter(isNext); next.length > 0; next = all.filter(isNext))
    for (const one of next) {
      const { need, ...row } = one
      const isOwn = isSameName(need.ledger, table)
      found.set(one, { ...row, id: need.id, ...(!isOwn && { of: need.text }) })
      const key = foldCase(row.ledger)
      from.set(key, Math.min(Number(row.by), from.get(key) ?? Infinity))
    }
  return [...found.values()]
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

function* needsOf<H>(
  env: Environment<H>,
  ledger: string,
  known: NeedsKnown | undefined,
): Work<Standing[]> {
  const hasNeeds = (yield* columnsOf(env, ledger)).includes('needs')
  if (!hasNeeds && !known) return []
  const rows = yield* settled(
    env.driver.query(
      `SELECT version, name, checksum, started_by, ${hasNeeds ? 'needs' : 'NULL AS needs'} FROM main.${quoteIdentifier(ledger)} ORDER BY length(version), version`,
    ),
  )
  return rows.flatMap((row) => {
    const by = String(row['version'])
    const place = { ledger, version: Number(by), checksum: String(row['checksum']) }
    const told = [...String(row['needs'] ?? '').split(', '), ...(known?.(place) ?? [])]
    const isPart = row['started_by'] != null && { isPart: true as const }
    return [...new Set(told)]
      .flatMap(needsIn)
      .map((need) => ({ ledger, by, name: String(row['name']), need, ...isPart }))
  })
}
