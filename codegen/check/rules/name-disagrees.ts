// The name stated in the code differs from the file name.
import type { ParsedMigration } from '../../model/migration.js'
import type { Finding, Rule } from '../subject/rule.js'

/** Capitals and separators do not count: `AddUsers` agrees with `add_users`. */
export const nameDisagrees: Rule = {
  code: 'NAME_DISAGREES',
  severity: 'error',
  override: 'fixed',
  *check({ reading }) {
    for (const migration of reading.migrations) {
      const finding = migration.form === 'list' ? null : disagreement(migration)
      if (finding) yield finding
    }
  },
}

function disagreement({ file, name, declaredName }: ParsedMigration): Finding | null {
  if (!declaredName || essence(declaredName.value) === essence(name)) return null
  return {
    leavesOut: null,
    at: declaredName.position,
    message: `The code says the name is '${declaredName.value}', but the file ${file.file} says '${name}'.`,
    fix: 'Remove the name from the code (the file name is enough), or rename the file. A sentence about what it does belongs in `description`.',
  }
}

const essence = (name: string): string => name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '')
