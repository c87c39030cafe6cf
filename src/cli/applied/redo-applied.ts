// Undoes the newest migrations as they were applied and applies them in their current form, in one transaction.
import { perform } from '../../database/outcome.js'
import type { Gate, GateStep } from '../../model/gate.js'
import type { Losses } from '../../model/losses.js'
import type { ManagerOptions } from '../../model/options.js'
import type { Plan } from '../../model/plan.js'
import type { RunReport } from '../../model/report.js'
import { undoByHand } from '../../model/told-step.js'
import { planRedo, planRedoAgain, type Redo } from '../../plan/plan-redo.js'
import type { Driver } from '../../database/driver.js'
import { environment, type Environment } from '../../run/environment/environment.js'
import { typed } from '../../run/environment/faults.js'
import type { KeyWatch } from '../../run/keys/key-watch.js'
import { keepingNeeded, runTowards } from '../../run/migrate.js'
import type { ClientHandle } from '../../../codegen/client/load-client.js'
import type { Undoing } from './undo-applied.js'
import { isLockstepError, LockstepError } from '../../errors/lockstep-error.js'
import { redoDiffers, redoUnconfirmed, redoUnproven } from '../../errors/redo.js'
import type { Registry } from '../../model/registry.js'
import { looksFirst } from '../../run/compare-schema.js'
import { gateWith } from '../../run/gate-with.js'
import { objectsOfOthers, ownedAt, type Owning } from '../../schema/owned-objects.js'
import { renderDifferences } from '../../schema/render-differences.js'
import { diffDigests } from '../../schema/schema-digest.js'
import { lookAtSchema, type OwnSchema, type SchemaLook } from '../../schema/schema-view.js'
import type { DownSource } from '../command/down-source.js'
import { renderLosses } from '../render/losses.js'
import { amongOthers, type MadeBeside } from './among-others.js'
import { findLosses } from './find-losses.js'
import { contentsIn, dropKept, keepContents, type Kept, type Tables } from './kept-content.js'

/** What to redo, and what is known about it. */
export interface RedoOrder {
  readonly driver: Driver<ClientHandle, 'sync'>
  readonly options: ManagerOptions
  readonly redo: Redo<ClientHandle>
  readonly undoing: Undoing
  /** Whether to continue although this would be lost, or its owner is unknown. */
  accepts(losses: Losses): boolean
}

/** All or nothing. Throws what planning throws, and `REDO_DIFFERS`, `REDO_UNCONFIRMED` and `REDO_UNPROVEN`. */
export function redoApplied({ driver, options, redo, undoing, accepts }: RedoOrder): RunReport {
  const { registry } = redo
  const own = (options.gates ?? []).map((gate) => bothWays(gate, redo))
  // All that the code lacks is above it, and is undone before anything below can be.
  const unreplaced = redo.applied
    .slice(registry.length)
    .map(({ version, name }) => ({ version, name }))
  const gates = [...own, redoGate({ ...undoing, registry, unreplaced, accepts })]
  const env = environment(driver, registry, { ...options, transaction: 'all', gates })
  const again = (plan: Plan<ClientHandle>) => planRedoAgain(redo, plan, env.options)
  const work = runTowards(keepingNeeded(env), (state) => planRedo(redo, state, env.options), again)
  try {
    return perform('sync', typed(env, work))
  } catch (error) {
    throw ofGuess(error, undoing)
  }
}

/** A `down` other than that of the applied version may fail without being wrong. */
function ofGuess(error: unknown, { sources }: Undoing): unknown {
  if (!isLockstepError(error, 'MIGRATION_FAILED') || error.facts['direction'] !== 'down')
    return error
  const { version } = error.facts
  const isGuess = sources.some((source) => source.from === 'code' && source.version === version)
  return isGuess
    ? new LockstepError({ ...LockstepError.partsOf(error), ...redoGuessed(Number(version)) }, error)
    : error
}

/** Undone steps are judged by what was applied, and applied steps by the current code. */
function bothWays(gate: Gate, { registry, applied }: Redo<ClientHandle>): Gate {
  type Env = Environment<ClientHandle>
  type Watch = KeyWatch<ClientHandle>
  const over = (env: Env, watch: Watch): Watch => {
    const watchWith = (known: Env['registry']): Watch =>
      (gate as (env: Env, watch: Watch) => Watch)({ ...env, registry: known }, watch)
    const watches = { down: watchWith(applied), up: watchWith(registry) }
    let present = watches.down
    return {
      ...watch,
      *before(task) {
        present = watches[task.direction]
        yield* present.before(task)
      },
      see: (sql) => present.see(sql),
      after: (task) => present.after(task),
    }
  }
  return over as Gate
}

/** The fix if the `down` that failed is the current one of the code, not that of the applied version. */
const redoGuessed = (version: number) => ({
  fix: `That is the current down, not the down of what was applied, which is not known here. Go back to the code that was applied, run \`lockstep gen\` there, which keeps a record, and redo then; or make the down undo what was applied, and redo; or ${undoByHand(version)}.`,
  next: '',
})

/** What is needed at the moment when everything is undone. */
interface Halfway {
  readonly registry: Registry<never>
  /** What the undone steps created, according to their records. */
  readonly made: Required<Owning>['made']
  /** Whether each of them has such a record. */
  readonly isRecorded: boolean
  /** What other histories create. */
  readonly beside: MadeBeside
  /** The origin of each `down` that the code does not have as it was applied. */
  readonly sources: readonly DownSource[]
  /** Steps that are undone and not applied again. */
  readonly unreplaced: Losses['unreplaced']
  /** Whether to continue although this is lost or unknown. */
  accepts(losses: Losses): boolean
}

/** Checks before anything is applied again, and when everything is. Throws `REDO_DIFFERS`, `REDO_UNCONFIRMED` and `REDO_UNPROVEN`. */
function redoGate(halfway: Halfway): Gate {
  return gateWith(({ database, table: ledger, ignoreTables }) => {
    let kept: Tables<Kept> | undefined
    let newest = 0
    let before: SchemaLook | undefined
    let judged: Judged | undefined
    const undone: { readonly version: number; readonly name: string }[] = []
    return {
      *before(step) {
        if (step.direction === 'down') undone.push({ version: step.version, name: step.name })
        if (kept && (step.direction === 'down' || judged)) return
        const own = yield* lookAtSchema(database, { ledger, ignoreTables })
        if (kept) {
          judged = judge({ ...halfway, registry: ownersIn(halfway, newest) }, step, own)
          return
        }
        before = own
        kept = yield* keepContents(database, yield* contentsIn(database, ledger))
        newest = step.version
      },
      see() {},
      *after(step) {
        if (!kept || !before || !judged || step.version < Math.min(newest, halfway.registry.length))
          return
        const contents = yield* contentsIn(database, ledger)
        const now = yield* lookAtSchema(database, { ledger, ignoreTables })
        const gone = yield* findLosses(database, kept, contents)
        const others = amongOthers(judged, { before, now, beside: halfway.beside })
        const losses = { ...gone, ...others, ...knownBefore(halfway, judged) }
        yield* dropKept(database, kept)
        if (!halfway.accepts(losses))
          throw new LockstepError(redoUnconfirmed(step, losses, renderLosses(losses), undone))
      },
    }
  })
}

/** An object that a pending step is prepared for may have been created by others. */
const ownersIn = ({ registry }: Halfway, newest: number): Registry<never> =>
  registry.filter((entry) => entry.version <= newest || !looksFirst(entry))

/** The losses known before anything is applied again. */
const knownBefore = ({ sources, unreplaced }: Halfway, { unknown }: Judged) => ({
  unknown,
  guessed: sources
    .filter(({ from }) => from === 'code')
    .map(({ version, name, irreversible }) => ({
      version,
      name,
      ...(irreversible !== undefined && { irreversible }),
    })),
  unreplaced,
})

/** The objects that belong to the history, and those that may. */
interface Judged {
  readonly known: ReadonlySet<string>
  readonly unknown: readonly string[]
}

/** `step` is the first one to be applied again. */
function judge(
  { registry, made, isRecorded, beside }: Halfway,
  step: GateStep,
  now: OwnSchema,
): Judged {
  const owned = ownedAt(registry, step.version - 1, { made, ignored: now.ignores })
  if (!owned) throw new LockstepError(redoUnproven(step))
  const differences = diffDigests(owned, now.schema)
  if (differences.length > 0)
    throw new LockstepError(redoDiffers(step, differences, renderDifferences(differences)))
  const others = isRecorded ? [] : objectsOfOthers(owned, now.schema)
  return { known: owned.known, unknown: others.filter((object) => !beside.has(object)) }
}
