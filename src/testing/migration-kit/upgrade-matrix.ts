// Tests upgrades from the released versions to the latest.
import type { Mode, Work } from '../../database/outcome.js'
import { expectationUpgradeDiffers, expectationUpgradesFailed } from '../../errors/expectations.js'
import { failureOf, throwTogether, type Failure } from './failures.js'
import { LockstepError } from '../../errors/lockstep-error.js'
import { optionInvalid } from '../../errors/usage.js'
import type { Registry } from '../../model/registry.js'
import { versionId } from '../../model/version.js'
import { entryOf } from './entry-of.js'
import { requireRows } from './expect-data-survives.js'
import { expectRows, expectSameSchema, look, underOldNames, type Look } from './look.js'
import type { UpgradeMatrix } from './migration-kit.js'
import { call, moveTo, withScene, type Workshop } from './scene.js'

/** A path to the latest version, one for each released one. */
export interface Upgrade {
  readonly name: string
  readonly from: number
}

/** Throws `OPTION_INVALID` and `TARGET_UNKNOWN`. */
export function upgradesOf(
  registry: Registry<never>,
  { released }: UpgradeMatrix<never, Mode, number>,
): readonly Upgrade[] {
  if (released.length === 0)
    throw new LockstepError(optionInvalid('released', '[]', 'a list of at least one version'))
  const title = (version: number): string =>
    `${versionId(version)} (${entryOf(registry, version).name})`
  return released.map((from) => {
    return { from, name: `from ${title(from)} to ${title(registry.length)}` }
  })
}

/** Upgrades a database of that version, with rows, to the latest. */
export function* tryUpgrade<D>(
  workshop: Workshop<D>,
  { from, name }: Upgrade,
  matrix: UpgradeMatrix<D, Mode, number>,
): Work<void> {
  const latest = workshop.registry.length
  const found = yield* withScene(workshop, function* (scene) {
    const { db } = scene
    yield* moveTo(scene, from)
    yield* call(scene, 'seed', () => matrix.seed(db, from))
    const before = yield* look(scene)
    requireRows(before, 'seed', from)
    yield* moveTo(scene, latest)
    const upgraded = yield* look(scene)
    const rows = underOldNames(upgraded.rows, matrix)
    expectRows(`The upgrade ${name}`, before.rows, rows, matrix.loses)
    if (matrix.check) yield* call(scene, 'check', () => matrix.check?.(db, from))
    return upgraded
  })
  const wanted = yield* lookAtFresh(workshop, latest)
  expectSameSchema(wanted, found, (...differing) => expectationUpgradeDiffers(name, ...differing))
}

const lookAtFresh = <D>(workshop: Workshop<D>, version: number): Work<Look> =>
  withScene(workshop, function* (scene) {
    yield* moveTo(scene, version)
    return yield* look(scene)
  })

/** Tests them all, and throws afterwards: the only failure, or `EXPECTATION_UPGRADES_FAILED` with the first as its cause. */
export function* tryUpgrades<D>(
  workshop: Workshop<D>,
  upgrades: readonly Upgrade[],
  matrix: UpgradeMatrix<D, Mode, number>,
): Work<void> {
  const failures: Failure[] = []
  for (const upgrade of upgrades) {
    try {
      yield* tryUpgrade(workshop, upgrade, matrix)
    } catch (error) {
      failures.push(failureOf(upgrade.name, error))
    }
  }
  throwTogether(failures, (told) => expectationUpgradesFailed(told, upgrades.length))
}
