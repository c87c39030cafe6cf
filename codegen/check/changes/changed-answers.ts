// Finds keys and constraints that a rebuild keeps, but that answer to a write in another way: ON DELETE, ON CONFLICT.
import { canonical } from '../../../src/schema/canonical.js'
import { canonicalName } from '../../../src/sql/canonical-tokens.js'
import { foldCase, foldUpper, isSameName } from '../../../src/sql/names.js'
import type { CatalogTable } from '../../model/catalog.js'
import { indexesOf, primaryKeyOf } from '../../model/in-catalog.js'
import { sqlNames } from '../../sql/sql-name.js'
import type { ReplayedStep, TableTrace } from '../subject/rule.js'
import { isWhole } from './partial-index.js'
import { namesNow, setKey, traceKeys } from './traced-keys.js'

/** What one of them said before the step, and what it says now, as SQL. */
export interface ChangedAnswer {
  readonly on: 'delete' | 'conflict' | 'null'
  /** Its columns by their current names, as SQL. */
  readonly columns: string
  readonly was: string
  readonly now: string
}

/**
 * Those that said something and say something else now. What ON CONFLICT adds to a failure, ROLLBACK or FAIL, is not compared, nor is
 * anything that is new.
 */
export const changedAnswers = (trace: TableTrace, step: ReplayedStep): ChangedAnswer[] => [
  ...cascading(trace, step),
  ...changedConflicts(trace, step),
  ...changedNulls(trace),
]

/** Keys to the same parent that take rows along now, and did not though they said something. Any other action is meant, as it is written. */
const cascading = (trace: TableTrace, step: ReplayedStep): ChangedAnswer[] =>
  traceKeys(trace, step).flatMap(({ before, after, parent }): ChangedAnswer[] => {
    if (after?.onDelete !== 'CASCADE' || !isSameName(after.parent, parent)) return []
    if (/^(?:cascade|no action)$/i.test(before.onDelete)) return []
    const columns = sqlNames(after.columns)
    return [
      { on: 'delete', columns, was: `ON DELETE ${before.onDelete}`, now: 'ON DELETE CASCADE' },
    ]
  })

/** `conflict`: in lower case, `abort` for all that fails. */
interface Unique {
  readonly columns: readonly string[]
  readonly conflict: string
}

const ENDING = /^(?:unique|primary key) \(.*\) on conflict (replace|ignore)$/

/** The keys of a table. A column that is compared in a way of its own counts by its name. */
function uniquesOf(table: CatalogTable): Unique[] {
  const texts = canonical('table', table.sql).shape?.constraints ?? []
  return [primaryKeyOf(table), ...table.uniques].flatMap((columns): Unique[] => {
    if (columns.length === 0) return []
    const names = columns.map(canonicalName)
    const own = texts.find((text) => {
      const [, inside = ''] = /^(?:unique|primary key) \((.*?)\)(?: |$)/.exec(text) ?? []
      return setKey(inside.split(', ').map((one) => one.split(' ')[0] ?? '')) === setKey(names)
    })
    return [{ columns, conflict: ENDING.exec(own ?? '')?.[1] ?? 'abort' }]
  })
}

function changedConflicts(trace: TableTrace, step: ReplayedStep): ChangedAnswer[] {
  const { before, after } = trace
  if (!after || !/\bconflict\b/i.test(before.sql)) return []
  const indexes = indexesOf(after.name, step.after).flatMap((index): Unique[] => {
    const columns = index.columns.flatMap((name) => name ?? [])
    const isKey = index.unique && isWhole(index) && columns.length === index.columns.length
    return isKey ? [{ columns, conflict: 'abort' }] : []
  })
  const kept = [...uniquesOf(after), ...indexes]
  const seen = new Set<string>()
  return uniquesOf(before).flatMap(({ columns, conflict }): ChangedAnswer[] => {
    const names = namesNow(columns, trace)
    const now = names && kept.find((one) => setKey(one.columns) === setKey(names))?.conflict
    if (!names || !now || conflict === 'abort' || conflict === now || seen.has(setKey(names)))
      return []
    seen.add(setKey(names))
    return [{ on: 'conflict', columns: sqlNames(names), ...said(conflict, now) }]
  })
}

const said = (was: string, now: string): Pick<ChangedAnswer, 'was' | 'now'> => ({
  was: `ON CONFLICT ${foldUpper(was)}`,
  now: `ON CONFLICT ${foldUpper(now)}`,
})

const changedNulls = ({ before, after, columns }: TableTrace): ChangedAnswer[] =>
  columns.flatMap((one): ChangedAnswer[] => {
    if (!after || !one.after?.notNull || !one.before.notNull) return []
    const [was, now] = [nullConflict(before, one.before.name), nullConflict(after, one.after.name)]
    if (was === 'abort' || was === now) return []
    return [{ on: 'null', columns: sqlNames([one.after.name]), ...said(was, now) }]
  })

/** What NOT NULL of a column says about NULL. */
function nullConflict({ sql }: CatalogTable, column: string): string {
  const found = canonical('table', sql).shape?.columns.find(
    ({ name }) => foldCase(name) === foldCase(canonicalName(column)),
  )
  return /not null on conflict (replace|ignore)\b/.exec(found?.text ?? '')?.[1] ?? 'abort'
}
