// Checks that each `.down.sql` file has the `.up.sql` file that it undoes.
import { basename } from 'node:path/posix'
import type { Diagnostic } from '../model/diagnostic.js'
import type { MigrationFile } from '../model/migration.js'
import { pairNamesDiffer, pairWithoutUp } from './discovery-problems.js'

/** A diagnostic for each `.down.sql` file without an `.up.sql` file, or with one of another name. */
export function checkPairs(files: readonly MigrationFile[]): Diagnostic[] {
  const downs = files.filter(({ kind }) => kind === 'sql-down')
  return downs
    .map((down) =>
      checkPair(
        down,
        files.filter(({ kind, from }) => kind === 'sql-up' && from === down.from),
        downs,
      ),
    )
    .filter((diagnostic) => diagnostic !== null)
}

function checkPair(
  down: MigrationFile,
  ups: readonly MigrationFile[],
  downs: readonly MigrationFile[],
): Diagnostic | null {
  if (ups.some((up) => isPair(up, down))) return null
  const [up] = ups
  if (!up) return pairWithoutUp(down.file, down.file.replace(/\.down\.sql$/i, '.up.sql'))
  const suggestion = basename(up.file).replace(/\.up\.sql$/i, '.down.sql')
  const isTaken = downs.some((other) => isPair(up, other))
  return pairNamesDiffer(down.file, up.file, isTaken ? null : suggestion)
}

const isPair = (up: MigrationFile, down: MigrationFile): boolean =>
  up.from === down.from && up.name === down.name
