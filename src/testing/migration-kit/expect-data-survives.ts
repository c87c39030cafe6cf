// Tests what happens to rows when a version is applied and undone.
import type { Mode, Work } from '../../database/outcome.js'
import { during, expectationVoid } from '../../errors/expectations.js'
import { LockstepError } from '../../errors/lockstep-error.js'
import type { RegistryEntry } from '../../model/registry.js'
import { versionId } from '../../model/version.js'
import { expectRows, lastingRows, look, totalOf, underOldNames, type Look } from './look.js'
import type { SurvivalTrial } from './migration-kit.js'
import { call, moveTo, withScene, type Scene, type Workshop } from './scene.js'

/** Applies a version to a database with rows, and undoes it if possible. */
export function tryWithRows<D>(
  workshop: Workshop<D>,
  entry: RegistryEntry<D>,
  trial: SurvivalTrial<D, Mode>,
): Work<void> {
  return withScene(workshop, function* (scene) {
    const { db } = scene
    yield* moveTo(scene, entry.version - 1)
    yield* call(scene, 'before', () => trial.before(db))
    const before = yield* look(scene)
    requireRows(before, 'before', entry.version - 1)
    yield* moveTo(scene, entry.version)
    const applied = underOldNames((yield* look(scene)).rows, trial)
    expectRows(during('Applying', entry), before.rows, applied, trial.loses)
    if (trial.after) yield* call(scene, 'after', () => trial.after?.(db))
    if (entry.reversible) yield* undoWithRows(scene, entry, trial, before)
  })
}

/** Changes by `after` itself are no loss, and neither are rows that `up` has created and `down` removes. */
function* undoWithRows<D>(
  scene: Scene<D>,
  entry: RegistryEntry<D>,
  trial: SurvivalTrial<D, Mode>,
  before: Look,
): Work<void> {
  const above = underOldNames((yield* look(scene)).rows, trial)
  yield* moveTo(scene, entry.version - 1)
  const undone = yield* look(scene)
  const lasting = lastingRows(before.rows, above, Math.min)
  expectRows(during('Undoing', entry), lasting, undone.rows, trial.loses)
  if (trial.afterDown) yield* call(scene, 'afterDown', () => trial.afterDown?.(scene.db))
}

/** Throws `EXPECTATION_VOID` if there is no row that could be lost. `callback` should have created some. */
export function requireRows(found: Look, callback: string, version: number): void {
  if (totalOf(found) > 0) return
  const reason = `once \`${callback}\` has run, no table of version ${versionId(version)} has a row that could be lost`
  throw new LockstepError(expectationVoid(reason, `Insert rows in \`${callback}\`.`))
}
