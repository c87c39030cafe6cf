// Two migrations have the same version.
import { renumberedName } from '../../project/file-name.js'
import { basename } from 'node:path/posix'
import type { MigrationFile } from '../../model/migration.js'
import { fileStart } from '../../diagnostics/problem.js'
import type { Finding, Rule } from '../subject/rule.js'
import { formatVersions, type VersionRange } from '../source/version-ranges.js'

/**
 * Judged by the file names, including list ranges, whatever the extension. A version that occurs twice in one list is reported by
 * the reading.
 */
export const versionDuplicate: Rule = {
  code: 'VERSION_DUPLICATE',
  severity: 'error',
  override: 'fixed',
  *check({ reading }) {
    yield* duplicateFiles(reading.discovery.files)
  },
}

/** One finding for each file that must move: all but the first with the same version. */
function* duplicateFiles(files: readonly MigrationFile[]): Generator<Finding> {
  let free = 1 + Math.max(0, ...files.map(({ to }) => to))
  let open: MigrationFile[] = []
  for (const file of withoutPairedDown(files)) {
    open = open.filter(({ to }) => to >= file.from)
    if (open.length > 0) {
      yield duplicateFile(file, open, free)
      free += 1 + file.to - file.from
    }
    open.push(file)
  }
}

/** A `.down.sql` file beside an `.up.sql` is the same migration, or is reported because their names differ. */
function withoutPairedDown(files: readonly MigrationFile[]): MigrationFile[] {
  const ups = new Set(files.filter(({ kind }) => kind === 'sql-up').map(({ from }) => from))
  return files.filter(({ kind, from }) => kind !== 'sql-down' || !ups.has(from))
}

function duplicateFile(
  file: MigrationFile,
  others: readonly MigrationFile[],
  free: number,
): Finding {
  const last = Math.min(file.to, Math.max(...others.map(({ to }) => to)))
  const shared: VersionRange = [file.from, last]
  const names = [...others, file].map((one) => one.file)
  const many = last > file.from
  return {
    at: fileStart(file.file),
    message: `V${formatVersions(shared).slice(1)} ${many ? 'are' : 'is'} taken more than once: by ${list(names, 'and')}.`,
    fix: fixOf([...others, file], free),
  }
}

/** The folder does not show which of them is new. */
const fixOf = (files: readonly MigrationFile[], free: number): string =>
  `The one that was released first keeps its number, and the other gets the next free one: ${list(
    files.map((file) => moveTo(file, free)),
    'or',
  )}. \`lockstep renumber --base <branch>\` does that, with the branch that has the first.`

function moveTo(file: MigrationFile, free: number): string {
  const name = basename(file.file)
  return `${name} would become ${renumberedName(name, file, free)}`
}

const list = (names: readonly string[], word: 'and' | 'or'): string =>
  `${names.slice(0, -1).join(', ')} ${word} ${names.at(-1)!}`
