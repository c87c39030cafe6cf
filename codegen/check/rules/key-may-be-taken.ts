// A migration gives rows of its own keys that rows of the application may have.
import { columnSubject } from '../subject/finding-subject.js'
import { factsOf, type FactOf } from '../subject/facts.js'
import type { Rule, Subject } from '../subject/rule.js'
import { listed } from '../../diagnostics/listed.js'
import { describeValue, ignoreComment, sideName } from '../wording/describe-step.js'
import { versionId } from '../../../src/model/version.js'
import { foldCase } from '../../../src/sql/names.js'

/**
 * Tried on rows that have the keys. Only of tables that no version has put rows into, and that are there since two versions or
 * more, have AUTOINCREMENT, or whose rows are to be replaced: a list that the next version fills is the migrations' own.
 */
export const keyMayBeTaken: Rule = {
  code: 'KEY_MAY_BE_TAKEN',
  severity: 'warning',
  override: 'acknowledged',
  stage: 'replay',
  *check(subject) {
    for (const { step, fact, at } of factsOf(subject, 'key-taken')) {
      const { at: place, table, column, values, by } = fact
      const about = columnSubject(table, column)
      const keys = listed(values.map(describeValue))
      const ends =
        by === 'refused' ? 'this fails, and nobody gets past it' : 'that row is overwritten'
      yield {
        at,
        subject: about,
        message: `${sideName(step.version, place.direction, at)} inserts into ${table} with ${column} ${keys}, which rows of the application may have: the table is there since version ${versionId(sinceWhen(fact, subject))}, and no migration has put rows into it. Where one has, ${ends}.`,
        fix: `Leave out what SQLite gives by itself, and insert only what is not there: \`INSERT INTO … SELECT … WHERE NOT EXISTS (…)\`, or ON CONFLICT DO NOTHING where the row of the application will do. If only migrations write to ${table}, say so: ${ignoreComment('KEY_MAY_BE_TAKEN', step.migration, about)}.`,
      }
    }
  },
}

/** The last version that the table was not there before. */
const sinceWhen = ({ at, table }: FactOf<'key-taken'>, { replay }: Subject): number =>
  replay?.steps.findLast(
    ({ version, before }) => version < at.version && !before.has(`table ${foldCase(table)}`),
  )?.version ?? 1
