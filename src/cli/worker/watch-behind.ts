// Detects steps whose work is already done although the ledger lacks them: one outside a transaction is not begun, and one that
// fails because of it is reported as `status` and `verify` would.
import { orElse } from '../../model/or-else.js'
import type { Driver } from '../../database/driver.js'
import { perform, type Work } from '../../database/outcome.js'
import { isLockstepError, LockstepError } from '../../errors/lockstep-error.js'
import type { ManagerOptions } from '../../model/options.js'
import type { Problem } from '../../model/report.js'
import { versionId } from '../../model/version.js'
import { environment, type Environment } from '../../run/environment/environment.js'
import { gateWith } from '../../run/gate-with.js'
import type { ClientHandle } from '../../../codegen/client/load-client.js'
import { touchedObjects } from '../../run/compare-schema.js'
import { behindNow, lookAt } from '../database/find-behind.js'
import { refusalOf } from '../database/refuse-behind.js'
import type { RunJob } from './job-context.js'

/** A watch while migrations run. */
export interface BehindWatch {
  /** Adds a gate that throws `LEDGER_BEHIND` before a step outside a transaction; unchanged if there is no such step. */
  over(options: ManagerOptions): ManagerOptions
  /** The error with what is known about the objects the step ran into. */
  told(error: unknown): unknown
}

/** Checks the schema before each step outside a transaction, and after a failure. */
export function watchBehind(
  { registry, settings }: RunJob,
  driver: Driver<ClientHandle, 'sync'>,
): BehindWatch {
  const env = environment(driver, registry, settings.manager)
  const touched = new Map<number, readonly string[]>()
  const gate = gateWith(() => ({
    *before({ version, direction, outside }) {
      if (!outside || direction === 'down') return
      const look = yield* lookAt(env)
      const refusal = refusalOf(registry[version - 1]!, yield* behindNow(env, look), settings.root)
      if (refusal) throw refusal
      touched.set(version, touchedObjects(registry, version, look))
    },
    see() {},
    *after() {},
  }))
  return {
    over: (options) =>
      registry.some(({ transaction }) => transaction === false)
        ? { ...options, gates: [...(options.gates ?? []), gate] }
        : options,
    told(error) {
      if (!isLockstepError(error, 'MIGRATION_FAILED') || error.facts['direction'] !== 'up')
        return error
      const version = Number(error.facts['version'])
      const before = touched.get(version)
      return before ? tellTouched(error, before) : tellBehind(error, problemsOf(env))
    },
  }
}

/** For a step outside a transaction, the objects now include its own. */
function tellTouched(error: LockstepError, objects: readonly string[]): LockstepError {
  const { message, ...parts } = LockstepError.partsOf(error)
  if (objects.length === 0 || !/already exists|duplicate column name/i.test(message)) return error
  const id = versionId(Number(error.facts['version']))
  const said = `Before it started, the database already had parts of ${id}: ${objects.join(', ')}.`
  const facts = { ...error.facts, objects }
  return new LockstepError({ ...parts, message: `${message} ${said}`, facts }, error)
}

function tellBehind(error: LockstepError, problems: readonly Problem[]): LockstepError {
  const behind = problems.find(({ facts }) => facts?.['version'] === error.facts['version'])
  if (!behind) return error
  const parts = LockstepError.partsOf(error)
  return new LockstepError(
    {
      ...parts,
      message: `${parts.message} ${behind.message}`,
      fix: behind.fix,
      next: '',
      facts: { ...error.facts, objects: behind.facts?.['objects'] },
    },
    error,
  )
}

/** If nothing can be queried any more, the failure stays as it is. */
function problemsOf<H>(env: Environment<H>): readonly Problem[] {
  return orElse(() => perform('sync', foundNow(env)), [])
}

function* foundNow<H>(env: Environment<H>): Work<Problem[]> {
  return yield* behindNow(env, yield* lookAt(env))
}
