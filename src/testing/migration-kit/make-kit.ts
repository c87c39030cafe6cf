// Wires the kit: what each of its methods opens and tests.
import { type Mode, settled, type Work } from '../../database/outcome.js'
import { tryWithRows } from './expect-data-survives.js'
import { reversibleEntries, reversibleEntry, tryBackAndForth } from './expect-reversible.js'
import { entryOf } from './entry-of.js'
import type { MigrationKit } from './migration-kit.js'
import {
  performIn,
  type Workshop,
  closingOnFailure,
  moveTo,
  requireEmpty,
  sceneOf,
} from './scene.js'
import { tryUpgrade, tryUpgrades, upgradesOf } from './upgrade-matrix.js'

/** The kit over a workshop; opens nothing by itself. */
export function makeKit<D>(workshop: Workshop<D>): MigrationKit<D, Mode, number> {
  const { registry } = workshop
  return {
    versions: registry.map(({ version }) => version),
    migrateTo(version, db) {
      if (version !== 0) entryOf(registry, version)
      return db === undefined
        ? performIn(workshop, (own) => openAt(own, version))
        : performIn({ ...workshop, open: () => db }, (given) => bringTo(given, version))
    },
    expectReversible(version, trial = {}) {
      const entries =
        version === undefined
          ? reversibleEntries(registry)
          : [reversibleEntry(entryOf(registry, version))]
      return performIn(workshop, (own) => tryBackAndForth(own, entries, trial))
    },
    expectDataSurvives(version, trial) {
      const entry = entryOf(registry, version)
      if (trial.afterDown) reversibleEntry(entry)
      return performIn(workshop, (own) => tryWithRows(own, entry, trial))
    },
    upgradeMatrix: (matrix) =>
      upgradesOf(registry, matrix).map((upgrade) => ({
        ...upgrade,
        run: () => performIn(workshop, (own) => tryUpgrade(own, upgrade, matrix)),
      })),
    expectUpgrades(matrix) {
      const upgrades = upgradesOf(registry, matrix)
      return performIn(workshop, (own) => tryUpgrades(own, upgrades, matrix))
    },
  }
}

/** Opens a new database and brings it to a version; closes it only on failure. */
function* openAt<D>(workshop: Workshop<D>, version: number): Work<D> {
  const db = yield* settled(workshop.open())
  return yield* closingOnFailure(workshop, db, function* () {
    const scene = sceneOf(workshop, db)
    yield* requireEmpty(scene)
    yield* moveTo(scene, version)
    return db
  })
}

/** Brings an existing database to a version, and leaves it open. */
function* bringTo<D>(workshop: Workshop<D>, version: number): Work<D> {
  const db = yield* settled(workshop.open())
  yield* moveTo(sceneOf(workshop, db), version)
  return db
}
