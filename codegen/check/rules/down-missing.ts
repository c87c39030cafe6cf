// A migration cannot be undone and does not say why.
import { deriveDown } from '../../parse/derive-down.js'
import { outlineSql } from '../../parse/sql-outline.js'
import { posix } from 'node:path'
import { versionId } from '../../../src/model/version.js'
import type { ParsedMigration } from '../../model/migration.js'
import type { Finding, Rule } from '../subject/rule.js'
import { writeOption } from '../source/write-option.js'

/** A warning in lists, which are often histories that never had a `down`; an error in every other form. */
export const downMissing: Rule = {
  code: 'DOWN_MISSING',
  severity: 'error',
  *check({ reading }) {
    for (const migration of reading.migrations) {
      const { up, down, unreadable, irreversible } = migration
      if (up && !down && !unreadable && !irreversible) yield withoutDown(migration)
    }
  },
}

function withoutDown(migration: ParsedMigration): Finding {
  const { form, position, file } = migration
  return {
    at: position,
    message: `${subject(migration)} has no \`down\` and does not say why it is irreversible.`,
    fix: `${file.kind === 'sql-up' ? howToPair(file.file) : howToAdd(migration)}${derivable(migration)}`,
    ...(form === 'list' && { severity: 'warning' }),
  }
}

/** Suggested only if it would suffice. */
function derivable({ up, form }: ParsedMigration): string {
  if (up?.kind !== 'sql' || deriveDown(up.pieces).not.length > 0) return ''
  return ` Or write ${writeOption("down: 'auto'", form)} to derive it from \`up\`.`
}

const subject = ({ form, version, file }: ParsedMigration): string =>
  form === 'list' ? `Version ${versionId(version)} in ${file.file}` : file.file

const howToPair = (up: string): string =>
  `Add the file ${posix.basename(up).replace(/up\.sql$/, 'down.sql')}, or ${withReason('sql')}.`

const withReason = (form: ParsedMigration['form']): string =>
  `${writeOption('irreversible', form)} if nothing can restore the old state`

function howToAdd({ form, file }: ParsedMigration): string {
  const reason = withReason(form)
  if (form === 'sql' && outlineSql(file.text).markers.length === 0)
    return `Write \`-- migrate:up\` above what is there, and below it a section that begins with \`-- migrate:down\`; or ${reason}.`
  if (form === 'sql') return `Add a section that begins with \`-- migrate:down\`, or ${reason}.`
  if (form === 'exports') return `Export a function \`down\`, or write ${reason}.`
  return `Add \`down\`, or ${reason}.`
}
