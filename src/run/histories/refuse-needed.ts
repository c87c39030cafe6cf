// Refuses to undo versions that applied versions of other histories need, as recorded in their rows, since their code may be
// gone.
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

/** The versions to undo. */
type Undone = Pick<Where, 'version' | 'name'>

/** Returns what the migration of a row needs, for callers that know more than the row, for example after somebody has emptied it. */
export type NeedsKnown = (row: {
  readonly ledger: string
  readonly version: number
  readonly checksum: string
}) => readonly string[]

/**
 * Throws `NEEDED_ELSEWHERE` if a row of another ledger, including one of an unfinished step, needs one of these versions or one
 * above them, which builds on them; also names what needs those rows in turn.
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

/** A row of another ledger, and one version that it needs. */
interface Standing extends Omit<Needing, 'id' | 'of'> {
  readonly need: Need
}

/**
 * The rows that need this version of a ledger or a later one, then those that need these or the rows built on them in their own
 * ledger.
 */
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

/** What the registries passed for that purpose say. */
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

/** The same check for everything that a plan undoes. */
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
