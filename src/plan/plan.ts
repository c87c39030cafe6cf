// Registry × ledger × target → plan, or the typed error that forbids one. Pure: no database is touched.
import { historyHalfDone } from '../errors/history.js'
import { ledgerForeign } from '../errors/ledger.js'
import { LockstepError } from '../errors/lockstep-error.js'
import { foreignKeysPragma, transactionControl } from '../errors/run.js'
import { schemaDigestsMissing } from '../errors/schema.js'
import {
  migrationIrreversible,
  optionInvalid,
  registryInvalid,
  targetBehind,
  targetUnknown,
  transactionMixed,
} from '../errors/usage.js'
import type { LedgerRow, LedgerState } from '../model/ledger.js'
import type { ManagerOptions, MigrateOptions, RollbackOptions } from '../model/options.js'
import type { Plan, PlanStep } from '../model/plan.js'
import type { Registry, RegistryEntry } from '../model/registry.js'
import type { Direction, Problem } from '../model/report.js'
import { versionId } from '../model/version.js'
import { RUN_NEWER } from '../model/told-step.js'
import { compare, DRIFTED, mayBeRunning, type Comparison } from './compare.js'
import { refusedStatement } from './inspect-sql.js'
import { problemsOf } from './problems-of.js'
import { unmanagedCause } from './unmanaged-cause.js'
import { placeOf, sideOf, sideToRun, whereOf } from './scripts.js'

/** The options that decide whether a plan is allowed. */
export type Policy = Pick<
  ManagerOptions,
  'table' | 'onUnmanaged' | 'onAhead' | 'onDrift' | 'transaction' | 'keepDowns' | 'digests'
> & {
  /** The fix for a database that is ahead, if it is not to run the newer application. */
  readonly aheadFix?: string
  /** What cannot be undone, as nothing is kept of it. */
  readonly unkept?: readonly number[]
}

/** The steps from the state of the ledger up to the target. */
export function planMigrate<H>(
  registry: Registry<H>,
  state: LedgerState,
  target: MigrateOptions,
  policy: Policy,
): Plan<H> {
  const { rows, comparison } = examine(registry, state, policy)
  const { version, restamp, ahead, halfDone } = comparison
  checkValues(target)
  const to = target.to ?? registry.length
  if (to !== registry.length) checkTarget(registry, to, 'up')
  if (to < version && ahead.length === 0) throw new LockstepError(targetBehind(to, version, 'up'))
  const pending = registry.slice(version, Math.min(to, version + (target.steps ?? Infinity)))
  if (policy.keepDowns && !pending.every((entry) => isTold(entry, policy)))
    throw new LockstepError(schemaDigestsMissing())
  const steps = [
    ...restamp.map((entry) => ({ kind: 'restamp', entry }) as const),
    ...pending.map((entry) => {
      const step = { kind: 'apply', entry: chained(entry, comparison) } as const
      return entry.version === halfDone?.version ? { ...step, begun: true as const } : step
    }),
  ]
  // This plan resumes the step, so nobody needs to be warned about it.
  const warnings = warningsOf(comparison).filter(
    ({ code }) => code !== 'HISTORY_HALF_DONE' || pending[0]?.version !== halfDone?.version,
  )
  return checked({ from: version, to: version + pending.length, steps, warnings, rows }, policy)
}

/** A kept `down` is of no use to anyone who does not know what the version does to the schema. */
const isTold = <H>(
  { version, schemaDigest }: RegistryEntry<H>,
  { digests = {} }: Policy,
): boolean => (digests[version]?.schemaDigest ?? schemaDigest) !== undefined

/** The steps from the state of the ledger down to the target; refuses all of them if one cannot be undone. */
export function planRollback<H>(
  registry: Registry<H>,
  state: LedgerState,
  target: RollbackOptions,
  policy: Policy,
): Plan<H> {
  const { rows, comparison } = examine(registry, state, {
    ...policy,
    onAhead: 'refuse',
    aheadFix: RUN_NEWER,
    onDrift: 'refuse',
  })
  const { version, restamp, halfDone } = comparison
  if (halfDone)
    throw new LockstepError(historyHalfDone({ ...halfDone, mayBeRunning: mayBeRunning(halfDone) }))
  checkValues(target)
  const { to: lowest = 0, steps: most = target.to === undefined ? 1 : Infinity } = target
  if ((target.steps ?? 0) > version)
    throw new LockstepError(optionInvalid('steps', most, `at most ${version}: no more are applied`))
  const to = Math.max(lowest, version - most)
  if (to !== 0 && to !== version) checkTarget(registry, to)
  if (to > version) throw new LockstepError(targetBehind(to, version, 'down'))
  const reverted = registry.slice(to, version).reverse()
  for (const entry of reverted) checkReversible(entry, version, registry[0]?.history)
  const steps = [
    ...restamp.map((entry) => ({ kind: 'restamp', entry }) as const),
    ...reverted.map((entry) => ({ kind: 'revert', entry }) as const),
  ]
  return checked({ from: version, to, steps, warnings: warningsOf(comparison), rows }, policy)
}

function examine<H>(
  registry: Registry<H>,
  state: LedgerState,
  policy: Policy,
): { rows: readonly LedgerRow[]; comparison: Comparison<H> } {
  registry.forEach((entry, index) => {
    if (entry?.version === index + 1 && entry.source) return
    const isRead = entry?.version === index + 1 && entry.file !== undefined
    throw new LockstepError(registryInvalid(index, isRead ? whereOf(entry, 'up') : undefined))
  })
  const rows = managedRows(state, policy)
  const comparison = compare(registry, rows, policy.onDrift)
  const known = policy.onAhead === 'allow' ? { ...comparison, ahead: [] } : comparison
  const problems = problemsOf(known, registry.length, policy)
  refuseFirst(problems.filter(({ severity }) => severity === 'error'))
  // A resumed step is planned as if it had not begun.
  return { rows: comparison.halfDone ? rows.slice(0, -1) : rows, comparison }
}

/** Whether nothing can be undone or redone until a problem is settled. */
export const comesFirst = ({ code }: Problem): boolean =>
  /^HISTORY_(?:INTERRUPTED|BATCHES_EDITED|GAP|BY_HAND)$/.test(code)

/** Throws the problem to be settled first; all problems, `found`, are among its facts. */
export function refuseFirst(problems: readonly Problem[], found = problems): void {
  const first = problems.find(comesFirst) ?? problems[0]
  if (first) throw new LockstepError({ ...first, facts: { ...first.facts, problems: found } })
}

/** The rows of a Lockstep ledger; throws if something else has its name. */
export function managedRows(state: LedgerState, policy: Policy): readonly LedgerRow[] {
  const table = policy.table ?? '_migrations'
  if (state.kind === 'foreign') throw new LockstepError(ledgerForeign(table, state.columns))
  const cause = unmanagedCause(state, table, policy.onUnmanaged)
  if (cause) throw new LockstepError(cause)
  return state.kind === 'ours' ? state.rows : []
}

const warningsOf = <H>(comparison: Comparison<H>): readonly Problem[] =>
  comparison.findings.filter((problem) => problem.severity === 'warning')

/**
 * On top of an edited migration a row gets a lineage that no registry has: with the registry's own, the database would look up to
 * date, and nobody would notice the difference again.
 */
const chained = <H>(entry: RegistryEntry<H>, { findings }: Comparison<H>): RegistryEntry<H> =>
  findings.some(({ code }) => code === 'HISTORY_EDITED')
    ? { ...entry, lineage: `${entry.lineage}${DRIFTED}` }
    : entry

function checkTarget<H>(registry: Registry<H>, to: number, way?: 'up'): void {
  if (!registry[to - 1]) throw new LockstepError(targetUnknown(to, registry.length, way))
}

function checkValues({ to, steps }: MigrateOptions | RollbackOptions): void {
  if (steps !== undefined && !(Number.isInteger(steps) && steps > 0))
    throw new LockstepError(optionInvalid('steps', steps, 'a positive integer'))
  if (to !== undefined && typeof to !== 'number')
    throw new LockstepError(optionInvalid('to', to, 'a version'))
}

/** Throws for an invalid target; a mistyped word must not mean that everything is applied, or undone. */
export function checkTargetOptions(options: object | null): void {
  if (options === null || typeof options !== 'object')
    throw new LockstepError(optionInvalid('target', 'nothing', 'an object'))
  for (const [option, value] of Object.entries(options))
    if (option !== 'to' && option !== 'steps')
      throw new LockstepError(optionInvalid(option, value, null))
}

function checkReversible<H>(entry: RegistryEntry<H>, applied: number, history?: string): void {
  if (!entry.reversible || !sideOf(entry, 'down'))
    throw new LockstepError(migrationIrreversible(entry, applied, history))
}

function checked<H>(plan: Plan<H>, policy: Policy): Plan<H> {
  const run = plan.steps.filter((step) => step.kind !== 'restamp')
  const unread = plan.warnings.find(({ code }) => code === 'HISTORY_UNREADABLE')
  if (unread && run.length > 0) throw new LockstepError(unread)
  if (policy.transaction === 'all') checkShared(run)
  for (const step of run) checkScripts(step.entry, step.kind === 'apply' ? 'up' : 'down')
  return plan
}

/** One transaction has one foreign key setting, and holds no step that must run outside. */
function checkShared<H>(run: readonly PlanStep<H>[]): void {
  const odd = run.find(
    ({ entry }) => entry.transaction === false || entry.foreignKeys !== run[0]?.entry.foreignKeys,
  )
  if (!odd || run.length === 1) return
  const { version, name } = odd.entry
  const isUp = odd.kind === 'apply'
  // Up to just before that step; if nothing comes before it, that step alone.
  const to = versionId(isUp === (odd === run[0]) ? version : version - 1)
  const fix = `Use transaction: 'each', or ${isUp ? 'migrate' : 'roll back'} to ${to} first.`
  throw new LockstepError(transactionMixed(version, name, fix))
}

/** Refuses, before anything runs, a side that cannot run, and SQL that controls the transaction or switches foreign keys. */
function checkScripts<H>(entry: RegistryEntry<H>, direction: Direction): void {
  const side = sideToRun(entry, direction)
  if (!('scripts' in side)) return
  side.scripts.forEach((text, index) => {
    const refused = refusedStatement(text)
    if (!refused || (refused.why === 'transaction' && entry.transaction === false)) return
    const place = placeOf(entry, direction, index, { text, offset: refused.statement.start })
    const problem = refused.why === 'transaction' ? transactionControl : foreignKeysPragma
    const where = whereOf(entry, direction)
    throw new LockstepError(problem(where, place, refused.statement.text.slice(0, 80)))
  })
}
