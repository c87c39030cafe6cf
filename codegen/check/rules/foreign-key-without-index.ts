// The columns of a foreign key have no index.
import { isClosed } from '../subject/declared-place.js'
import { columnSubject, objectSubject } from '../subject/finding-subject.js'
import { ignoreComment, sentence, versionName } from '../wording/describe-step.js'
import { isReported } from '../subject/apply-suppressions.js'
import { lostObjects } from '../changes/lost-objects.js'
import type { ReplayedStep, Rule, Subject } from '../subject/rule.js'
import type { CatalogForeignKey, CatalogTable } from '../../model/catalog.js'
import { isSameName } from '../../../src/sql/names.js'
import { sqlName, sqlNames } from '../../sql/sql-name.js'
import { isUnindexed, leads, unindexedKeys } from '../changes/unindexed-keys.js'

/**
 * Reported once, in the version that causes it: by the key, or by dropping the index. If the index is lost with a rebuild, only
 * `OBJECT_LOST` reports it. Silent if a later version creates the index, or removes the key.
 */
export const foreignKeyWithoutIndex: Rule = {
  code: 'FOREIGN_KEY_WITHOUT_INDEX',
  severity: 'info',
  stage: 'replay',
  *check(subject) {
    const steps = subject.replay?.steps ?? []
    const last = steps.at(-1)
    for (const step of steps) {
      for (const { table, key, at } of unindexedKeys(step)) {
        if (last && !isUnindexed(table.name, key.columns, last.after)) continue
        if (isToldAsLost(step, subject, key.columns)) continue
        const name = sqlName([table.name, ...key.columns].join('_').replace(/\W+/g, '_'))
        const about = columnSubject(table.name, key.columns[0] ?? '')
        yield {
          at,
          subject: about,
          message: sentence(
            `${versionName(step, at)} leaves the foreign key of ${table.name} (${key.columns.join(', ')}) to ${key.parent} without an index: each row deleted from ${key.parent} takes a scan of all of ${table.name}.`,
          ),
          fix: `Add ${isClosed(step.migration, 'up') ? 'in the next migration ' : ''}\`CREATE INDEX ${name} ON ${sqlName(table.name)} (${sqlNames(key.columns)})\`${isDropped(table, key, step) ? `, and in \`down\` before the column is dropped, \`DROP INDEX ${name}\`` : ''}; or, if the table stays small, say so: ${ignoreComment('FOREIGN_KEY_WITHOUT_INDEX', step.migration, about)}.`,
        }
      }
    }
  },
}

/** Whether `down` drops a column of the key, which an index would block. */
const isDropped = (table: CatalogTable, { columns }: CatalogForeignKey, { acts }: ReplayedStep) =>
  acts.down.some(
    (act) =>
      act.kind === 'drop-column' &&
      isSameName(act.table, table.name) &&
      columns.some((name) => isSameName(name, act.column)),
  )

const isToldAsLost = (step: ReplayedStep, subject: Subject, columns: readonly string[]): boolean =>
  lostObjects(step).some(
    ({ object, at }) =>
      object.type === 'index' &&
      leads(object.columns, columns) &&
      isReported(subject, {
        code: 'OBJECT_LOST',
        at,
        subject: objectSubject(`index ${object.name}`),
      }),
  )
