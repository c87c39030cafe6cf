// Groups migrations into units that are renumbered as a whole: one migration with its files, or a list with all its migrations.
import { groupedBy } from '../../src/model/collected.js'
import type { MigrationFile, ParsedMigration, Reading } from '../model/migration.js'

/** One file, or both files of a pair, with the migrations in them. */
export interface Unit {
  /** The first one is named in messages. */
  readonly files: readonly MigrationFile[]
  readonly from: number
  readonly to: number
  readonly migrations: readonly ParsedMigration[]
}

/** The units of a folder in order of version, then of file name. */
export function unitsOf({ migrations }: Pick<Reading, 'migrations'>): Unit[] {
  return [...groupedBy(migrations, ({ file }) => file)]
    .map(([file, own]) => {
      const files = [file, ...own.flatMap(({ downFile }) => downFile ?? [])]
      return { files, from: file.from, to: file.to, migrations: own }
    })
    .sort((a, b) => a.from - b.from || (a.files[0]!.file < b.files[0]!.file ? -1 : 1))
}

/** The file that messages name for the unit. */
export const fileOf = ({ files }: Unit): string => files[0]!.file

/** Pairs of units that claim the same number, the first in order first. */
export function collisions(units: readonly Unit[]): [Unit, Unit][] {
  return units.flatMap((a, index) =>
    units
      .slice(index + 1)
      .filter((b) => b.from <= a.to && a.from <= b.to)
      .map((b): [Unit, Unit] => [a, b]),
  )
}
