// Whether each `.down.sql` file has the `.up.sql` file that it undoes.
import { basename } from 'node:path/posix'
import type { Diagnostic, MigrationFile } from '../model.js'
import { pairNamesDiffer, pairWithoutUp } from './discovery-problems.js'

/** A diagnostic for each `.down.sql` file that stands alone or beside an `.up.sql` file of another name. */
export function checkPairs(files: readonly MigrationFile[]): Diagnostic[] {
  const ups = files.filter(({ kind }) => kind === 'sql-up')
  return files
    .filter(({ kind }) => kind === 'sql-down')
    .map((down) =>
      checkPair(
        down,
        ups.filter((up) => up.from === down.from),
      ),
    )
    .filter((diagnostic) => diagnostic !== null)
}

function checkPair(down: MigrationFile, ups: readonly MigrationFile[]): Diagnostic | null {
  if (ups.some((up) => up.name === down.name)) return null
  const [up] = ups
  if (!up) return pairWithoutUp(down.file, down.file.replace(/\.down\.sql$/i, '.up.sql'))
  return pairNamesDiffer(down.file, up.file, basename(up.file).replace(/\.up\.sql$/i, '.down.sql'))
}
