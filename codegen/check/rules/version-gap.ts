// A version is missing between two migrations, or before the first.
import { basename } from 'node:path/posix'
import { versionId } from '../../../src/model/version.js'
import type { MigrationFile } from '../../model.js'
import { fileStart } from '../place.js'
import type { Finding, Rule } from '../rule.js'
import { formatVersions, type VersionRange } from '../version-ranges.js'

/**
 * Judged by the file names, list ranges included, so that it holds for files that cannot be read too. What is missing
 * inside a list is told by the reading.
 */
export const versionGap: Rule = {
  code: 'VERSION_GAP',
  severity: 'error',
  standing: 'fixed',
  stage: 'migrations',
  meaning: 'A version between 001 and the last one has no migration.',
  problem:
    'A missing migration was most likely deleted or not committed. Databases that never had it would end with another ' +
    'schema than those that did, and nobody would be told.',
  solution:
    'Restore the file from version control. If it was never released, give its number to the migration after it.',
  *check({ reading }) {
    yield* gapsBetweenFiles(reading.discovery.files)
  },
}

function* gapsBetweenFiles(files: readonly MigrationFile[]): Generator<Finding> {
  let previous: MigrationFile | undefined
  for (const file of [...files].sort((a, b) => a.from - b.from)) {
    const expected = (previous?.to ?? 0) + 1
    if (file.from > expected) yield gapBefore(file, previous, [expected, file.from - 1])
    if (!previous || file.to > previous.to) previous = file
  }
}

function gapBefore(
  file: MigrationFile,
  previous: MigrationFile | undefined,
  missing: VersionRange,
): Finding {
  const neighbours = previous
    ? `${previous.file} is followed by ${file.file}`
    : `versions start at 001, and the first migration is ${file.file}`
  return {
    at: fileStart(file.file),
    message: `${sentence(missing)}: ${neighbours}.`,
    fix:
      'Restore what is missing from version control; it may have been deleted, or never committed. ' +
      `If it never existed, rename ${basename(file.file)} to ${renumbered(file, missing[0])} and number on from there.`,
  }
}

function renumbered(file: MigrationFile, from: number): string {
  const last = from + file.to - file.from
  const number = from === last ? versionId(from) : `${versionId(from)}-${versionId(last)}`
  return basename(file.file).replace(/\d+(-\d+)?/, number)
}

function sentence(missing: VersionRange): string {
  const versions = formatVersions(missing)
  const verb = missing[0] === missing[1] ? 'is' : 'are'
  return `V${versions.slice(1)} ${verb} missing`
}
