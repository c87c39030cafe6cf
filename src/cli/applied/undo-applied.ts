// Rolls back what was applied, even if the code now has something else.
import type { Driver } from '../../database/driver.js'
import { perform, type Work } from '../../database/outcome.js'
import type { LedgerRow, LedgerState } from '../../model/ledger.js'
import type { ManagerOptions, RollbackOptions } from '../../model/options.js'
import type { Plan } from '../../model/plan.js'
import type { Registry, RegistryEntry } from '../../model/registry.js'
import type { RunReport } from '../../model/report.js'
import { versionId } from '../../model/version.js'
import { versionOf } from '../../plan/describe-status.js'
import { planRollback } from '../../plan/plan.js'
import { waysToCode } from '../../plan/way-to-code.js'
import { environment, type Environment } from '../../run/environment/environment.js'
import { typed } from '../../run/environment/faults.js'
import { readKeptDowns } from '../../run/ledger/kept-downs.js'
import { readingInSlices } from '../../run/ledger/lock.js'
import { readLedger } from '../../run/ledger/read-ledger.js'
import { refuseNeeded, type NeedsKnown } from '../../run/histories/refuse-needed.js'
import { runBack } from '../../run/migrate.js'
import type { ClientHandle } from '../../../codegen/client/load-client.js'
import type { Unusable } from '../../../codegen/records/read-step.js'
import { isIntegration } from '../generate/choose-memory.js'
import type { Settings } from '../settings/settings.js'
import type { DownSource } from '../command/down-source.js'
import { appliedRegistry, otherRows } from './applied-registry.js'
import { findStepsToRun, refuseUnknown, type AppliedStep } from './find-steps.js'
import type { MadeBeside } from './among-others.js'
import { madeBeside, neededBeside } from './made-beside.js'

/** What to undo, as it was applied. */
export interface Undoing {
  readonly registry: Registry<ClientHandle>
  /** The origin of each `down` that the code does not have as it was applied. */
  readonly sources: readonly DownSource[]
  /** The objects that these have created or changed, as far as recorded, and whether that is recorded for each. */
  readonly made: readonly string[]
  readonly isRecorded: boolean
  /** The versions whose `down` is kept in the database: only the resulting schema shows whether it is theirs. */
  readonly unproven: ReadonlySet<number>
  /** The objects that other histories create. */
  readonly beside: MadeBeside
}

/** The code and target of a rollback. */
export interface UndoingOrder {
  readonly settings: Settings
  readonly registry: Registry<ClientHandle>
  readonly target: RollbackOptions
  readonly signal: Required<ManagerOptions>['signal']
  /** What to do with versions that are found nowhere: `refuse`, or undo them with the current `down` of the code. */
  readonly otherwise: 'refuse' | 'present'
}

/**
 * Looks for what a rollback would undo. Throws `DOWN_UNKNOWN`, also for what is found but cannot be loaded, and
 * `NEEDED_ELSEWHERE`, also if only the registry of another history says so.
 */
export async function readUndoing(
  { settings, registry, target, signal, otherwise }: UndoingOrder,
  driver: Driver<ClientHandle, 'sync'>,
): Promise<Undoing> {
  const env = environment(driver, registry, { ...settings.manager, signal })
  const rows = rowsOf(readNow(env, () => readLedger(env)))
  const { to = versionOf(rows) - (target.steps ?? 1) } = target
  const beside = await lookBeside(settings, (known) => {
    const going = rows.filter(({ version }) => version > to)
    readNow(env, () => refuseNeeded(env, going, known))
  })
  const others = otherRows(registry, rows)
  const undone = others.filter(({ version }) => version > to)
  const unusable: Unusable[] = []
  const recorded = await findStepsToRun(undone, settings, (what) => unusable.push(what))
  const inLedger = readNow(env, () => readKeptDowns(env, others))
  const usable = stepsOf(
    [...inLedger].filter(
      ([version, { reversible }]) => version > to && reversible && !recorded.has(version),
    ),
  )
  const kept = new Map([...recorded, ...usable])
  const found = otherwise === 'present' ? withPresent(undone, kept, registry) : kept
  refuseUnknown(undone, found, {
    unusable,
    isUnbelieved: isIntegration(process.env['CI']),
    redo: otherwise === 'refuse' ? wayByRedo(undone, rows, registry) : null,
  })
  const changes = undone.map(({ version }) => kept.get(version)?.entry.schemaChanges)
  return {
    registry: appliedRegistry(registry, rows, entriesOf(inLedger, found)),
    sources: [...found.values()].map(sourceOf).reverse(),
    made: changes.flatMap((change) => Object.keys(change ?? {})),
    isRecorded: changes.every((change) => change !== undefined),
    unproven: new Set(usable.map(([version]) => version)),
    beside,
  }
}

/** A record written without replay does not say what its version creates; what was kept on applying it may. */
function entriesOf(
  inLedger: ReadonlyMap<number, RegistryEntry<ClientHandle>>,
  found: ReadonlyMap<number, AppliedStep>,
): ReadonlyMap<number, RegistryEntry<ClientHandle>> {
  const own = [...found].map(([version, { entry }]) => {
    const { schemaDigest, schemaChanges } = inLedger.get(version) ?? {}
    const told = schemaDigest !== undefined && {
      schemaDigest,
      ...(schemaChanges && { schemaChanges }),
    }
    return [version, entry.schemaDigest === undefined ? { ...entry, ...told } : entry] as const
  })
  return new Map([...inLedger, ...own])
}

async function lookBeside(
  settings: Settings,
  refuse: (known: NeedsKnown) => void,
): Promise<MadeBeside> {
  if (Object.keys(settings.histories ?? {}).length === 0) return new Map()
  refuse(await neededBeside(settings))
  return madeBeside(settings)
}

const stepsOf = (
  entries: readonly (readonly [number, RegistryEntry<ClientHandle>])[],
): [number, AppliedStep][] =>
  entries.map(([version, entry]) => {
    const { name } = entry
    return [version, { entry, source: { version, id: versionId(version), name, from: 'ledger' } }]
  })

/**
 * Uses the `down` of the code for versions that are found nowhere, and for those that were applied without one and got one by an
 * edit.
 */
function withPresent(
  rows: readonly LedgerRow[],
  kept: ReadonlyMap<number, AppliedStep>,
  registry: Registry<ClientHandle>,
): ReadonlyMap<number, AppliedStep> {
  const found = rows.flatMap((row): [number, AppliedStep][] => {
    const own = kept.get(row.version)
    const entry = registry[row.version - 1]
    const isMended = entry?.reversible === true && (!own || entry.name === row.name)
    const isOwn = own?.entry.reversible === true || !isMended
    const step = isOwn ? own : { entry, source: presentSource(row, own) }
    return step ? [[row.version, step]] : []
  })
  return new Map(found)
}

const sourceOf = ({ entry, source }: AppliedStep): DownSource =>
  entry.reversible ? source : { ...source, irreversible: entry.irreversible ?? '' }

function presentSource(
  { version, name, downChecksum }: LedgerRow,
  own: AppliedStep | undefined,
): DownSource {
  const irreversible = own?.entry.irreversible ?? ''
  return {
    version,
    id: versionId(version),
    name,
    from: 'code',
    ...(downChecksum === null && { irreversible }),
    ...(isIntegration(process.env['CI']) && { unbelieved: true }),
  }
}

/** How a redo would undo the same with the current `down` of the code; null if it has none, or that of another migration. */
function wayByRedo(
  undone: readonly LedgerRow[],
  rows: readonly LedgerRow[],
  registry: Registry<ClientHandle>,
): string | null {
  const [lowest] = undone
  const isThere = undone.every(({ version, name }) => {
    const entry = registry[version - 1]
    return entry?.name === name && entry.reversible
  })
  const way = lowest && isThere ? waysToCode(registry, rows).follow(lowest.version) : ''
  return way.startsWith('`lockstep redo') ? way : null
}

const readNow = <T>(env: Environment<ClientHandle>, read: () => Work<T>): T =>
  perform('sync', typed(env, readingInSlices(env, read)))

const rowsOf = (state: LedgerState): readonly LedgerRow[] =>
  state.kind === 'ours' ? state.rows : []

/**
 * Undoes applied versions that the code replaces. Rows with older digests, and those on top of an edit, stay as they are: only
 * the code could say what they should be.
 */
export function undoApplied(env: Environment<ClientHandle>, target: RollbackOptions): RunReport {
  const plan = (wanted: RollbackOptions) => (state: LedgerState) =>
    withoutRestamps(planRollback(env.registry, state, wanted, env.options))
  return perform('sync', typed(env, runBack(env, target, plan, 'applied')))
}

const withoutRestamps = <H>(plan: Plan<H>): Plan<H> => ({
  ...plan,
  steps: plan.steps.filter(({ kind }) => kind !== 'restamp'),
})
