// A migration makes AUTOINCREMENT assign numbers a second time.
import type { CatalogObject } from '../../model/catalog.js'
import { isChangeHeard } from '../changes/changed-values.js'
import { numbersOf } from '../../model/rowid-column.js'
import { affinityOf } from '../changes/affinity.js'
import { sideName, ignoreComment } from '../wording/describe-step.js'
import { factsIn, factsOf, type FactOf } from '../subject/facts.js'
import { isReported } from '../subject/apply-suppressions.js'
import { stepPosition } from '../subject/place.js'
import type { ReplayedStep, Rule, Subject, TableTrace } from '../subject/rule.js'
import { writtenName } from '../subject/schema-acts.js'
import { tracesUnderOtherNames } from '../subject/trace-tables.js'
import { sqlName } from '../../sql/sql-name.js'
import { foldCase, isSameName } from '../../../src/sql/names.js'
import { tableIn } from '../../model/in-catalog.js'

/**
 * A hint if a rebuild loses the counter; a warning if AUTOINCREMENT itself is left out, or the counter is reset. Silent if the
 * table loses rows as well (`ROWS_LOST`, unless that is acknowledged) or all get other ids (`VALUES_LOST`), if its ids are no
 * longer numbers or are given up, and for a `down`.
 */
export const sequenceLost: Rule = {
  code: 'SEQUENCE_LOST',
  severity: 'warning',
  override: 'acknowledged',
  stage: 'replay',
  *check(subject) {
    for (const { step, fact, at } of factsOf(subject, 'watermark-lost')) {
      const { direction } = fact.at
      const now = step.after.get(`table ${foldCase(fact.table)}`)
      if (direction === 'down' || losesRows(step, fact, subject) || hasOtherIds(fact.table, step))
        continue
      const columns = numbersOf(now)
      if (isChangeHeard(step, subject, { direction, table: fact.table, columns })) continue
      const left = fact.after === null ? 'it is no longer stored' : `it is ${fact.after} now`
      if (isPartOfAnother(fact.table, step)) continue
      const old = oldName(fact.table, step)
      const about = sqlName(old)
      yield {
        at,
        subject: about,
        ...(isRebuild(fact, now) && { severity: 'info' }),
        message: `${sideName(step.version, direction, at)} loses the highest number that AUTOINCREMENT has assigned in ${old}: it was ${fact.before}, and ${left}. Ids of deleted rows will be reused for new ones.`,
        fix: `${fixFor(fact, step)}; or, if nothing remembers old ids, say so: ${ignoreComment('SEQUENCE_LOST', step.migration, about)}.`,
      }
    }
  },
}

const losesRows = (
  step: ReplayedStep,
  { at, table }: FactOf<'watermark-lost'>,
  subject: Subject,
): boolean =>
  factsIn(step, 'rows-lost').some(
    (lost) =>
      lost.at.direction === at.direction &&
      isSameName(lost.table, oldName(table, step)) &&
      isReported(subject, {
        code: 'ROWS_LOST',
        at: stepPosition(lost.at, step.migration, subject.settings.root),
        subject: sqlName(lost.through ?? lost.table),
      }),
  )

/** Whether rows are no longer identified by a number, so that none is assigned, or by another key. */
function hasOtherIds(table: string, step: ReplayedStep): boolean {
  const trace = traceTo(table, step)
  const numbers = numbersOf(trace?.before)
  const key = trace?.after?.columns.filter(({ primaryKey }) => primaryKey > 0) ?? []
  const isGone =
    trace?.columns.some(({ before, after }) => after === null && numbers.includes(before.name)) ??
    false
  return isGone || (key.length > 0 && key.every(({ type }) => affinityOf(type) !== 'INTEGER'))
}

/** The table that became the one of this name. */
const traceTo = (table: string, step: ReplayedStep): TableTrace | undefined =>
  [...step.traces, ...tracesUnderOtherNames(step)].find(
    ({ after }) => after !== null && isSameName(after.name, table),
  )

/** Whether it is new and holds a part of what an old table had. */
const isPartOfAnother = (table: string, step: ReplayedStep): boolean =>
  !step.before.has(`table ${foldCase(table)}`) && traceTo(table, step) === undefined

const oldName = (table: string, step: ReplayedStep): string =>
  traceTo(table, step)?.before.name ?? table

/** A rebuild that loses the counter only loses the numbers of deleted rows. */
const isRebuild = ({ at }: FactOf<'watermark-lost'>, table: CatalogObject | undefined): boolean =>
  table?.type === 'table' && table.autoincrement && !WRITES.test(at.statement ?? '')

function fixFor({ at, table }: FactOf<'watermark-lost'>, step: ReplayedStep): string {
  const { acts, after } = step
  if (at.direction === 'up' && tableIn(after, table)?.autoincrement === false)
    return `Write INTEGER PRIMARY KEY AUTOINCREMENT in the new table ${table} as in the old one`
  if (at.statement !== null && WRITES.test(at.statement))
    return `Leave out this statement; numbers may start again only if the rows are deleted as well, with \`DELETE FROM ${sqlName(table)}\` in the same migration`
  const own = acts[at.direction]
  const renames = own.filter((act) => act.kind === 'rename-table')
  const aside = renames.find((act) => isSameName(act.table, table))
  const rename = renames.findLast((act) => isSameName(act.to, table))
  const old = aside ? writtenName(aside.to, own) : oldName(table, step)
  const fresh = rename && !aside ? writtenName(rename.table, own) : table
  return isSameName(old, fresh)
    ? `Before the old table is dropped, add \`CREATE TEMP TABLE ${sqlName(`${table}_seq`)} AS SELECT seq FROM ${COUNTERS} WHERE name = ${text(table)};\`, and after the rows are back \`${bring(table, `${sqlName(`${table}_seq`)};`)} DROP TABLE ${sqlName(`${table}_seq`)};\``
    : `Before the old table is dropped, add \`${bring(fresh, `${COUNTERS} WHERE name = ${text(old)};`)}\``
}

/** Where there are temporary counters, the bare name means those. */
const COUNTERS = 'main.sqlite_sequence'

/** Gives a table the number that is elsewhere. */
const bring = (table: string, from: string): string =>
  `DELETE FROM ${COUNTERS} WHERE name = ${text(table)}; INSERT INTO ${COUNTERS} (name, seq) SELECT ${text(table)}, seq FROM ${from}`

/** A statement about the numbers themselves. */
const WRITES =
  /^\s*(?:update|delete\s+from|insert\s+into|replace\s+into)\b[^(]*\bsqlite_sequence\b/i

const text = (name: string): string => `'${name.replaceAll("'", "''")}'`
