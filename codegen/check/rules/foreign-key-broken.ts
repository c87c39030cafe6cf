// A migration leaves rows without their parent, or a foreign key that cannot be checked.
import { numberedColumns } from '../changes/numbered-columns.js'
import type { Catalog } from '../../model/catalog.js'
import { readStatement } from '../../sql/read-statement.js'
import { writeOption } from '../source/write-option.js'
import { sqlName } from '../../sql/sql-name.js'
import { columnSubject } from '../subject/finding-subject.js'
import { expressionName } from '../wording/mend-expression.js'
import { backOf, beforehand, isClosed, type DeclaredExpression } from '../subject/declared-place.js'
import { formerNames, SAME_NAMES } from '../subject/former-names.js'
import { causePlace, stepPosition } from '../subject/place.js'
import { downDifferences, restoresTheSchema } from '../changes/down-differences.js'
import { isMoveHeard, movedBefore } from '../changes/moved-references.js'
import { sideName, ignoreComment, rowCount, saidText } from '../wording/describe-step.js'
import { isDropHeard } from '../changes/dropped-tables.js'
import { isChangeHeard } from '../changes/changed-values.js'
import { bringsParent } from '../changes/added-columns.js'
import { columnFailure } from '../changes/fails-on-rows.js'
import { factsIn, factsOf, type StepFact } from '../subject/facts.js'
import { isReported } from '../subject/apply-suppressions.js'
import { repairOrphans } from '../wording/repair-orphans.js'
import type { Finding, ReplayedStep, Rule, Subject } from '../subject/rule.js'
import { severityOf } from '../../diagnostics/severity-of.js'
import { wordsOf } from '../../sql/word-reader.js'
import { wrongKey } from '../wording/wrong-key.js'
import { foldCase, foldUpper, isSameName, plainName } from '../../../src/sql/names.js'
import { tableIn } from '../../model/in-catalog.js'

type Broken = StepFact<'foreign-key-broken'>

/**
 * Silent if the cause is a table that the same version drops (`TABLE_DROPPED` names the key) or that an earlier one has renamed
 * (`REBUILD_ORDER`), or a parent that loses rows (`ROWS_LOST`), except for those taken for duplicates or lost beside those of a
 * copy, or values of the key that are lost or mixed up (`VALUES_LOST`, `VALUES_SWAPPED`), unless that is acknowledged; and for
 * generated rows that a new column makes refer to its default, acknowledged or not (`ADD_COLUMN_REFERENCES_DEFAULT` concerns the
 * same rows).
 */
export const foreignKeyBroken: Rule = {
  code: 'FOREIGN_KEY_BROKEN',
  severity: 'error',
  override: 'acknowledged',
  stage: 'replay',
  *check(subject) {
    const told = new Map<string, string>()
    for (const broken of factsOf(subject, 'foreign-key-broken')) {
      if (isToldTwice(broken) || hasReportedCause(broken, subject)) continue
      yield judge(broken, subject, told)
    }
  },
}

/**
 * A key may be found violated by the rows of the history and by generated ones: the larger number is reported, once; if the key
 * itself is wrong, that is reported.
 */
function isToldTwice({ step, fact }: Broken): boolean {
  const alike = factsIn(step, 'foreign-key-broken').filter(
    (other) => keyOf(other) === keyOf(fact) && other.at.direction === fact.at.direction,
  )
  const most = alike.some(({ rows }) => rows === 0) ? 0 : Math.max(...alike.map(({ rows }) => rows))
  return alike.find(({ rows }) => rows === most) !== fact
}

const keyOf = ({ table, columns, parent }: Broken['fact']): string =>
  foldCase(JSON.stringify([table, columns, parent]))

function hasReportedCause({ step, fact }: Broken, subject: Subject): boolean {
  if (isDropHeard(step, subject, fact)) return true
  const isParent = (name: string): boolean => isSameName(name, fact.parent)
  if (fact.at.direction === 'up' && isMoveHeard(step, subject, isParent)) return true
  if (movedBefore(step, subject, isParent)) return true
  if (fact.rows === 0) return isLeftByDown(step, subject, fact)
  const { file } = step.migration.position
  if (pointsAtDefault(step, fact))
    return (
      severityOf({ code: REFERENCES_DEFAULT, file, severity: 'error' }, subject.settings) !== 'off'
    )
  if (hasWrongValues(step, fact, subject) || isMadeNumber(step, fact)) return true
  return factsIn(step, 'rows-lost').some(
    ({ at: place, table, through, by }) =>
      place.direction === fact.at.direction &&
      !(by && NOT_ALL.has(by)) &&
      isSameName(table, fact.parent) &&
      isReported(subject, {
        code: 'ROWS_LOST',
        at: stepPosition(place, step.migration, subject.settings.root),
        subject: sqlName(through ?? table),
      }),
  )
}

/** The lost rows are no duplicates, or not those of the copy; others are lost as well, leaving references behind. */
const NOT_ALL: ReadonlySet<string> = new Set(['nulls', 'grouped', 'wholly', 'early', 'unnamed'])

/** Whether it is reported that the key, or what it refers to, has changed values. */
function hasWrongValues(step: ReplayedStep, fact: Broken['fact'], subject: Subject): boolean {
  const { direction } = fact.at
  const { parentColumns = [] } = catalogKey(fact, catalogAfter(fact.at, step)) ?? {}
  return (
    isChangeHeard(step, subject, { direction, table: fact.table, columns: fact.columns }) ||
    isChangeHeard(step, subject, { direction, table: fact.parent, columns: parentColumns })
  )
}

/** Whether NULL becomes a number in the key, which is reported separately. */
const isMadeNumber = (step: ReplayedStep, { at, table, columns }: Broken['fact']): boolean =>
  at.direction === 'up' &&
  step.traces.some(
    (trace) =>
      isSameName(trace.after?.name ?? '', table) &&
      numberedColumns(trace, step).some(({ after }) =>
        columns.some((name) => isSameName(after?.name ?? '', name)),
      ),
  )

/** Whether the key is as `up` has left it, and it is reported that `down` does not restore the tables. */
function isLeftByDown(step: ReplayedStep, subject: Subject, { at, table, parent }: Broken['fact']) {
  if (at.direction !== 'down' || restoresTheSchema(step, subject)) return false
  const { differences } = downDifferences(step, subject)
  const isEnd = (key: string): boolean =>
    [table, parent].some((name) => key === `table ${foldCase(name)}`)
  return differences.some(({ object }) => isEnd(object))
}

const REFERENCES_DEFAULT = 'ADD_COLUMN_REFERENCES_DEFAULT'

/** Whether the key belongs to a column that the same side adds with a default. */
const pointsAtDefault = ({ statements }: ReplayedStep, { at, table, columns }: Broken['fact']) =>
  statements.some((statement, place) => {
    const { direction, shape } = statement
    if (direction !== at.direction || shape.kind !== 'add-column') return false
    if (columnFailure(shape) !== REFERENCES_DEFAULT) return false
    if (bringsParent(statement, statements.slice(0, place))) return false
    if (!isSameName(plainName(shape.table.key), table)) return false
    return columns.every((name) => isSameName(plainName(shape.column.name.key), name))
  })

function judge(broken: Broken, subject: Subject, told: Map<string, string>): Finding {
  const { step, fact } = broken
  const { parent, rows } = fact
  const isParent = (name: string): boolean => isSameName(name, parent)
  const at = causePlace(fact.at, step, subject, isParent)
  const after = `After ${sideName(step.version, fact.at.direction, at)}`
  const about = aboutKey(fact)
  const ignore = `or, if this is intended, say why: ${ignoreComment('FOREIGN_KEY_BROKEN', step.migration, about)}`
  const back = rows > 0 ? backOf(step.migration, fact.at, fact) : undefined
  const isHeard = isReported(subject, { code: 'FOREIGN_KEY_BROKEN', at, subject: about })
  // Nothing refers to a finding that is not printed.
  const known = isHeard ? told : new Map(told)
  const { message, fix } = rows === 0 ? explainKey(broken, known) : explainRows(broken, known)
  return {
    at: back?.position ?? at,
    subject: about,
    message: `${after} ${message}`,
    fix: `${back ? keyByBack(back, broken) : rows > 0 ? inAlter(fix, broken) : fix}; ${ignore}.`,
  }
}

function keyByBack(back: DeclaredExpression, { step, fact }: Broken): string {
  const { parentColumns: [key = '…'] = [] } = catalogKey(fact, step.before) ?? {}
  return keyByExpression(back, { parent: fact.parent, key })
}

/** A declared change has no place for other statements, and behind an earlier migration such rows may come again. */
function inAlter(fix: string, broken: Broken): string {
  const { step, fact } = broken
  const [column, ...others] = fact.columns
  if (!step.migration.alter || fact.at.direction === 'down' || column === undefined || others[0])
    return fix
  const former = formerNames(step)
  const { parentColumns: [key = '…'] = [] } = catalogKey(fact, step.after) ?? {}
  return keyByExpression(
    { word: 'using', column: former.column(fact.table, column) },
    { parent: former.table(fact.parent), key: former.column(fact.parent, key) },
  )
}

function keyByExpression(
  by: Pick<DeclaredExpression, 'word' | 'column'>,
  to: { readonly parent: string; readonly key: string },
): string {
  const [column, parent] = [sqlName(by.column), sqlName(to.parent)]
  return `Make ${expressionName(by)} give every row a key that ${parent} has, or NULL, as in \`CASE WHEN ${column} IN (SELECT ${sqlName(to.key)} FROM ${parent}) THEN ${column} END\``
}

/** Fixes that may also fix other keys. */
const MENDING = /`CREATE UNIQUE INDEX .*`|Give .* its PRIMARY KEY .*/

type Explained = Pick<Finding, 'message' | 'fix'>

/** `told` has the suggested indexes, with the first key that needs each, and statements that broke keys, with the table of the first. */
function explainKey({ step, fact }: Broken, told: Map<string, string>): Explained {
  const { table, parent, message, at } = fact
  const said = message === null ? '' : ` (${saidText(message)})`
  const { columns, why, fix } = wrongKey(fact, catalogAfter(at, step), step.before)
  const key = columns.length === 0 ? table : `${table} (${columns.join(', ')})`
  const index = `${step.version} ${at.direction} ${MENDING.exec(fix)?.[0] ?? key}`
  const first = told.get(index)
  if (first === undefined) told.set(index, key)
  return {
    message: `the foreign key of ${key} to ${parent} cannot be checked${said}: ${why}. Every write to ${table} fails if foreign keys are enforced.`,
    fix: first === undefined ? fix : `The fix for ${first} also fixes this key`,
  }
}

function explainRows({ step, fact }: Broken, told: Map<string, string>): Explained {
  const { table, parent, rows, at } = fact
  const catalog = catalogAfter(fact.at, step)
  const columns = fact.columns.join(', ')
  const acts = actionOf(fact, catalog)
  const elsewhere = isMerged(fact, step) ? pointElsewhere(fact) : ''
  const { verb, find, sql } = repairOrphans(
    fact,
    catalog,
    isClosed(step.migration, fact.at.direction) ? formerNames(step) : SAME_NAMES,
  )
  const message = `${rowCount(rows)} of ${table} ${rows === 1 ? 'has' : 'have'} no matching row in ${parent} for ${columns}. On a real database, the runner rolls such a migration back.`
  const cause = JSON.stringify([step.version, at, parent, acts === null, elsewhere === '', verb])
  const first = told.get(cause)
  if (first !== undefined)
    return {
      message,
      fix: `${elsewhere}${elsewhere ? 'Otherwise do' : 'Do'} as for ${first}, here with \`${sql}\``,
    }
  told.set(cause, table)
  const ofChild =
    verb === 'change'
      ? `change the rows of ${table}`
      : `find those of ${table} with \`${find}\` and, if they may go, delete them`
  return {
    message,
    fix: `${elsewhere}${acts ? `To have ON ${acts} of ${table} take effect, ${isDropped(fact, step) ? 'do this in a migration of its own, and add' : 'add'} ${writeOption("foreignKeys: 'enforce'", step.migration.form)}: such actions run in no other step. Otherwise give` : elsewhere ? 'Otherwise give' : 'Give'} ${parent} the missing rows, or ${ofChild} ${beforehand(step.migration, fact.at.direction)}, as in \`${sql}\``,
  }
}

/** Whether the side also drops the parent, as when rebuilding it: no table is dropped while keys to it are enforced. */
function isDropped({ at, parent }: Broken['fact'], { acts }: ReplayedStep): boolean {
  const names = new Set([foldCase(parent)])
  return acts[at.direction].some((act) => {
    if (act.kind === 'rename-table' && names.has(act.table)) names.add(act.to)
    return act.kind === 'drop' && act.type === 'table' && names.has(act.name)
  })
}

/** Whether a DELETE leaves one of several rows of the parent: it considers others of them, or they are unique from then on. */
function isMerged({ at, parent }: Broken['fact'], { before, after }: ReplayedStep): boolean {
  const { statement, direction } = at
  const shape = readStatement(statement ?? '')
  if (direction === 'down' || shape.kind !== 'delete') return false
  if (!isSameName(plainName(shape.table.key), parent)) return false
  const isUniqueNow = [...after.entries()].some(
    ([key, one]) =>
      one.type === 'index' && one.unique && isSameName(one.table, parent) && !before.has(key),
  )
  return isUniqueNow || (timesNamed(parent, statement ?? '') > 1 && CHOOSES.test(statement ?? ''))
}

/** What occurs in a statement that selects one of several. */
const CHOOSES = /\b(?:min|max|group\s+by|row_number|exists)\b/i

const timesNamed = (table: string, sql: string): number =>
  [...wordsOf(sql)].filter(({ text }) => isSameName(plainName(text), table)).length

function pointElsewhere({ table, columns, parent }: Broken['fact']): string {
  const [key] = columns.map(sqlName)
  const move = `UPDATE ${sqlName(table)} SET ${key} = (SELECT … FROM ${sqlName(parent)} WHERE …) WHERE ${key} IN (…)`
  return columns.length === 1
    ? `Point the rows of ${table} at those of ${parent} that stay, before the DELETE, as in \`${move}\`. `
    : `Point the rows of ${table} at those of ${parent} that stay, before the DELETE. `
}

/** The first column stands for the key; a key that cannot be read has none. */
const aboutKey = ({ table, columns: [column] }: Broken['fact']): string =>
  column === undefined ? sqlName(table) : columnSubject(table, column)

/**
 * What the key would do with the rows if it were enforced, for a parent that a statement deletes from or updates: `DELETE
 * CASCADE`.
 */
function actionOf(fact: Broken['fact'], catalog: Catalog): string | null {
  const shape = readStatement(fact.at.statement ?? '')
  if (shape.kind !== 'delete' && shape.kind !== 'update') return null
  if (!isSameName(plainName(shape.table.key), fact.parent)) return null
  const key = catalogKey(fact, catalog)
  const action = shape.kind === 'delete' ? key?.onDelete : key?.onUpdate
  const acting = action !== undefined && /^(?:cascade|set )/i.test(action)
  return acting ? `${foldUpper(shape.kind)} ${foldUpper(action)}` : null
}

const catalogKey = ({ table, columns }: Broken['fact'], catalog: Catalog) =>
  tableIn(catalog, table)?.foreignKeys.find((one) =>
    isSameName(one.columns.join('\n'), columns.join('\n')),
  )

/** The schema that a side leads to. */
const catalogAfter = ({ direction }: Broken['fact']['at'], { before, after }: ReplayedStep) =>
  direction === 'up' ? after : before
