// Finds what columns and foreign keys lose when their table is rebuilt: NOT NULL, DEFAULT, ON DELETE and the like.
import { canonical } from '../../../src/schema/canonical.js'
import { nameOf } from '../../../src/schema/table-shape.js'
import { canonicalName, canonicalTokens, joinTokens } from '../../../src/sql/canonical-tokens.js'
import { foldCase, foldUpper, isSameName } from '../../../src/sql/names.js'
import type { CatalogColumn, CatalogForeignKey, CatalogTable } from '../../model/catalog.js'
import { mentions } from '../../sql/names-in.js'
import type { ColumnTrace, ReplayedStep, TableTrace } from '../subject/rule.js'
import { factsIn } from '../subject/facts.js'
import { isMadeAnew } from '../subject/trace-tables.js'
import { affinityOf } from './affinity.js'
import { changedAnswers, type ChangedAnswer } from './changed-answers.js'
import { clausesOf, defaultClause } from './declared-clauses.js'
import { computedAs, forgottenGenerated, generatedAs } from './generated-columns.js'
import { lostCollations } from './lost-collations.js'
import { reliedOn } from './relied-defaults.js'
import { numbersOf } from '../../model/rowid-column.js'
import { traceKeys, type TracedKey } from './traced-keys.js'

/** A lost clause; `sql` as it was written, `column` by its current name. */
export interface LostClause {
  readonly kind: Guard | Doing
  readonly sql: string
  readonly column: string
  /** Who inserts rows that no longer get a default, as half a sentence; null if nobody is seen to. */
  readonly missedBy: string | null
  /** With `answer`: what it was, which is `sql`, and what there is in its place. */
  readonly answer?: ChangedAnswer
}

/** Clauses that keep rows out; `key`: NOT NULL that a column of the primary key had because of WITHOUT ROWID. */
type Guard = 'not null' | 'key'

/** Clauses that act on rows; `computed`: a generated column that is lost with its clause; `answer`: one with another in its place. */
export type Doing =
  | 'default'
  | 'collate'
  | 'generated'
  | 'computed'
  | 'on delete'
  | 'on update'
  | 'deferred'
  | 'answer'

/**
 * The clauses that remaining columns, and keys to the same parent, no longer have; another default, action or expression in their
 * place counts as an intended change, but not CASCADE for ON DELETE, nor another ON CONFLICT (`changedAnswers`). If the rebuild
 * does nothing else, what it removes or changes is its purpose: constraints, NOT NULL, or the one kind of clause; except for a
 * default that is needed later. Nothing for columns that were deliberately given another type.
 */
export function lostClauses(
  trace: TableTrace,
  step: ReplayedStep,
  { steps, isForConstraints }: Purpose,
): LostClause[] {
  const { after } = trace
  if (!after || after.module !== null) return []
  const lost = [
    ...trace.columns.flatMap((one) => ofColumn(one, trace, step)),
    ...forgottenGenerated(trace, step).map((one) =>
      clause('computed', generatedAs(one, trace.before), one.name),
    ),
    ...lostCollations(trace, step)
      .filter(({ unique }) => !unique)
      .map(({ column, collation }) => clause('collate', `COLLATE ${collation}`, column)),
    ...traceKeys(trace, step).flatMap((key) => ofKey(key, trace)),
  ]
  const told = lost.map((one) => ({
    ...one,
    missedBy: one.kind === 'default' ? reliedOn(one.column, after, step, steps) : null,
  }))
  if (isFilled(trace) || !isMadeAnew(trace)) return told
  const isBeside = isForConstraints || told.length > 0 || changesMore(trace, withoutAnswers)
  const answers = isBeside ? changedAnswers(trace, step).map(answerClause) : []
  if (changesMore(trace, constraintsOf)) return [...told, ...answers]
  const rest = withoutPurpose(told, isForConstraints)
  return [...told.filter((one) => one.missedBy !== null || rest.includes(one)), ...answers]
}

const answerClause = (answer: ChangedAnswer): LostClause => ({
  ...clause('answer', answer.was, answer.columns),
  answer,
})

/** The possible purpose of a rebuild, and the steps of the history. */
export interface Purpose {
  readonly steps: readonly ReplayedStep[]
  /** Whether it removes constraints. */
  readonly isForConstraints: boolean
}

/** Whether the table was created by CREATE TABLE … AS SELECT, which keeps no clauses. */
export const isFilled = ({ statement }: TableTrace): boolean =>
  statement?.shape.kind === 'create-table' && statement.shape.filled

const clause = (kind: LostClause['kind'], sql: string, column: string): LostClause => ({
  kind,
  sql,
  column,
  missedBy: null,
})

/** What remains without the purpose of the rebuild. */
function withoutPurpose(lost: readonly LostClause[], isForConstraints: boolean): LostClause[] {
  const nullable = lost.filter(({ kind }) => kind === 'not null').map(({ column }) => column)
  if (nullable.length > 0)
    return lost.filter(
      ({ kind, column }) =>
        kind !== 'not null' && !(kind === 'default' && nullable.includes(column)),
    )
  const [only, other] = new Set(lost.map(({ kind }) => kind))
  const isPurpose =
    !isForConstraints && other === undefined && only !== 'generated' && only !== 'key'
  return isPurpose ? [] : [...lost]
}

function ofColumn({ before, after }: ColumnTrace, trace: TableTrace, step: ReplayedStep) {
  if (!after || isRetyped(before, after, trace)) return []
  const lost: LostClause[] = []
  const { name } = after
  if (before.generated && !after.generated && !isComputedOrTold(name, trace, step))
    lost.push(clause('generated', computedAs(before.name, trace.before), name))
  if (allowsNull({ before, after }, trace) && !isFilledBack(before.name, step))
    lost.push(clause(isOfKey(before, trace) ? 'key' : 'not null', 'NOT NULL', name))
  const had = before.default !== null && !/^null$/i.test(before.default)
  if (had && after.default === null && after.primaryKey === 0 && !after.generated)
    lost.push(clause('default', defaultClause(before.default), name))
  return lost
}

/** Whether the type was changed deliberately: CREATE TABLE … AS does not count. */
const isRetyped = (before: CatalogColumn, after: CatalogColumn, trace: TableTrace): boolean =>
  affinityOf(before.type) !== affinityOf(after.type) && !isFilled(trace)

/** Whether a column now allows NULL, did not before, and its foreign key does not set NULL. */
function allowsNull(
  { before, after }: Pick<ColumnTrace, 'before' | 'after'>,
  trace: TableTrace,
): boolean {
  if (!after || after.notNull || numbersOf(trace.after ?? undefined).includes(after.name))
    return false
  const now = trace.after as CatalogTable
  if (after.primaryKey > 0 && now.withoutRowid) return false
  if (!before.notNull) return false
  return !now.foreignKeys.some(
    ({ columns, onDelete }) =>
      onDelete === 'SET NULL' && columns.some((name) => isSameName(name, after.name)),
  )
}

/** Whether a column did not allow NULL, implicitly or not, because its table had no rowid. */
const isOfKey = ({ primaryKey }: CatalogColumn, { before }: TableTrace): boolean =>
  before.withoutRowid && primaryKey > 0

/** Whether `down` fills the column, which shows that `up` is meant to allow NULL. */
const isFilledBack = (name: string, { acts }: ReplayedStep): boolean =>
  acts.down.some((act) => act.kind === 'copy' && act.columns.get(foldCase(name)) === null)

/** Whether a trigger now computes the column, or `VALUES_LOST` reports that nothing fills it. */
const isComputedOrTold = (name: string, trace: TableTrace, step: ReplayedStep): boolean =>
  isKeptByTrigger(name, trace, step) ||
  factsIn(step, 'values-changed').some(
    ({ at, table, column, lost }) =>
      lost === 'left-out' &&
      at.direction === 'up' &&
      isSameName(table, trace.before.name) &&
      isSameName(column, name),
  )

/** Whether a new trigger mentions the column, so that it may fill it. */
const isKeptByTrigger = (name: string, { after: table }: TableTrace, step: ReplayedStep): boolean =>
  [...step.after].some(
    ([key, object]) =>
      object.type === 'trigger' &&
      !step.before.has(key) &&
      isSameName(object.table, table?.name ?? '') &&
      mentions(object.sql, name),
  )

/** What a key to the same parent no longer does, if nothing is written about it. */
function ofKey({ before, after, parent }: TracedKey, { before: old, after: now }: TableTrace) {
  if (!after || !now || !isSameName(after.parent, parent)) return []
  const [column = ''] = after.columns
  const [was, is] = [keyText(before, old), keyText(after, now)]
  const lost = ACTIONS.flatMap(([kind, action]) =>
    /^(?:cascade|set )/i.test(before[action]) && !is.includes(kind)
      ? [clause(kind, `${foldUpper(kind)} ${before[action]}`, column)]
      : [],
  )
  if (!DEFERRED.test(was) || is.includes('deferr')) return lost
  return [...lost, clause('deferred', 'DEFERRABLE INITIALLY DEFERRED', column)]
}

const ACTIONS = [
  ['on delete', 'onDelete'],
  ['on update', 'onUpdate'],
] as const

const DEFERRED = /(?<!not )deferrable initially deferred/

/** The definition that a foreign key is a part of. */
function keyText({ columns }: CatalogForeignKey, { sql }: CatalogTable): string {
  const names = columns.map(canonicalName)
  const definitions = (canonical('table', sql).shape?.definitions ?? []).map((text) =>
    joinTokens(canonicalTokens(text).map(nameOf)),
  )
  const own = `foreign key (${names.join(', ')})`
  const found = definitions.find(
    (text) =>
      text.includes('references ') && (text.startsWith(`${names.join()} `) || text.includes(own)),
  )
  return found ?? ''
}

/**
 * Whether a step does more to a table than remove clauses of its columns and constraints: columns are added, removed or
 * reordered, or have new clauses.
 */
function changesMore(
  { before, after, columns }: TableTrace,
  textsOf: (table: CatalogTable) => readonly string[],
): boolean {
  if (!after) return true
  const kept = columns.map((one) => foldCase(one.after?.name ?? ''))
  const now = after.columns.map(({ name }) => foldCase(name))
  if (kept.join('\n') !== now.join('\n')) return true
  if (columns.some((one) => one.after && saysMore(one.before, one.after))) return true
  if (now.some((name) => !isCut(ownClauses(after, name), ownClauses(before, name)))) return true
  return !isCut(textsOf(after), textsOf(before))
}

const saysMore = (before: CatalogColumn, after: CatalogColumn): boolean =>
  foldCase(before.name) !== foldCase(after.name) ||
  foldCase(before.type) !== foldCase(after.type) ||
  (after.notNull && !before.notNull)

/** The clauses that can be removed individually; keys and checks are among the constraints of the table. */
const ownClauses = (table: CatalogTable, column: string): string[] =>
  clausesOf(table, column).flatMap((words) =>
    OWN.has(words[0] ?? '') ? [words.join(' ').replace(/^generated always /, '')] : [],
  )

const OWN = new Set(['default', 'collate', 'as', 'generated'])

/** Constraints, including those of columns, split into parts that can be removed. */
const constraintsOf = ({ sql }: CatalogTable): string[] =>
  (canonical('table', sql).shape?.constraints ?? []).flatMap((text) =>
    text.startsWith('foreign key ')
      ? text
          .split(/(?= on (?:delete|update) | deferred$)/)
          .map((part, at, [key]) => (at ? key + part : part))
      : [text.replace(/ autoincrement$/, '')],
  )

const withoutAnswers = (table: CatalogTable): string[] =>
  constraintsOf(table).flatMap((text) =>
    / on (?:delete|update) /.test(text) ? [] : [text.replace(/ on conflict \w+$/, '')],
  )

const isCut = (now: readonly string[], before: readonly string[]): boolean =>
  now.every((text) => before.includes(text))
