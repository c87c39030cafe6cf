// The way back: a version is applied, undone and applied again.
import type { Mode, Work } from '../../database/outcome.js'
import {
  during,
  expectationNoDown,
  expectationNotRepeatable,
  expectationNotReversible,
  expectationVoid,
} from '../../errors/expectations.js'
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

/** Tries these versions, in ascending order; with rows of the test each in a database of its own. */
export function* tryBackAndForth<D>(
  workshop: Workshop<D>,
  entries: readonly RegistryEntry<D>[],
  trial: ReversibleTrial<D, Mode>,
): Work<readonly number[]> {
  if (trial.before) {
    for (const entry of entries)
      yield* withScene(workshop, (scene) => backAndForth(scene, entry, trial))
  } else {
    yield* withScene(workshop, function* (scene) {
      for (const entry of entries) yield* backAndForth(scene, entry, trial)
    })
  }
  return entries.map(({ version }) => version)
}

/** Those that have a `down` and touch nothing outside. Throws `EXPECTATION_VOID` where there are none. */
export function reversibleEntries<D>(registry: Registry<D>): readonly RegistryEntry<D>[] {
  const entries = registry.filter(({ reversible, effects }) => reversible && effects === undefined)
  if (entries.length > 0) return entries
  const fix = 'Write a down where there can be one, or leave this test out.'
  throw new LockstepError(expectationVoid('no migration has a down that can be tried', fix))
}

/** The one that is asked for. Throws `EXPECTATION_NO_DOWN`. */
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
