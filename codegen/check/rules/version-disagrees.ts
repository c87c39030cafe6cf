// The version stated in the code differs from the file name.
import { versionId } from '../../../src/model/version.js'
import type { ParsedMigration } from '../../model/migration.js'
import type { Finding, Rule } from '../subject/rule.js'

/** Silent for lists, whose elements are only numbered in code; the reading compares them with the range. */
export const versionDisagrees: Rule = {
  code: 'VERSION_DISAGREES',
  severity: 'error',
  override: 'fixed',
  *check({ reading }) {
    for (const migration of reading.migrations) {
      const finding = migration.form === 'list' ? null : disagreement(migration)
      if (finding) yield finding
    }
  },
}

function disagreement({ file, version, declaredVersion }: ParsedMigration): Finding | null {
  if (!declaredVersion || declaredVersion.value === version) return null
  return {
    leavesOut: null,
    at: declaredVersion.position,
    message: `The code says version ${versionText(declaredVersion.value)}, but the file ${file.file} says ${versionId(version)}.`,
    fix: 'Remove the version from the code (the file name is enough), or rename the file.',
  }
}

/** The code may state anything, so only a valid version is padded. */
const versionText = (version: number): string =>
  Number.isInteger(version) && version > 0 ? versionId(version) : String(version)
