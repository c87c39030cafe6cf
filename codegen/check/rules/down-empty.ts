// A `down` restores nothing, so that the migration only looks reversible.
import type { ParsedMigration, Side } from '../../model/migration.js'
import type { Finding, Rule } from '../subject/rule.js'
import { isEmptySide, onlyThrows } from '../subject/step-content.js'
import { writeOption } from '../source/write-option.js'

/** An empty `down`, and one that only throws. */
export const downEmpty: Rule = {
  code: 'DOWN_EMPTY',
  severity: 'warning',
  standing: 'adjustable',
  stage: 'migrations',
  meaning: 'The `down` of a migration contains no statement, or only throws.',
  problem:
    'A rollback over an empty `down` reports success and leaves the schema of the newer version behind; one over a `down` ' +
    'that throws fails half way instead of being refused before it starts.',
  solution: "Write `down`, or replace it by `irreversible: 'reason'`.",
  *check({ reading }) {
    for (const migration of reading.migrations) {
      const finding = judge(migration)
      if (finding) yield finding
    }
  },
}

function judge({ down, file, downFile, form }: ParsedMigration): Finding | null {
  const fault = down && faultOf(down)
  if (!fault) return null
  return {
    at: down.position,
    message: `The \`down\` in ${(downFile ?? file).file} ${fault}.`,
    fix: `Write how to undo the migration, or replace \`down\` by ${writeOption('irreversible', form)}.`,
  }
}

function faultOf(down: Side): string | null {
  if (isEmptySide(down)) return 'does nothing'
  return onlyThrows(down) ? 'only throws' : null
}
