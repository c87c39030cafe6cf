// Plans undoing the newest migrations and applying them again in their current form, as one plan. Pure.
import { ledgerMoved } from '../errors/recovery.js'
import { redoRefused } from '../errors/redo.js'
import { LockstepError } from '../errors/lockstep-error.js'
import { transactionMixed } from '../errors/usage.js'
import type { LedgerRow, LedgerState } from '../model/ledger.js'
import type { Plan } from '../model/plan.js'
import type { Registry, RegistryEntry } from '../model/registry.js'
import type { Problem } from '../model/report.js'
import { compare } from './compare.js'
import { planMigrate, planRollback, refuseFirst, type Policy } from './plan.js'
import { isReversible, RESET } from './way-to-code.js'

/** What to redo. */
export interface Redo<H> {
  /** The current code, and the code as it was applied. */
  readonly registry: Registry<H>
  readonly applied: Registry<H>
  readonly steps: number
  /** The newest version that has shipped; 0 for none. */
  readonly released: number
  /** The expected checksums, in order, if the decision to redo was based on them. */
  readonly expected?: readonly (string | null)[]
}

/**
 * The plan. Throws what planning a rollback and planning to migrate throw, including for the versions below; `LEDGER_MOVED` if
 * something else is applied than expected, `REDO_REFUSED` for steps that have shipped, run outside a transaction or touch the
 * outside world, and if the code has nothing to apply again.
 */
export function planRedo<H>(redo: Redo<H>, state: LedgerState, policy: Policy): Plan<H> {
  const { registry, applied, steps, released } = redo
  if (redo.expected && !isApplied(redo.expected, state)) throw new LockstepError(ledgerMoved())
  // What one transaction cannot hold is refused below, with a fix.
  const strict = { ...policy, onDrift: 'refuse', onAhead: 'refuse', transaction: 'each' } as const
  // One step is the default; for an empty database it is none.
  const down = planRollback(applied, state, steps === 1 ? {} : { steps }, strict)
  const undone = run(down)
  const [newest] = undone
  if (!newest || state.kind !== 'ours') return down
  const { from, to } = down
  for (const { entry } of undone) refuseReleased(entry, released)
  if (registry.length <= to)
    throw new LockstepError(redoRefused(newest.entry, NOTHING, undoFrom(registry.length)))
  // Compared as a whole: from a part it could not be determined how many would have to be redone.
  refuseFirst(compare(registry, state.rows).findings.filter(standsBelow(to)))
  const below = { ...state, rows: state.rows.filter(({ version }) => version <= to) }
  const up = planMigrate(registry, below, { to: Math.min(from, registry.length) }, strict)
  const all = [...undone, ...run(up)]
  const fix = bySteps(to, registry, state.rows)
  for (const { entry } of all) refuseBeyond(entry, newest.entry, fix)
  return { from, to: up.to, steps: all, warnings: down.warnings, rows: down.rows }
}

/** The same while the lock is held: the losses that were determined and confirmed belong to this plan alone. */
export function planRedoAgain<H>(redo: Redo<H>, plan: Plan<H>, policy: Policy) {
  return (state: LedgerState): Plan<H> => {
    const rows = state.kind === 'ours' ? state.rows : []
    if (lineageOf(rows) !== lineageOf(plan.rows)) throw new LockstepError(ledgerMoved())
    return planRedo(redo, state, policy)
  }
}

const lineageOf = (rows: readonly LedgerRow[]): string =>
  rows.map(({ version, checksum, lineage }) => `${version} ${checksum} ${lineage}`).join()

const isApplied = (expected: readonly (string | null)[], state: LedgerState): boolean => {
  const rows = state.kind === 'ours' ? state.rows : []
  return rows.length === expected.length && rows.every((row, at) => row.checksum === expected[at])
}

/** Restamping rows is left to the next `migrate`. */
const run = <H>({ steps }: Plan<H>): Plan<H>['steps'] =>
  steps.filter(({ kind }) => kind !== 'restamp')

const NOTHING = 'the code has nothing to replace it'
const undoFrom = (to: number): string => `Undo it with \`lockstep rollback --to ${to}\`.`

const standsBelow =
  (to: number) =>
  ({ severity, facts }: Problem): boolean =>
    severity === 'error' && Number(facts?.['version']) <= to

function refuseReleased<H>(entry: RegistryEntry<H>, released: number): void {
  if (entry.version > released) return
  const fix = 'Put the change into a new migration: databases elsewhere have applied this one.'
  throw new LockstepError(redoRefused(entry, 'it has shipped', fix))
}

/** The commands that do it where one transaction cannot. */
function bySteps<H>(to: number, registry: Registry<H>, rows: readonly LedgerRow[]): string {
  const isKept = rows.some(
    (row) => row.version > to && !isReversible(row, registry[row.version - 1]),
  )
  if (isKept) return `Start over with ${RESET}.`
  return `Roll back and migrate again, one command after the other: \`lockstep rollback --to ${to}\`, then \`lockstep migrate\`.`
}

/** Refuses what one transaction cannot hold or roll back; `first` is undone first. */
function refuseBeyond<H>(entry: RegistryEntry<H>, first: RegistryEntry<H>, fix: string): void {
  const { transaction, effects, foreignKeys, version, name } = entry
  const refuse = (reason: string): never => {
    throw new LockstepError(redoRefused(entry, reason, fix))
  }
  if (transaction === false) refuse('it runs outside a transaction')
  if (effects !== undefined) refuse(`it touches the world outside the database (${effects})`)
  if (foreignKeys !== first.foreignKeys)
    throw new LockstepError(transactionMixed(version, name, fix))
}
