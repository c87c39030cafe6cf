// Wires the kit: what each of its methods opens and tries.
import type { Mode } from '../../database/outcome.js'
import { tryWithRows } from './expect-data-survives.js'
import { reversibleEntries, reversibleEntry, tryBackAndForth } from './expect-reversible.js'
import { entryOf } from './entry-of.js'
import { bringTo, openAt } from './migrate-to.js'
import type { MigrationKit } from './migration-kit.js'
import { performIn, type Workshop } from './scene.js'
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
