// Turns what a client throws into typed errors.
import type { Fault } from '../../database/driver.js'
import type { Work } from '../../database/outcome.js'
import {
  databaseBusy,
  databaseCannotOpen,
  databaseClosed,
  databaseCorrupt,
  databaseFailed,
  databaseFull,
  databaseIo,
  databaseNotADatabase,
  databaseReadonly,
} from '../../errors/database.js'
import { completeCommands, saysHistory } from '../../model/advised-commands.js'
import { isLockstepError, LockstepError } from '../../errors/lockstep-error.js'
import { migrationFailed } from '../../errors/run.js'
import type { Environment } from './environment.js'
import type { Task } from './task.js'

const PROBLEMS: Record<Fault, typeof databaseBusy> = {
  busy: databaseBusy,
  readonly: databaseReadonly,
  full: databaseFull,
  corrupt: databaseCorrupt,
  'not-a-database': databaseNotADatabase,
  'cannot-open': databaseCannotOpen,
  io: databaseIo,
  closed: databaseClosed,
}

/** The message of whatever was thrown, without a final full stop. */
export function reasonOf(error: unknown): string {
  const message =
    typeof error === 'string' ? error : (error as { message?: unknown } | null | undefined)?.message
  return typeof message === 'string' && message !== ''
    ? message.replace(/\.$/, '')
    : `${error && typeof error === 'object' ? 'an object' : String(error)} was thrown`
}

/** A fault of the database as a typed error; undefined if the error is no such fault. */
export function faultError<H>(
  { driver }: Environment<H>,
  error: unknown,
): LockstepError | undefined {
  const fault = driver.faultOf(error)
  if (!fault) return undefined
  const { code } = error as { code?: unknown }
  // SQLite reports this by the code alone.
  const isMoved = String(code).endsWith('_DBMOVED')
  const why = isMoved ? ', as the file was moved, replaced or deleted since it was opened' : ''
  const problem = PROBLEMS[fault](reasonOf(error) + why)
  const fix = isMoved ? 'Open the file again.' : problem.fix
  return new LockstepError({ ...problem, fix }, { cause: error })
}

/** What a migration threw, as a typed error: its own, a fault of the database, or a failure at a place or in a statement. */
export function failure<H>(
  env: Environment<H>,
  task: Task<H>,
  error: unknown,
  facts: { readonly place: string; readonly statement?: string } = { place: task.file },
): LockstepError {
  if (isLockstepError(error)) return error
  const { place, statement } = facts
  const said =
    statement && place === task.file ? `${place} in \`${statement.slice(0, 80)}\`` : place
  return (
    faultError(env, error) ??
    new LockstepError(migrationFailed(task, said, reasonOf(error), facts), {
      cause: error,
    })
  )
}

/** The result of work; if the database is sound and the SQL itself fails, the result of `otherwise`. */
export function* unlessFault<H, T>(
  { driver }: Pick<Environment<H>, 'driver'>,
  work: Work<T>,
  otherwise: (error: unknown) => T,
): Work<T> {
  try {
    return yield* work
  } catch (error) {
    if (driver.faultOf(error)) throw error
    return otherwise(error)
  }
}

/** Restores settings. On a closed connection there is nothing to restore, and the error to report is its own. */
export function* unlessClosed<H>(
  { driver }: Environment<H>,
  work: () => Work<unknown>,
): Work<void> {
  try {
    yield* work()
  } catch (error) {
    if (driver.faultOf(error) !== 'closed') throw error
  }
}

/**
 * Runs work so that everything it throws is a `LockstepError`. For a named history, the commands that the error suggests are
 * about that history.
 */
export function* typed<H, T>(env: Environment<H>, work: Work<T>): Work<T> {
  try {
    return yield* work
  } catch (error) {
    throw ofHistory(env, isLockstepError(error) ? error : unexpected(env, error))
  }
}

const unexpected = <H>(env: Environment<H>, error: unknown): LockstepError =>
  faultError(env, error) ?? new LockstepError(databaseFailed(reasonOf(error)), { cause: error })

function ofHistory<H>({ registry }: Environment<H>, error: LockstepError): LockstepError {
  const history = registry[0]?.history
  if (history === undefined) return error
  const { fix, next, ...parts } = LockstepError.partsOf(error)
  const named = (text: string): string =>
    completeCommands(text, (_, rest) => (saysHistory(rest) ? '' : ` --name ${history}`))
  const told = { ...parts, fix: named(fix), ...(next && { next: named(next) }) }
  return told.fix === fix && told.next === next ? error : new LockstepError(told, error)
}
