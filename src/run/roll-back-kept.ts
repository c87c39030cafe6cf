// Undoes versions that only another program has, with the `down` SQL kept beside the ledger.
import type { Work } from '../database/outcome.js'
import { isLockstepError, LockstepError } from '../errors/lockstep-error.js'
import { ledgerMoved } from '../errors/recovery.js'
import { schemaDigestsMissing } from '../errors/schema.js'
import type { Gate } from '../model/gate.js'
import type { LedgerRow, LedgerState } from '../model/ledger.js'
import type { RollbackOptions } from '../model/options.js'
import type { Plan } from '../model/plan.js'
import type { Registry } from '../model/registry.js'
import type { RunReport } from '../model/report.js'
import { MAKE_AGAIN } from '../model/told-step.js'
import { planRollback, type Policy } from '../plan/plan.js'
import { historyUpTo } from '../schema/schema-digest.js'
import { hasDigests } from '../schema/with-digests.js'
import type { Environment } from './environment/environment.js'
import type { Task } from './environment/task.js'
import type { KeyWatch } from './keys/key-watch.js'
import { withKeptDowns, type WithKept } from './ledger/kept-downs.js'
import { readingInSlices } from './ledger/lock.js'
import { readLedger } from './ledger/read-ledger.js'
import { runBack } from './migrate.js'
import { exactSchemaGate, othersGate } from './schema-gate.js'

/** What a rollback needs to know about a history that is not, or not only, that of the registry. */
export interface Undoing<H> {
  readonly env: Environment<H>
  /** The version from which on the database's own knowledge is used; Infinity if none is. */
  readonly from: number
  readonly plan: (state: LedgerState, target: RollbackOptions) => Plan<H>
}

/**
 * Undoes down to the target, newest first. With `keepDowns`, also versions that the registry lacks or has as something else, if
 * their SQL is kept; before and after each of those the schema must be that of its version, and of the one reached.
 */
export function* rollbackWork<H>(
  given: Environment<H>,
  registry: Registry<H>,
  target: RollbackOptions,
): Work<RunReport> {
  const { env, plan, from } = yield* undoing(given, registry)
  try {
    return yield* runBack(env, target, (wanted) => (state) => plan(state, wanted))
  } catch (error) {
    throw toldOfKept(error, (version) => version >= from)
  }
}

/** If a step fails whose `down` is kept in the database, the fix is manual: editing a file does not change it. */
export function toldOfKept(error: unknown, isKept: (version: number) => boolean): unknown {
  if (!isLockstepError(error) || !isKept(Number(error.facts['version']))) return error
  const parts = LockstepError.partsOf(error)
  const isLost = error.code === 'GATE_OBJECT_LOST' && parts.fix === MAKE_AGAIN
  if (!isLost && error.code !== 'FOREIGN_KEY_VIOLATED') return error
  const byHand = isLost
    ? 'If no migration creates these objects, drop them by hand, and recreate them afterwards'
    : 'Delete or repair those rows by hand first'
  const fix = `This down is kept in the database, and editing a file does not change it. ${byHand}; or undo it with the application that applied it.`
  return new LockstepError({ ...parts, fix }, error)
}

/**
 * The same run for when nobody is asked: an index or trigger that may belong to another history must not be lost when a table is
 * rebuilt.
 */
export const keepingOthers = <H>(env: Environment<H>): Environment<H> =>
  hasDigests(env.registry) ? { ...env, guard: othersGate } : env

/** Reads the kept `down`s of versions the registry lacks. Throws `SCHEMA_DIGESTS_MISSING` if there are no digests to prove them. */
export function* undoing<H>(env: Environment<H>, registry: Registry<H>): Work<Undoing<H>> {
  const whole: WithKept<H> = env.options.keepDowns
    ? yield* readingInSlices(env, () => known(env, registry))
    : { registry, from: Infinity, unknown: [] }
  const { from, unknown } = whole
  const policy: Policy = {
    ...env.options,
    ...(unknown.length > 0 && { unkept: unknown }),
  }
  return {
    env: from < Infinity ? proving(env, whole) : env,
    from,
    plan(state, target) {
      refuseMoved(state, whole)
      const code = registry.slice(whole.registry.length)
      return planRollback([...whole.registry, ...code], state, target, policy)
    },
  }
}

/** Throws `LEDGER_MOVED` if something else has been applied since what is kept was read. */
function refuseMoved<H>(state: LedgerState, { registry, from }: WithKept<H>): void {
  const rows = state.kind === 'ours' ? state.rows.filter(({ version }) => version >= from) : []
  if (rows.every(({ version, checksum }) => registry[version - 1]?.checksum === checksum)) return
  const [now, known] = [rows.at(-1)!.version, registry.length]
  throw new LockstepError(now > known ? ledgerMoved({ now, known }) : ledgerMoved())
}

function* known<H>(env: Environment<H>, registry: Registry<H>) {
  const state = yield* readLedger(env)
  const rows: readonly LedgerRow[] = state.kind === 'ours' ? state.rows : []
  const whole = yield* withKeptDowns(env, registry, rows)
  if (whole.from < Infinity) refuseUnproven(whole.registry, (version) => version < whole.from)
  return whole
}

/** Throws `SCHEMA_DIGESTS_MISSING` if nothing says what the schema should be; names the versions that are not the code's own. */
export function refuseUnproven(
  registry: Registry<never>,
  isOwn: (version: number) => boolean,
): void {
  if (historyUpTo(registry, registry.length)) return
  const missing = registry.filter(({ schemaDigest }) => schemaDigest === undefined)
  const others = missing.flatMap(({ version }) => (isOwn(version) ? [] : [version]))
  throw new LockstepError(schemaDigestsMissing(others))
}

/** The same run with the schema gate over the kept versions. */
function proving<H>(env: Environment<H>, { registry, from }: WithKept<H>): Environment<H> {
  const gates = [...(env.options.gates ?? []), provenGate((version) => version >= from)]
  return { ...env, registry, options: { ...env.options, gates } }
}

/** A gate that refuses steps of kept versions that do not lead to the schema they should. */
export function provenGate(isKept: (version: number) => boolean): Gate {
  const proven = exactSchemaGate as <H>(env: Environment<H>, watch: KeyWatch<H>) => KeyWatch<H>
  const gate = <H>(env: Environment<H>, watch: KeyWatch<H>): KeyWatch<H> => {
    const gated = proven(env, watch)
    const of = (task: Task<H>): KeyWatch<H> => (isKept(task.version) ? gated : watch)
    return {
      ...gated,
      before: (task) => of(task).before(task),
      after: (task) => of(task).after(task),
    }
  }
  return gate as Gate
}
