// A table is rebuilt without a constraint that it had.
import { numbersOf } from '../../model/rowid-column.js'
import { finalName } from '../subject/final-name.js'
import { sqlName } from '../../sql/sql-name.js'
import { changePlace } from '../subject/place.js'
import { listed } from '../../diagnostics/listed.js'
import { ignoreComment, sentence, versionName } from '../wording/describe-step.js'
import { isFilled, lostClauses, type LostClause } from '../changes/lost-clauses.js'
import { lostConstraints, type LostConstraint } from '../changes/lost-constraints.js'
import { lostUniqueIndexes, type LostUniqueIndex } from '../changes/lost-unique-indexes.js'
import { isReplaced, replacedColumns } from '../changes/replaced-columns.js'
import { clauseLosses, insteadOf, type LostDoing } from '../wording/clause-losses.js'
import { affinityOf } from '../changes/affinity.js'
import { columnSubject, objectSubject } from '../subject/finding-subject.js'
import { wordsIn } from '../../sql/names-in.js'
import { isMadeAnew, tracesUnderOtherNames } from '../subject/trace-tables.js'
import { foldCase, isSameName } from '../../../src/sql/names.js'
import type { ReplayedStep, Rule, TableTrace } from '../subject/rule.js'
import { sqlInLine } from '../../sql/one-line.js'

/**
 * Only for tables that are rebuilt by hand, including lost generated columns, or that get a new column under the name of a
 * removed one: ALTER TABLE … DROP CONSTRAINT and declared changes name what they remove. NOT NULL, defaults and foreign key
 * actions and ON CONFLICT count if the rebuild has another purpose; a hint if only something is lost that is not needed to keep the data right,
 * or NOT NULL alone, which may well be intended.
 */
export const constraintLost: Rule = {
  code: 'CONSTRAINT_LOST',
  severity: 'warning',
  stage: 'replay',
  *check({ replay }) {
    for (const step of replay?.steps ?? []) {
      if (step.migration.alter) continue
      const taken = new Set<string>()
      const anew = [...step.traces, ...tracesUnderOtherNames(step)].filter(isMadeAnew)
      for (const trace of [...anew, ...replacedColumns(step)]) {
        const constraints = lostConstraints(trace, step)
        const isForConstraints = constraints.length > 0
        const clauses = lostClauses(trace, step, { steps: replay?.steps ?? [], isForConstraints })
        for (const [subject, lost] of bySubject(trace, { constraints, clauses })) {
          taken.add(subject)
          yield judge(trace, { ...lost, subject }, step)
        }
      }
      for (const index of lostUniqueIndexes(step)) {
        const finding = judgeIndex(index, step, taken)
        taken.add(finding.subject)
        yield finding
      }
    }
  },
}

interface Lost {
  readonly constraints: readonly LostConstraint[]
  readonly clauses: readonly LostClause[]
}

/** One finding for the table; if several things are lost, each constraint has its own, by a column that it concerns. */
function bySubject(trace: TableTrace, { constraints, clauses }: Lost): Map<string, Lost> {
  const { name, columns } = trace.before
  // CREATE TABLE … AS SELECT keeps none, which counts as one loss.
  const matters = isFilled(trace) ? 1 : constraints.length + Math.min(1, clauses.length)
  const found = new Map<string, Lost>()
  const add = (subject: string, { constraints: more, clauses: others }: Lost): void => {
    const known = found.get(subject) ?? { constraints: [], clauses: [] }
    found.set(subject, {
      constraints: [...known.constraints, ...more],
      clauses: [...known.clauses, ...others],
    })
  }
  for (const one of constraints) {
    const words = wordsIn(`${one.sql} ${sqlName(one.column ?? '')}`)
    const column = columns.find((own) => words.has(foldCase(own.name)))
    const isAlone = matters === 1 || !column
    add(isAlone ? sqlName(name) : columnSubject(name, column.name), {
      constraints: [one],
      clauses: [],
    })
  }
  if (clauses.length > 0) add(sqlName(name), { constraints: [], clauses })
  return found
}

function judge(
  trace: TableTrace,
  { subject, ...lost }: Lost & { readonly subject: string },
  step: ReplayedStep,
) {
  const { before, statement } = trace
  const at = changePlace(statement, step)
  const { constraints, clauses } = lost
  const hasKey = trace.after?.columns.some(({ primaryKey }) => primaryKey > 0)
  const all = [...constraints.map(constraintName), ...clauses.map(clauseName)]
  const wanted = [
    ...constraints.map(({ sql, column }) =>
      isOfOtherValues(sql, trace)
        ? 'a CHECK for its new values'
        : isCalculated(sql, trace, step)
          ? `\`${sql}\`, or one for the values that the copy makes,`
          : `\`${hasKey ? sql.replace(/^PRIMARY KEY/, 'UNIQUE') : sql}\`${column === undefined ? '' : ` for ${sqlName(column)}`}`,
    ),
    ...clauses.map(({ kind, sql, column, answer }) =>
      kind === 'computed'
        ? `\`${sql}\``
        : answer
          ? `\`${sql}\` for ${column}${insteadOf(answer)}`
          : `\`${sql}\` for ${sqlName(column)}`,
    ),
  ]
  const [it, is] = all.length === 1 ? ['it', 'is'] : ['they', 'are']
  return {
    at,
    subject,
    ...(isHint(lost, trace) && { severity: 'info' as const }),
    message: sentence(
      `${versionName(step, at)} ${changeOf(trace)} without ${listed(all)}: ${lossesOf(lost)}${unnumbered(lost, trace)}.`,
    ),
    fix: `Give ${isMadeAnew(trace) ? 'the new table' : `${sqlName(before.name)}, in a rebuild if ADD COLUMN does not accept it,`} ${listed(wanted)} as ${clauses.some(({ answer }) => answer) ? 'before' : 'well'}. If ${it} ${is} meant to go, say why: ${ignoreComment('CONSTRAINT_LOST', step.migration, subject)}.`,
  }
}

/** If SQLite assigned the numbers, and does not any more. */
function unnumbered({ constraints }: Lost, { before, after }: TableTrace): string {
  const [name] = numbersOf(before)
  const isLost = constraints.some(({ sql }) => sql.startsWith('PRIMARY KEY'))
  return name === undefined || !isLost || !after || numbersOf(after).length > 0
    ? ''
    : `, and nothing numbers its rows: an INSERT without ${name} leaves NULL there`
}

function changeOf(trace: TableTrace): string {
  const { before, after, columns } = trace
  const isSame = isSameName(before.name, after?.name ?? before.name)
  if (isMadeAnew(trace)) return `rebuilds ${before.name}${isSame ? '' : ` as ${after?.name ?? ''}`}`
  const names = columns.filter(isReplaced).map((one) => one.before.name)
  const other = names.length === 1 ? 'another column' : 'other columns'
  return `replaces ${listed(names)} of ${before.name} with ${other}`
}

/**
 * Whether a CHECK compares a column of another type now with texts or numbers of the old one: it would reject every row, or
 * accept any.
 */
const isOfOtherValues = (sql: string, { columns }: TableTrace): boolean =>
  sql.startsWith('CHECK') &&
  /['\d]/.test(sql) &&
  columns.some(
    ({ before, after }) =>
      after !== null &&
      wordsIn(sql).has(foldCase(after.name)) &&
      [before, after].every(({ type }) => affinityOf(type) !== 'BLOB') &&
      (affinityOf(before.type) === 'TEXT') !== (affinityOf(after.type) === 'TEXT'),
  )

/** Whether a copy into the new table changes the values of a column in a CHECK: it is unknown whether they satisfy it. */
const isCalculated = (
  sql: string,
  { before, after }: TableTrace,
  { acts }: ReplayedStep,
): boolean =>
  sql.startsWith('CHECK') &&
  acts.up.some(
    (act, at) =>
      act.kind === 'copy' &&
      after !== null &&
      isSameName(act.from, before.name) &&
      isSameName(finalName(act.to, at, acts.up), after.name) &&
      [...act.columns].some(([name, source]) => source === null && wordsIn(sql).has(name)),
  )

const constraintName = ({ sql, column }: LostConstraint): string =>
  column === undefined ? sql : `${sql} under the UNIQUE of ${sqlName(column)}`

/** An implicit NOT NULL is named with its reason. */
const clauseName = ({ kind, sql, column }: LostClause): string =>
  kind === 'computed'
    ? `the generated column ${column}`
    : kind === 'answer'
      ? `${sql} of ${column}`
      : `${sql}${kind === 'key' ? ' (by WITHOUT ROWID)' : ''} of ${sqlName(column)}`

function lossesOf({ constraints, clauses }: Lost): string {
  const doing = clauses.filter(isDoing)
  const guards = [...constraints, ...clauses.filter((one) => !isDoing(one))]
  const missed = new Set(doing.flatMap(({ missedBy }) => missedBy ?? []))
  const others = [...clauseLosses(doing), ...missed].join('; ')
  if (guards.length === 0) return `from now on ${others}`
  const [it, constraint] =
    guards.length === 1
      ? (['it', 'the constraint'] as const)
      : (['they', 'the constraints'] as const)
  const open = (kept: string): string =>
    `rows that ${kept} kept out can get in from now on, without an error`
  return others === '' ? open(it) : `${open(constraint)}; ${others}`
}

const isDoing = (clause: LostClause): clause is LostDoing =>
  clause.kind !== 'not null' && clause.kind !== 'key'

/** Whether the loss may well be intended, or does no harm to the data. */
function isHint({ constraints, clauses }: Lost, trace: TableTrace): boolean {
  if (constraints.length > 0 || isFilled(trace)) return false
  if (clauses.some(({ kind, missedBy }) => HARMFUL.has(kind) || missedBy !== null)) return false
  const nullable = clauses.filter(({ kind }) => kind === 'not null').map(({ column }) => column)
  return clauses.every(({ column }) => nullable.length === 0 || nullable.includes(column))
}

const HARMFUL = new Set<LostClause['kind']>([
  'key',
  'generated',
  'computed',
  'on delete',
  'on update',
  'answer',
])

/** `taken` are the subjects of other findings of the step. */
function judgeIndex(
  { index, again, unique, statement }: LostUniqueIndex,
  step: ReplayedStep,
  taken: ReadonlySet<string>,
) {
  const trace = step.traces.find(({ before }) => isSameName(before.name, index.table))
  const at = changePlace(statement ?? trace?.statement ?? null, step)
  const own = sqlName(index.table)
  const subject = taken.has(own) ? objectSubject(`index ${index.name}`) : own
  const anew =
    trace && isMadeAnew(trace) ? `rebuilds ${index.table}, and recreates its` : 'recreates the'
  const names = again.columns.flatMap((name) => name ?? [])
  const what =
    unique.length === 0
      ? 'so that it is less unique than before'
      : `over ${listed(names)}, of which ${listed(unique)} is already unique, so it keeps nothing out`
  return {
    at,
    subject,
    message: sentence(
      `${versionName(step, at)} ${anew} index ${index.name} ${what}: duplicates that it kept out can get in from now on, without an error.`,
    ),
    fix: `Recreate the index as it was, \`${sqlInLine(index.sql)}\`. If duplicates are fine now, say why: ${ignoreComment('CONSTRAINT_LOST', step.migration, subject)}.`,
  }
}
