// Describes a failed side: whether SQLite or the code failed, with which message, and where.
import type { Entry } from './step-side.js'
import { orElse } from '../../../src/model/or-else.js'
import type { Database } from '../../../src/database/better-sqlite3/handle.js'
import { perform } from '../../../src/database/outcome.js'
import { isLockstepError, LockstepError } from '../../../src/errors/lockstep-error.js'
import { placeOf, sideOf } from '../../../src/plan/scripts.js'
import { rollBack } from '../../../src/run/ledger/lock.js'
import { splitStatements } from '../../../src/sql/split-statements.js'
import type { Direction, StepFailed, StepPlace } from '../../model/evidence.js'
import { failingExpression } from './failing-expression.js'
import { frameOf } from './frame-of.js'
import { wholeSide } from './whole-side.js'
import type { ReplayPass } from './replay-pass.js'

/** The failure, and whether the database is unchanged. */
export interface SideFailure extends Pick<
  StepFailed,
  'at' | 'cause' | 'message' | 'refusal' | 'code' | 'expression'
> {
  /** Whether changes remain: it ended its transaction, ran outside one, or closed the database. */
  readonly leftover: boolean
}

/** A side that threw. */
export interface FailedSide {
  readonly entry: Entry
  readonly direction: Direction
  readonly error: unknown
  /** The statement of code that was running when it threw; null for scripts, and if unknown. */
  readonly refused: string | null
}

/** The longest statement that is kept in full. */
const LONGEST = 2000

/** Describes a failure. To find the statement it may run the scripts again, in a transaction that it rolls back. */
export function describeFailure(pass: ReplayPass, failed: FailedSide): SideFailure {
  const { entry, error } = failed
  const leftover =
    entry.transaction === false || isLockstepError(error, 'TRANSACTION_ENDED') || !pass.handle.open
  const source = sourceOf(error)
  const message = messageOf(source)
  const expression = failingExpression(pass, { message, refused: failed.refused })
  return {
    at: placeOfFailure(pass, failed),
    cause: isSqlite(source) ? 'sqlite' : 'code',
    message,
    ...(expression && { expression }),
    ...(isLockstepError(source) && {
      refusal: LockstepError.partsOf(source).fix,
      code: source.code,
    }),
    leftover,
  }
}

/** Errors that the runtime only wraps are reported in their own words. */
function sourceOf(error: unknown): unknown {
  const passedOn =
    isLockstepError(error) &&
    (error.code === 'MIGRATION_FAILED' || error.code.startsWith('DATABASE_'))
  return passedOn && error.cause !== undefined ? sourceOf(error.cause) : error
}

const isSqlite = (error: unknown): boolean =>
  String((error as { code?: unknown } | null | undefined)?.code).startsWith('SQLITE_')

function messageOf(error: unknown): string {
  const message = (error as { message?: unknown } | null | undefined)?.message
  return typeof message === 'string' && message !== '' ? message : String(error)
}

function placeOfFailure(
  pass: ReplayPass,
  { entry, direction, error, refused }: FailedSide,
): StepPlace {
  const whole = wholeSide(entry.version, direction)
  const side = sideOf(entry, direction)
  // The runtime refused the migration, so none of its code can have thrown.
  if (!side) return whole
  if ('scripts' in side) {
    const found = statementAtFault(pass, { entry, direction, error, refused }, side.scripts)
    return found ? { ...whole, ...found, statement: cut(found.statement) } : whole
  }
  const source = sourceOf(error)
  const statement = refused ?? statedIn(source)
  return {
    ...whole,
    statement: statement === null ? null : cut(statement),
    frame: frameOf(source, entry, direction),
  }
}

/** The statement that the runtime refused, if the error names it. */
function statedIn(error: unknown): string | null {
  const statement = isLockstepError(error) ? error.facts['statement'] : null
  return typeof statement === 'string' ? statement : null
}

const cut = (statement: string): string => statement.slice(0, LONGEST)

interface FoundStatement {
  readonly script: number
  readonly offset: number
  readonly statement: string
}

const statementsOf = (scripts: readonly string[]): FoundStatement[] =>
  scripts.flatMap((text, script) =>
    splitStatements(text).map(({ text: statement, start }) => ({
      script,
      offset: start,
      statement,
    })),
  )

/** Identical statements on one line are told apart by running them. */
function statementAtFault(
  pass: ReplayPass,
  { entry, direction, error }: FailedSide,
  scripts: readonly string[],
): FoundStatement | null {
  const named = isLockstepError(error) ? namedStatements(entry, direction, scripts, error) : []
  const first = named[0] ?? null
  return named.length === 1 ? first : (searchStatement(pass, entry, scripts) ?? first)
}

/** The statements that the runtime's error may mean, narrowed down by its place if it has one. */
function namedStatements(
  entry: Entry,
  direction: Direction,
  scripts: readonly string[],
  { facts }: LockstepError,
): FoundStatement[] {
  const { place } = facts
  return statementsOf(scripts).filter(
    ({ script, offset, statement }) =>
      statement === facts['statement'] &&
      (place === undefined ||
        placeOf(entry, direction, script, { text: scripts[script] ?? '', offset }) === place),
  )
}

/**
 * If the failure ended the transaction, the runtime could not search for the statement. Nor can this, if the database is not as it was
 * before the step.
 */
function searchStatement(
  { env, handle }: ReplayPass,
  { transaction }: Entry,
  scripts: readonly string[],
): FoundStatement | null {
  if (!handle.open || handle.inTransaction || transaction === false) return null
  handle.exec('BEGIN IMMEDIATE')
  try {
    return statementsOf(scripts).find(({ statement }) => fails(handle, statement)) ?? null
  } finally {
    perform('sync', rollBack(env))
  }
}

function fails(handle: Database, statement: string): boolean {
  return orElse(() => (handle.exec(statement), false), true)
}
