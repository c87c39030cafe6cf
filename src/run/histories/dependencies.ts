// Handles migrations that need versions of other histories: these must be applied before, and the ledger row records the needs.
import type { Row } from '../../database/driver.js'
import { settled, type Work } from '../../database/outcome.js'
import { LockstepError, problemOf } from '../../errors/lockstep-error.js'
import { needsUnmet, needsUnrecorded, type Unmet, type Unrecorded } from '../../errors/needs.js'
import { needsIn, parseNeed, type Need } from '../../model/needs.js'
import type { Dependencies, RegistryEntry } from '../../model/registry.js'
import type { Plan } from '../../model/plan.js'
import type { Problem, Status } from '../../model/report.js'
import { versionId } from '../../model/version.js'
import { whereOf, type KnownEntry } from '../../plan/scripts.js'
import { quoteIdentifier } from '../../sql/names.js'
import type { Environment } from '../environment/environment.js'
import type { Task } from '../environment/task.js'
import { columnsOf, isLedger, textIn } from '../ledger/read-ledger.js'

/** What the registry attaches to migrations that need versions of other histories, and to no others. */
export const dependencies: Dependencies = { before, record }

/** Throws `NEEDS_UNMET` for needed versions that are not applied, or were begun and did not end. */
function* before<H>(env: Environment<H>, ...tasks: readonly Task<H>[]): Work<void> {
  yield* refuseUnmet(env, tasks, 'run')
}

/** Throws `NEEDS_UNMET` if versions to run or record need others that are not applied. */
export function* refuseUnmet<H>(
  env: Environment<H>,
  steps: readonly { readonly entry: RegistryEntry<H> }[],
  way: 'run' | 'record',
): Work<void> {
  const unmet = yield* unmetIn(
    env,
    steps.map(({ entry }) => entry),
  )
  if (unmet.length > 0) throw new LockstepError(needsUnmet(unmet, way))
}

/** The same check for a plan. */
export const refuseUnmetPlan = <H>(env: Environment<H>, { steps }: Plan<H>): Work<void> =>
  refuseUnmet(
    env,
    steps.filter(({ kind }) => kind === 'apply'),
    'run',
  )

/** The status with the unmet needs of the pending migrations, and the lost needs of the applied ones. */
export function* withUnmet<H>(env: Environment<H>, status: Status): Work<Status> {
  const pending = status.pending.flatMap(({ version }) => env.registry[version - 1] ?? [])
  // Nothing is applied to a database that has yet to be taken over.
  const way = status.state === 'unmanaged' ? 'take-over' : 'run'
  const told = toldUnmet(yield* unmetIn(env, pending), 'error', way)
  const lost = yield* lostProblems(env, 'warning')
  return { ...status, problems: [...status.problems, ...told, ...lost] }
}

/** Problems with the needs of applied versions: they are no longer applied, or the rows do not record them. */
export function* lostProblems<H>(
  env: Environment<H>,
  severity: Problem['severity'],
): Work<Problem[]> {
  const { lost, unrecorded } = yield* lostNeeds(env)
  const [first] = unrecorded
  return [
    ...toldUnmet(lost, severity),
    ...(first ? [problemOf(needsUnrecorded(env.table, unrecorded), severity)] : []),
  ]
}

/** Without a state, as nothing is done to the database. */
export const toldUnmet = (
  unmet: readonly Unmet[],
  severity: Problem['severity'],
  way?: 'run' | 'take-over',
): Problem[] =>
  unmet.length > 0 ? [problemOf({ ...needsUnmet(unmet, way), state: '' }, severity)] : []

/** What applied versions need that is not applied: they were recorded by force, or it was undone by other means. */
function* lostNeeds<H>(
  env: Environment<H>,
): Work<{ readonly lost: readonly Unmet[]; readonly unrecorded: readonly Unrecorded[] }> {
  const columns = yield* columnsOf(env, env.table)
  if (!isLedger(columns)) return { lost: [], unrecorded: [] }
  const needs = columns.includes('needs') ? 'needs' : 'NULL AS needs'
  const rows = yield* settled(
    env.driver.query(
      `SELECT version, name, checksum, ${needs} FROM ${env.ledger} WHERE started_by IS NULL ORDER BY length(version), version`,
    ),
  )
  const known = rows.map((row) => knownNeeds(row, env.registry[Number(row['version']) - 1]))
  const unmet = yield* unmetIn(env, known)
  return {
    lost: unmet.map((one) => ({ ...one, isApplied: true })),
    unrecorded: known.filter(({ recorded, needs: all }) => recorded !== all.join(', ')),
  }
}

/** What a row needs: according to the registry if it has the migration as it was applied, otherwise according to the row. */
function knownNeeds<H>(
  row: Row,
  entry: RegistryEntry<H> | undefined,
): Unrecorded & { readonly file: string } {
  const recorded = textIn(row, 'needs') ?? ''
  const isSame = entry !== undefined && entry.checksum === row['checksum']
  return {
    file: entry?.file ?? '',
    version: Number(row['version']),
    name: String(row['name']),
    recorded: isSame
      ? recorded
      : needsIn(recorded)
          .map(({ text }) => text)
          .join(', '),
    needs: isSame ? (entry.needs ?? []) : needsIn(recorded).map(({ text }) => text),
  }
}

/** The needs of migrations that are neither applied nor said to come before, each listed for the first migration that has it. */
export function* unmetIn<H>(
  env: Environment<H>,
  entries: readonly KnownEntry[],
  comesBefore: (need: Need) => boolean = () => false,
): Work<Unmet[]> {
  const unmet: Unmet[] = []
  const told = new Map<string, number>()
  for (const entry of entries) {
    const missing: string[] = []
    for (const need of (entry.needs ?? []).flatMap((text) => parseNeed(text) ?? [])) {
      const isTold = Number(need.id) <= (told.get(need.ledger) ?? 0)
      if (isTold || comesBefore(need) || (yield* isApplied(env, need))) continue
      missing.push(need.text)
      told.set(need.ledger, Number(need.id))
    }
    if (missing.length > 0) unmet.push({ where: whereOf(entry, 'up'), missing })
  }
  return unmet
}

/** Whether a ledger has a completed version. */
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
 * Writes into a row what its migration needs, in the transaction that writes the row; the column is added when it is first
 * needed. A row that had other needs gets those of the entry.
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
