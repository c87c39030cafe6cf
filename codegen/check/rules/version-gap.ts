// A version is missing between two migrations, or before the first.
import { renumberedName } from '../../project/file-name.js'
import { basename } from 'node:path/posix'
import type { Discovery, MigrationFile } from '../../model/migration.js'
import { fileStart } from '../../diagnostics/problem.js'
import type { Finding, Rule } from '../subject/rule.js'
import { formatVersions, type VersionRange } from '../source/version-ranges.js'

/**
 * Judged by the file names, including list ranges, so that it also works for unreadable files. Gaps inside a list are reported
 * when it is read.
 */
export const versionGap: Rule = {
  code: 'VERSION_GAP',
  severity: 'error',
  override: 'fixed',
  *check({ reading }) {
    let previous: Numbered | undefined
    for (const file of numberedFiles(reading.discovery)) {
      const expected = (previous?.to ?? 0) + 1
      if (file.from > expected) yield gapBefore(file, previous, [expected, file.from - 1])
      if (!previous || file.to > previous.to) previous = file
    }
  },
}

type Numbered = Pick<MigrationFile, 'file' | 'from' | 'to'>

/** Files that were found but rejected have their own diagnostic; their versions are not missing. */
function numberedFiles({ files, diagnostics }: Discovery): Numbered[] {
  const refused = diagnostics
    .filter(({ code }) => REFUSED.has(code))
    .flatMap(({ file }) => {
      const [, from, to = from] =
        /(?:^|_)v?(\d{1,7})(?:-(\d{1,7}))?[^/]*$/i.exec(basename(file)) ?? []
      return from === undefined ? [] : [{ file, from: Number(from), to: Number(to) }]
    })
  return [...files, ...refused].sort((a, b) => a.from - b.from)
}

const REFUSED = new Set(['FILE_UNREADABLE', 'FILE_ENCODING', 'NAME_SQL_RANGE'])

function gapBefore(file: Numbered, previous: Numbered | undefined, missing: VersionRange): Finding {
  const neighbours = previous
    ? `${previous.file} is followed by ${file.file}`
    : `versions start at 001, and the first migration is ${file.file}`
  return {
    at: fileStart(file.file),
    message: `${sentence(missing)}: ${neighbours}.`,
    fix:
      'Restore what is missing from version control; it may have been deleted, or never committed. ' +
      `If it never existed, rename ${basename(file.file)} to ${renumberedName(basename(file.file), file, missing[0])} and continue numbering from there.`,
  }
}

function sentence(missing: VersionRange): string {
  const versions = formatVersions(missing)
  const verb = missing[0] === missing[1] ? 'is' : 'are'
  return `V${versions.slice(1)} ${verb} missing`
}
