// Determines what a failure on rows is about: the statement, and the table that its rows come from.
import { tableIn } from '../../model/in-catalog.js'
import type { CatalogTable } from '../../model/catalog.js'
import type { StepFailed } from '../../model/evidence.js'
import { onlyStatement, type UniqueFailure } from './explain-unique.js'
import { isDerived } from '../../alter/expanded.js'
import { namesIn } from '../../sql/names-in.js'
import { readStatement } from '../../sql/read-statement.js'
import type { ReplayedStep } from '../subject/rule.js'
import { schemaActs } from '../subject/schema-acts.js'
import { sqlName } from '../../sql/sql-name.js'
import { isClosed, isDeclared } from '../subject/declared-place.js'
import { statementAt } from '../subject/place.js'
import type { Insert, Statement } from '../../sql/statement.js'
import { foldCase, isSameName, plainName } from '../../../src/sql/names.js'

/** Two parts of a message. */
export interface RowFailureWords {
  /** As a sentence of its own. */
  readonly why: string
  /** Without a full stop. */
  readonly fix: string
  /** Whether the generated rows may be the reason, rather than the statement. */
  readonly doubtful: boolean
  /** Whether the copy gives a column the values of another one: any other failure has the same cause. */
  readonly isMisplaced?: true
}

/** The words for one kind of failure. */
export type Words = Pick<RowFailureWords, 'why' | 'fix'> & Partial<RowFailureWords>

/** What the failure is about. */
export interface FailurePlace {
  /** The table that the rows come from, as SQL; for a rebuild's copy the old one. */
  readonly table: string
  /** Whether that table has a column that the message names. */
  readonly hasColumn: boolean
  readonly columns: readonly string[]
  /** What the message names, verbatim. */
  readonly named: string
  readonly copies: boolean
  /**
   * What fails: a statement, or something that runs statements that nobody has written: a call such as that of `ctx.rebuild`, a
   * declaration.
   */
  readonly running: 'statement' | 'call' | 'alter' | 'batches'
  /** Where to fix the rows beforehand, as a part of a sentence. */
  readonly earlier: string
  /** The parsed statement, if known. */
  readonly shape: Statement | null
  /** The failing INSERT, even if `ctx.rebuild` issued it. */
  readonly insert: Insert | null
  /** The tables that it may be about, as they were before the step: the one of the rows first. */
  readonly tables: readonly CatalogTable[]
  readonly unique: UniqueFailure
}

/** `named` is what SQLite's message names. */
export function readPlace(named: string, fact: StepFailed, step: ReplayedStep): FailurePlace {
  const found = statementAt(fact.at, step)
  const sql = onlyStatement(found?.text ?? fact.at.statement ?? '')
  const shape = sql === null ? null : readStatement(sql)
  const { columns, target } = readSubject(named, shape)
  const running = runningAt(fact, step)
  return {
    ...readTables(named, { fact, step, sql, target, columns }, shape),
    columns,
    named,
    running,
    earlier: earlierThan(running, fact, step),
    shape,
    insert:
      running === 'statement' || running === 'batches'
        ? insertOf(shape)
        : rebuildingCopy(fact, step),
    unique: { fact, step, sql, target, columns },
  }
}

function runningAt({ at }: StepFailed, { migration }: ReplayedStep): FailurePlace['running'] {
  if (isClosed(migration, at.direction)) return migration.batches ? 'batches' : 'alter'
  const isCall = isDeclared(migration, at.direction) || (at.statement === null && at.frame !== null)
  return isCall ? 'call' : 'statement'
}

/** A derived side first has to be written out, and then consists of other statements. */
function earlierThan(
  running: FailurePlace['running'],
  { at: { direction } }: StepFailed,
  { migration }: ReplayedStep,
): string {
  if (isClosed(migration, direction)) return 'in a migration before this one'
  return direction === 'down' && isDerived(migration) ? 'first' : `before this ${running}`
}

const insertOf = (shape: Statement | null): Insert | null =>
  shape?.kind === 'insert' ? shape : null

type Tables = Pick<FailurePlace, 'table' | 'hasColumn' | 'copies' | 'tables'>

/** The name of the first of the tables that has a column which the message names, else of the first that there was. */
function readTables(
  named: string,
  { fact, step, target }: UniqueFailure,
  shape: Statement | null,
): Tables {
  const found = statementAt(fact.at, step)
  const [act] = found ? schemaActs([found]) : []
  const copied = act?.kind === 'copy' ? act.from : null
  const rebuilt = target.startsWith(REBUILT) ? target.slice(REBUILT.length) : target
  const names = [fact.table, copied, target, rebuilt, ...writtenBy(shape)]
  const tables = names.flatMap((name) => (name === null ? [] : (tableIn(step.before, name) ?? [])))
  const having = tables.find((one) => one.columns.some(({ name }) => mentions(named, name)))
  const second = names.filter((name) => name !== null)[1] ?? ''
  const one = having ?? tables.find(({ name }) => isSameName(name, second)) ?? tables[0]
  return {
    table: sqlName(one?.name ?? copied ?? fact.table ?? rebuilt),
    hasColumn: having !== undefined,
    copies: copied !== null,
    tables,
  }
}

const writtenBy = (shape: Statement | null): string[] =>
  shape?.kind === 'insert' || shape?.kind === 'update' ? [plainName(shape.table.key)] : []

/** The copy of `ctx.rebuild`, whose statements nobody has written. */
function rebuildingCopy({ table }: StepFailed, { statements }: ReplayedStep): Insert | null {
  const shapes = statements.flatMap(({ origin, shape }) =>
    origin === 'toolkit' && shape.kind === 'insert' ? [shape] : [],
  )
  return (
    shapes.find((shape) => isSameName(plainName(shape.table.key), `${REBUILT}${table}`)) ?? null
  )
}

const mentions = (text: string, column: string): boolean =>
  [...namesIn(text)].includes(foldCase(column))

/** The columns and the table that a message names, or, if it names none, the statement. */
function readSubject(
  named: string,
  shape: Statement | null,
): Pick<UniqueFailure, 'columns' | 'target'> {
  if (shape?.kind === 'alter-column' && shape.column)
    return { columns: [plainName(shape.column.key)], target: plainName(shape.table.key) }
  if (named.startsWith("index '")) return { columns: [], target: '' }
  const columns = named.split(', ').map((one) => one.slice(one.lastIndexOf('.') + 1))
  return { columns, target: named.split('.')[0] ?? '' }
}

/** How `ctx.rebuild` calls the new table until it takes the place of the old one. */
const REBUILT = 'lockstep_new_'
