// Tests the way back: a version is applied, undone and applied again.
import type { Mode, Work } from '../../database/outcome.js'
import {
  during,
  expectationNoDown,
  expectationNotRepeatable,
  expectationNotReversible,
  expectationStepsFailed,
  expectationVoid,
} from '../../errors/expectations.js'
import { versionId } from '../../model/version.js'
import { failureOf, throwTogether, type Failure } from './failures.js'
import { LockstepError } from '../../errors/lockstep-error.js'
import type { Registry, RegistryEntry } from '../../model/registry.js'
import {
  expectRows,
  expectSameSchema,
  lastingRows,
  look,
  underOldNames,
  type Look,
} from './look.js'
import type { ReversibleTrial } from './migration-kit.js'
import { call, moveTo, withScene, type Scene, type Workshop } from './scene.js'

/**
 * Tests these versions, in ascending order; with rows of the test each in its own database. After a failure it continues with a
 * new database, and throws afterwards: the only failure, or `EXPECTATION_STEPS_FAILED` with the first as its cause.
 */
export function* tryBackAndForth<D>(
  workshop: Workshop<D>,
  entries: readonly RegistryEntry<D>[],
  trial: ReversibleTrial<D, Mode>,
): Work<readonly number[]> {
  const failures: Failure[] = []
  let next = 0
  while (next < entries.length) {
    let tried: RegistryEntry<D> | undefined
    try {
      yield* withScene(workshop, function* (scene) {
        do {
          tried = entries[next++]!
          yield* backAndForth(scene, tried, trial)
          tried = undefined
        } while (!trial.before && next < entries.length)
      })
    } catch (error) {
      if (!tried) throw error
      note(failures, failureOf(versionId(tried.version), error))
    }
  }
  throwTogether(failures, (told) => expectationStepsFailed(told, entries.length))
  return entries.map(({ version }) => version)
}

/** A migration that cannot be applied prevents testing all later ones, which is reported once. */
function note(failures: Failure[], failure: Failure): void {
  if (failures.every(({ message }) => message !== failure.message)) failures.push(failure)
}

/** Those that have a `down` without acknowledged findings, and no effects outside. Throws `EXPECTATION_VOID` if there are none. */
export function reversibleEntries<D>(registry: Registry<D>): readonly RegistryEntry<D>[] {
  const entries = registry.filter(
    ({ reversible, effects, acknowledged }) =>
      reversible && effects === undefined && acknowledged === undefined,
  )
  if (entries.length > 0) return entries
  const fix = 'Write a `down` where there can be one, or leave this test out.'
  throw new LockstepError(expectationVoid('no migration has a `down` that can be tried', fix))
}

/** The requested one. Throws `EXPECTATION_NO_DOWN`. */
export function reversibleEntry<D>(entry: RegistryEntry<D>): RegistryEntry<D> {
  if (entry.reversible) return entry
  throw new LockstepError(expectationNoDown(entry, entry.irreversible))
}

function* backAndForth<D>(
  scene: Scene<D>,
  entry: RegistryEntry<D>,
  trial: ReversibleTrial<D, Mode>,
): Work<void> {
  const below = entry.version - 1
  yield* moveTo(scene, below)
  if (trial.before) yield* call(scene, 'before', () => trial.before?.(scene.db, below))
  const before = yield* look(scene)
  const applied = yield* lookAt(scene, entry.version)
  const undone = yield* lookAt(scene, below)
  expectSameSchema(before, undone, (...found) => expectationNotReversible(entry, ...found))
  const lasting = lastingRows(before.rows, underOldNames(applied.rows, trial), (rows) => rows)
  expectRows(during('Applying and undoing', entry), lasting, undone.rows, trial.loses)
  const again = yield* lookAt(scene, entry.version)
  expectSameSchema(applied, again, (...found) => expectationNotRepeatable(entry, ...found))
}

function* lookAt<D>(scene: Scene<D>, version: number): Work<Look> {
  yield* moveTo(scene, version)
  return yield* look(scene)
}
