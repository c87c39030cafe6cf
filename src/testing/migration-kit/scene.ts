// Databases for tests of migrations: opens new ones, moves them between versions, and closes them again.
import type { Driver } from '../../database/driver.js'
import {
  isPromise,
  perform,
  settled,
  type Mode,
  type Outcome,
  type Work,
} from '../../database/outcome.js'
import { expectationNotEmpty, expectationPromise } from '../../errors/expectations.js'
import { isLockstepError, LockstepError } from '../../errors/lockstep-error.js'
import { MigrationManager } from '../../manager.js'
import type { ManagerOptions } from '../../model/options.js'
import type { Registry } from '../../model/registry.js'
import { together } from '../../run/together.js'

/** What a kit works with, whatever the client. */
export interface Workshop<D> {
  readonly registry: Registry<D>
  /** The histories that are applied before it. */
  readonly needs: Readonly<Record<string, Registry<never>>>
  readonly options: ManagerOptions
  open(): D | PromiseLike<D>
  close(db: D): unknown
  driver(db: D): Driver<D, Mode>
}

/** One database with its driver and manager. */
export interface Scene<D> {
  readonly db: D
  readonly driver: Driver<D, Mode>
  readonly manager: MigrationManager<D, Mode>
  /** Brings the needed histories to their newest versions. */
  bringNeeded(): Work<unknown>
}

/**
 * Runs work in the mode of the driver, which only a database can tell: the first one that the work opens is opened before
 * it begins.
 */
export function performIn<D, T>(
  workshop: Workshop<D>,
  work: (workshop: Workshop<D>) => Work<T>,
): Outcome<Mode, T> {
  const opened = [workshop.open()]
  const [first] = opened as [D | PromiseLike<D>]
  const mode = isPromise(first) ? 'async' : workshop.driver(first).mode
  return perform(mode, work({ ...workshop, open: () => opened.pop() ?? workshop.open() }))
}

/** Does something with a new database, and closes it in any case. Throws `EXPECTATION_NOT_EMPTY`. */
export function* withScene<D, T>(
  workshop: Workshop<D>,
  act: (scene: Scene<D>) => Work<T>,
): Work<T> {
  const db = yield* settled(workshop.open())
  const answer = yield* closingOnFailure(workshop, db, function* () {
    const scene = sceneOf(workshop, db)
    yield* requireEmpty(scene)
    return yield* act(scene)
  })
  yield* settled(workshop.close(db))
  return answer
}

/** Closes the database on failure; an error while closing must not hide the reason. */
export function* closingOnFailure<D, T>(
  { close }: Workshop<D>,
  db: D,
  act: () => Work<T>,
): Work<T> {
  try {
    return yield* act()
  } catch (error) {
    try {
      yield* settled(close(db))
    } catch {
      // The earlier failure is what the test is about.
    }
    throw error
  }
}

/** A database with its driver and manager. */
export function sceneOf<D>(
  { registry, needs, options, ...workshop }: Workshop<D>,
  db: D,
): Scene<D> {
  const driver = workshop.driver(db)
  const { table, ...others } = options
  const { lockTimeoutMs, now, env } = options
  // For histories with names, `table` is the ledger of the unnamed one.
  const isTold = registry[0]?.history !== undefined && Object.keys(needs).length > 0
  const shared = { lockTimeoutMs, now, env, ...(isTold && { table }) }
  return {
    db,
    driver,
    manager: new MigrationManager(driver, registry, isTold ? others : options),
    bringNeeded: () => together(driver, needs, shared),
  }
}

/** Throws `EXPECTATION_NOT_EMPTY` unless the database is empty. */
export function* requireEmpty<D>({ manager }: Scene<D>): Work<void> {
  const { state } = yield* settled(manager.status())
  if (state !== 'empty') throw new LockstepError(expectationNotEmpty(state))
}

/** Brings a database to a version, up or down, after what it needs; throws what the manager throws. */
export function* moveTo<D>(scene: Scene<D>, version: number): Work<void> {
  const { manager } = scene
  const from = yield* settled(manager.currentVersion())
  if (version < from) {
    yield* settled(manager.rollback({ to: version }))
    return
  }
  yield* explained(function* () {
    yield* scene.bringNeeded()
    if (version > 0) yield* settled(manager.migrate({ to: version }))
  })
}

/** Adds to errors about missing needs how to pass them to a kit. */
function* explained(work: () => Work<void>): Work<void> {
  try {
    yield* work()
  } catch (error) {
    if (!isLockstepError(error, 'NEEDS_UNMET')) throw error
    throw new LockstepError({ ...LockstepError.partsOf(error), fix: NAME_NEEDED }, error)
  }
}

const NAME_NEEDED =
  'Give the kit the registries of all histories that are needed, up to the versions that are, which it applies before: `testMigrations(registry, { open, needs: { core } })`.'

/** Calls a function of the test, and waits for it if the driver is asynchronous. Throws `EXPECTATION_PROMISE`. */
export function* call<D>({ driver }: Scene<D>, name: string, callback: () => unknown): Work<void> {
  const answer = callback()
  if (driver.mode === 'sync' && isPromise(answer)) {
    answer.then(undefined, () => {})
    throw new LockstepError(expectationPromise(name))
  }
  yield* settled(answer)
}
