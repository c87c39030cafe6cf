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
import { LockstepError } from '../../errors/lockstep-error.js'
import { MigrationManager } from '../../manager.js'
import type { ManagerOptions } from '../../model/options.js'
import type { Registry } from '../../model/registry.js'

/** What a kit works with, whatever the client. */
export interface Workshop<D> {
  readonly registry: Registry<D>
  readonly options: ManagerOptions
  open(): D | PromiseLike<D>
  close(db: D): unknown
  driver(db: D): Driver<D, Mode>
}

/** One database with what works on it. */
export interface Scene<D> {
  readonly db: D
  readonly driver: Driver<D, Mode>
  readonly manager: MigrationManager<D, Mode>
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

/** Does something with a new database, and closes it whatever comes of it. Throws `EXPECTATION_NOT_EMPTY`. */
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

/** Closes the database when something fails; that it cannot be closed must not hide why. */
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
      // What failed before is what the test is about.
    }
    throw error
  }
}

/** A database with what works on it. */
export function sceneOf<D>({ driver, registry, options }: Workshop<D>, db: D): Scene<D> {
  const wrapped = driver(db)
  return { db, driver: wrapped, manager: new MigrationManager(wrapped, registry, options) }
}

/** Throws `EXPECTATION_NOT_EMPTY` for a database that has anything in it. */
export function* requireEmpty<D>({ manager }: Scene<D>): Work<void> {
  const { state } = yield* settled(manager.status())
  if (state !== 'empty') throw new LockstepError(expectationNotEmpty(state))
}

/** Brings a database to a version, up or down; throws what the manager throws. */
export function* moveTo<D>({ manager }: Scene<D>, version: number): Work<void> {
  const from = yield* settled(manager.currentVersion())
  if (version === 0 && from === 0) return
  if (version < from) yield* settled(manager.rollback({ to: version }))
  else yield* settled(manager.migrate({ to: version }))
}

/** Calls a function of the test, and waits for it where the driver is asynchronous. Throws `EXPECTATION_PROMISE`. */
export function* call<D>({ driver }: Scene<D>, name: string, callback: () => unknown): Work<void> {
  const answer = callback()
  if (driver.mode === 'sync' && isPromise(answer)) {
    answer.then(undefined, () => {})
    throw new LockstepError(expectationPromise(name))
  }
  yield* settled(answer)
}
