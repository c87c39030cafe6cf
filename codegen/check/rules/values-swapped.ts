// A migration puts the values of one column into another one.
import { listed } from '../../diagnostics/listed.js'
import { changedValues, type ChangedValues } from '../changes/changed-values.js'
import {
  describeValue,
  sideName,
  ignoreComment,
  inStatement,
  isRowByRow,
} from '../wording/describe-step.js'
import type { Direction, StepPlace } from '../../model/evidence.js'
import type { Finding, ReplayedStep, Rule, Subject, FoundStatement } from '../subject/rule.js'
import { sqlName, sqlNames } from '../../sql/sql-name.js'
import {
  exchangedByDown,
  type ExchangedColumn,
  type ExchangedColumns,
} from '../changes/exchanged-by-down.js'
import { unswappedCopy, type Move } from '../wording/unswapped-copy.js'
import { isDeclared, withoutDeclared } from '../subject/declared-place.js'
import { statementPlace, stepPosition } from '../subject/place.js'
import { foldCase, isSameName, plainName } from '../../../src/sql/names.js'
import { columnOf as columnIn, tableIn } from '../../model/in-catalog.js'
import { columnOf } from '../../sql/read-select.js'
import { readStatement } from '../../sql/read-statement.js'
import { exchangesIn } from '../../sql/exchanged-items.js'
import { ownsRows } from '../changes/emptied-indexes.js'

/**
 * One finding for all columns of a table: if two are swapped, each holds the values of the other. Replaces `INSERT_SELECT_STAR`,
 * which warns of what has happened here.
 */
export const valuesSwapped: Rule = {
  code: 'VALUES_SWAPPED',
  severity: 'error',
  override: 'acknowledged',
  stage: 'replay',
  supersedes: ['INSERT_SELECT_STAR'],
  *check(subject) {
    for (const step of subject.replay?.steps ?? []) {
      const exchanges = exchangedByDown(step)
      const isTold = ({ table, facts: [{ at }] }: ChangedValues): boolean =>
        at.direction === 'down' && exchanges.some((one) => isSameName(one.table, table))
      for (const mixed of changedValues(step))
        if (mixed.swapped && !isTold(mixed)) yield judge(mixed, step, subject)
      for (const exchanged of exchanges) yield judgeExchange(exchanged, step)
      for (const exchanged of exchangedInIndex(step)) yield judgeIndex(exchanged, step)
    }
  },
}

function judge(
  { table, facts }: ChangedValues,
  step: ReplayedStep,
  { settings }: Pick<Subject, 'settings'>,
): Finding {
  const place = withoutDeclared(facts[0].at, step.migration)
  const at = stepPosition(place, step.migration, settings.root)
  const { column, before, after } = facts.find(({ from }) => from !== null) ?? facts[0]
  const moved = facts.flatMap((one) => (one.from === null ? [] : [{ ...one, from: one.from }]))
  const isReplaced =
    moved.length > 0 &&
    moved.every(
      ({ column: into, from }) =>
        takesPlace(into, from, table, place.direction === 'up' ? step : turned(step)) &&
        !moved.some((one) => isSameName(one.column, from)),
    )
  const columns = columnsOf(table, place.direction, step) ?? [column]
  const aside = isReplaced ? movedAside(moved, place, table, step) : []
  const isKept = isReplaced && aside.length === moved.length
  const { what, fix } = isKept
    ? wordsOfAside(table, [...aside, ...moved], place)
    : isReplaced
      ? wordsOfReplaced(table, moved, place)
      : wordsOfMixed(table, { moved, columns, place }, step)
  const about = sqlName(table)
  return {
    at,
    subject: about,
    message: `${sideName(step.version, place.direction, at)} ${what}. In one row, ${column} was ${describeValue(before)} and is now ${describeValue(after)}.`,
    fix: `${fix}, say why: ${ignoreComment('VALUES_SWAPPED', step.migration, about)}.`,
    ...(isKept && { severity: 'warning' }),
  }
}

/** Where the same copy puts what was in these columns, if these are new ones. */
function movedAside(
  moved: readonly Move[],
  { statement }: StepPlace,
  table: string,
  step: Pick<ReplayedStep, 'before' | 'after'>,
): Move[] {
  const [was, is] = [step.before, step.after].map((catalog) => tableIn(catalog, table))
  const shape = readStatement(statement ?? '')
  if (shape.kind !== 'insert' || shape.selects.length !== 1) return []
  const names =
    shape.columns?.map(({ key }) => plainName(key)) ?? is?.columns.map(({ name }) => name) ?? []
  const items = shape.selects[0]!.items.map((item) => plainName(columnOf(item)?.column.key ?? ''))
  return moved.flatMap(({ column }) => {
    const into = names[items.findIndex((item) => isSameName(item, column))]
    const made = into !== undefined && is ? columnIn(is, into) : undefined
    return made && was && !columnIn(was, made.name) ? [{ column: made.name, from: column }] : []
  })
}

function wordsOfAside(table: string, moves: readonly Move[], place: StepPlace) {
  const all = moves.map(({ column, from }) => `what was in ${from} to ${column}`)
  const [, { column }] = moves as [Move, Move]
  return {
    what: `moves ${listed(all)} in ${table}${inStatement(place)}: older code that is still running finds in ${column} what was in another column`,
    fix: 'Give columns that swap places names that none of them had, so that older code fails instead of mixing them up. If nothing else uses the database meanwhile',
  }
}

interface Moved {
  readonly moved: readonly Move[]
  readonly columns: readonly string[]
  readonly place: StepPlace
}

function wordsOfMixed(table: string, { moved, columns, place }: Moved, step: ReplayedStep) {
  const moves = moved.map((one) => `${one.column} now holds what was in ${one.from}`)
  const copy = unswappedCopy(place.statement ?? '', moved, columns)
  const names = sqlNames(columns)
  const own = `INSERT INTO … (${names}) SELECT ${names} FROM …`
  const remedy = isDeclared(step.migration, place.direction)
    ? `Leave out \`using\` of ${listed(moved.map((one) => one.column))}`
    : isRowByRow(place)
      ? 'Pass the values in the order in which the INSERT names their columns'
      : UPDATES.test(place.statement ?? '')
        ? `In the UPDATE, set ${listed(moved.map((one) => one.column))} to what is kept of ${moved.length > 1 ? 'each' : 'it'}`
        : `Name the columns on both sides: \`${copy ?? own}\``
  return {
    what: `mixes up the columns of ${table}${inStatement(place)}: ${listed(moves)}`,
    fix: `${remedy}. If they are meant to change places`,
  }
}

function wordsOfReplaced(table: string, moved: readonly Move[], place: StepPlace) {
  const own = listed(moved.map(({ column }) => column))
  const others = listed(moved.map(({ from }) => from))
  return {
    what: `puts what was in ${others} of ${table} into ${own}${inStatement(place)}, in place of what was there`,
    fix: `Leave what is in ${own} there, and give ${others} a new column. If ${own} may lose it`,
  }
}

/** Whether the table had a column of that name, and has none of the other any more. */
function takesPlace(
  into: string,
  from: string,
  table: string,
  { before, after }: Pick<ReplayedStep, 'before' | 'after'>,
): boolean {
  const [was, is] = [before, after].map((catalog) => tableIn(catalog, table))
  return !!was && !!is && !!columnIn(was, into) && !columnIn(is, from)
}

const turned = ({ before, after }: ReplayedStep) => ({ before: after, after: before })

const UPDATES = /^\s*(?:with\b.*?\))?\s*update\b/is

/** `down` may be right, and `up` wrong: only their names show which column is which. */
function judgeExchange(
  { table, moves, at, statement }: ExchangedColumns,
  step: ReplayedStep,
): Finding {
  const about = sqlName(table)
  const after = moves.map((one) => `${one.after} holds what was in ${one.before} before \`up\``)
  const isLeft = ({ before, between }: ExchangedColumn): boolean => before === between
  const back = moves.flatMap((one) =>
    isLeft(one) ? [] : [`${sqlName(one.between)} into ${sqlName(one.before)}`],
  )
  const stays = moves.filter(isLeft).map(({ before }) => sqlName(before))
  const remedy = back.length > 0 ? `Put ${listed(back)}` : `Leave ${listed(stays)} alone`
  return {
    at,
    subject: about,
    message: `${sideName(step.version, 'down', at)} mixes up the columns of ${table}${inStatement({ statement: statement?.text ?? null })}: afterwards ${listed(after)}.`,
    fix: `${remedy}. If they are meant to change places, say why: ${ignoreComment('VALUES_SWAPPED', step.migration, about)}.`,
  }
}

/** What a search finds in one column is in the other one. */
function judgeIndex(
  { index, columns, from, statement }: ExchangedInIndex,
  step: ReplayedStep,
): Finding {
  const at = statementPlace(statement)
  const about = sqlName(index)
  const [first, second] = columns.map(sqlName)
  return {
    at,
    subject: about,
    message: `${sideName(step.version, 'up', at)} fills ${first} of the full-text index ${index} with ${second} of ${from}, and ${second} with ${first}${inStatement({ statement: statement.text })}: searches by column return the wrong rows.`,
    fix: `Name the columns in the same order on both sides. If they are meant to change places, say why: ${ignoreComment('VALUES_SWAPPED', step.migration, about)}.`,
  }
}

/** The columns that the table has before and after the side, or gets before a copy, and that a copy can write. */
function columnsOf(
  table: string,
  direction: Direction,
  { before, after, statements }: ReplayedStep,
): string[] | null {
  const key = `table ${foldCase(table)}`
  const [now, then] = direction === 'up' ? [after, before] : [before, after]
  const [fresh, old] = [now.get(key), then.get(key)]
  const found = fresh ?? old
  if (found?.type !== 'table') return null
  const added = statements.flatMap(({ direction: side, shape }) =>
    side === direction &&
    shape.kind === 'add-column' &&
    isSameName(plainName(shape.table.key), table)
      ? [plainName(shape.column.name.key)]
      : [],
  )
  return found.columns.flatMap(({ name, generated, hidden }) => {
    const isNew =
      old?.type === 'table' && !columnIn(old, name) && !added.some((one) => isSameName(one, name))
    return isNew || generated !== null || hidden ? [] : [name]
  })
}

/** An index, the two columns, the table that they are from, and the statement. */
interface ExchangedInIndex {
  readonly index: string
  readonly columns: readonly [string, string]
  readonly from: string
  readonly statement: FoundStatement
}

/** Only of columns that have the same names in the table. */
function exchangedInIndex({ statements, before, after }: ReplayedStep): ExchangedInIndex[] {
  return statements.flatMap((statement): ExchangedInIndex[] => {
    const { shape, direction } = statement
    if (shape.kind !== 'insert' || direction !== 'up') return []
    const index = tableIn(after, plainName(shape.table.key))
    if (!index || index.module === null || !ownsRows(index)) return []
    const names =
      shape.columns?.map(({ key }) => plainName(key)) ??
      index.columns.flatMap(({ name, hidden }) => (hidden ? [] : [name]))
    return shape.selects.flatMap((select) => {
      const name = plainName(select.from?.key ?? '')
      const from = tableIn(after, name) ?? tableIn(before, name)
      if (!from) return []
      return exchangesIn(names, select)
        .filter((columns) => columns.every((one) => columnIn(from, one)))
        .map((columns) => ({ index: index.name, columns, from: from.name, statement }))
    })
  })
}
