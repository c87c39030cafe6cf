// Words the cause of a failed step. Pure.
import { isLockstepError, LockstepError } from '../../../src/errors/lockstep-error.js'
import { shortSql } from '../../sql/one-line.js'

/** SQLite's own message, without what the runtime adds; with the statement, if the message names nothing. */
export function causeOf(error: unknown): string {
  const { cause, message } = error as Error
  if (!(cause instanceof Error))
    return isLockstepError(error) ? LockstepError.partsOf(error).message : message
  const { statement } = (error as Partial<LockstepError>).facts ?? {}
  return NAMELESS.test(cause.message) && typeof statement === 'string'
    ? `${cause.message}, in \`${shortSql(statement)}\``
    : cause.message
}

/** Messages that name neither an object nor a column. */
const NAMELESS = /^(?:SQL logic error|datatype mismatch|FOREIGN KEY constraint failed)$/
