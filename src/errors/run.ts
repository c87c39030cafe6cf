// What can happen while a plan is run. Each message says what state the database is in.
import type { Problem } from '../model/report.js'
import { STILL_THERE, settleRow } from '../model/left-outside.js'
import { versionId } from '../model/version.js'
import type { Cause } from './lockstep-error.js'

/** The migration an error is about: `up` or `down`, and where it is written. */
export interface Where {
  readonly version: number
  readonly name: string
  readonly direction: 'up' | 'down'
  readonly file: string
  /** Whether it runs outside a transaction, so that nothing of it can be rolled back. */
  readonly outside: boolean
}

const title = (where: Where): string =>
  `${where.direction === 'up' ? 'Migration' : 'The down of migration'} ${versionId(where.version)} (${where.name})`

const state = (where: Where): string => (where.outside ? STILL_THERE : 'It was rolled back.')

/** What to do: outside a transaction, running again is refused until somebody has looked. */
const fixOf = ({ outside, version, direction }: Where, fix: string): string =>
  `${fix} ${outside ? settleRow(version, direction) : 'Then run again.'}`

/** A statement or the code of a migration threw. */
export const migrationFailed = (
  where: Where,
  place: string,
  reason: string,
  facts: Problem['facts'],
): Cause => ({
  code: 'MIGRATION_FAILED',
  message: `${title(where)} failed at ${place}: ${reason}. ${state(where)}`,
  fix: fixOf(
    where,
    /already exists|duplicate column/.test(reason)
      ? 'If it has been applied already, and only its row is missing from the ledger, `lockstep verify` says so, and how to record it. Otherwise fix the migration.'
      : 'Fix the migration.',
  ),
  facts: { ...where, ...facts },
})

/** How far a step outside a transaction came: it may have done all of its work, and only recording it went wrong. */
export type Reached = 'failed' | 'has run, but is not recorded'

/** An error that names no step, as it is told of a step outside a transaction, which cannot just be run again. */
export function faultOutside(
  where: Where,
  { code, message, fix, facts }: Cause,
  reached: Reached,
): Cause {
  const isOpen = code === 'COMMIT_UNCERTAIN'
  const how = isOpen ? 'has run, and may be recorded or not' : reached
  const first = fix.replace(/(?:^|[,;]? (?:and|then|before you) )[Rr]un again( to go on)?\.$/, '.')
  return {
    code,
    message: `${title(where)} in ${where.file} ${how}. ${message.split(OF_OTHERS)[0]} ${state(where)}`,
    fix: fixOf(where, `${first}${isOpen ? ' If it is not applied there:' : ''}`).replace(
      /^\. /,
      '',
    ),
    facts: { ...facts, ...where },
  }
}

/** What is said of the state of steps in transactions. */
const OF_OTHERS = / (?=A step that was|Its report lists|What was to be)/

/** A migration returned `false`, which means that it failed. */
export const migrationReturnedFalse = (where: Where): Cause => ({
  code: 'MIGRATION_RETURNED_FALSE',
  message: `${title(where)} in ${where.file} returned false, which means that it failed. ${state(where)}`,
  fix: fixOf(where, 'Look at what it logged, and fix it.'),
  facts: { ...where },
})

/** An async function on a synchronous driver; it was not called. */
export const migrationAsync = (where: Where): Cause => ({
  code: 'MIGRATION_ASYNC',
  message: `${title(where)} in ${where.file} is an async function, but the driver is synchronous; it was not called.`,
  fix: 'Remove async and await: the handle answers at once.',
  facts: { ...where },
})

/** A migration returned a promise on a synchronous driver. */
export const migrationPromise = (where: Where): Cause => ({
  code: 'MIGRATION_PROMISE',
  message: `${title(where)} in ${where.file} returned a promise, but the driver is synchronous. ${state(where)} What the promise still does happens outside any transaction.`,
  fix: 'Make it synchronous, and check the database for what its continuation wrote.',
  facts: { ...where },
})

/** A migration returned a function or an iterator: what it is to do has not been done. */
export const migrationNotRun = (where: Where): Cause => ({
  code: 'MIGRATION_NOT_RUN',
  message: `${title(where)} in ${where.file} returned a function or an iterator instead of doing its work. ${state(where)}`,
  fix: fixOf(where, 'Let the function itself do the work, and return nothing.'),
  facts: { ...where },
})

/** What a migration had left for later, in a promise or a timer, wanted to use the handle or `ctx`. */
export const migrationOver = (where: Where): Cause => ({
  code: 'MIGRATION_OVER',
  message: `${title(where)} in ${where.file} went on after it had ended: what it wanted to do then was not done. The step is what it was when its function returned, and is recorded unless the run has failed.`,
  fix: 'Let it do all of its work before it returns, without promises and timers. What is missing in a database that has recorded it needs a new migration.',
  facts: { ...where },
})

/** A migration ended the transaction it was run in. */
export const transactionEnded = (where: Where): Cause => ({
  code: 'TRANSACTION_ENDED',
  message: `${title(where)} in ${where.file} ended the transaction it ran in, or caught an error with which SQLite ended it, and is not recorded. After a COMMIT, what it did before that is in the database; after a ROLLBACK, it is lost. What it did later is in the database either way.`,
  fix: 'Let errors that undo the step, such as a full disk, end the migration; remove COMMIT and ROLLBACK from it, and undo by hand what was committed. Then run again.',
  facts: { ...where },
})

/** A migration that runs outside a transaction began one and did not end it. */
export const transactionLeftOpen = (where: Where): Cause => ({
  code: 'TRANSACTION_LEFT_OPEN',
  message: `${title(where)} in ${where.file} began a transaction and did not end it; that transaction was rolled back.`,
  fix: fixOf(where, 'Let it COMMIT what it begins.'),
  facts: { ...where },
})

/** The SQL of a migration contains BEGIN, COMMIT, END, ROLLBACK, SAVEPOINT or RELEASE. */
export const transactionControl = (where: Where, place: string, statement: string): Cause => ({
  code: 'TRANSACTION_CONTROL',
  message: `${title(where)} controls the transaction at ${place}: ${statement}. The statement was not run.`,
  fix: 'Remove it: each migration already runs in a transaction of its own. Or declare transaction: false.',
  facts: { ...where, place, statement },
})

/** Text with a NUL character, where the database stops reading. */
export const statementNul = (where: Where, place: string): Cause => ({
  code: 'STATEMENT_NUL',
  message: `${title(where)} has a NUL character in its SQL at ${place}: the database would run nothing of what stands behind it. None of it was run.`,
  fix: 'Write char(0) in SQL where the character is meant, or bind it as a value.',
  facts: { ...where, place },
})

/** A migration tries to switch foreign keys, which is the runner's business. */
export const foreignKeysPragma = (where: Where, place: string, statement: string): Cause => ({
  code: 'FOREIGN_KEYS_PRAGMA',
  message: `${title(where)} switches foreign keys at ${place}: ${statement}. The statement was not run.`,
  fix: "Remove it: they are off while migrations run, and checked after each. Declare foreignKeys: 'enforce' where a step relies on ON DELETE.",
  facts: { ...where, place, statement },
})

/** A step writes to a table by a name that a TEMP table or view of the connection has as well: SQLite takes that one. */
export const tableHidden = (where: Where, table: string, statement: string): Cause => ({
  code: 'TABLE_HIDDEN',
  message: `${title(where)} in ${where.file} writes to ${table}, which a TEMP table or view of this connection hides: ${statement.slice(0, 80)}. The statement was not run.`,
  fix: `Drop or rename what hides it before migrating, or write main.${table}.`,
  facts: { ...where, table },
})

/** Code outside a transaction has switched foreign keys in a way that could not be seen before it ran. */
export const foreignKeysSwitched = (where: Where): Cause => ({
  code: 'FOREIGN_KEYS_SWITCHED',
  message: `${title(where)} in ${where.file} has switched foreign keys, which would let later steps delete rows. They are switched back. ${state(where)}`,
  fix: fixOf(
    where,
    "Remove the switch; declare foreignKeys: 'enforce' where a step relies on ON DELETE.",
  ),
  facts: { ...where },
})

/**
 * A step left more foreign-key violations than it found, or others. Of `gone` rows that lacked one before nobody can
 * tell whether the step has fixed them, or given them another key or another table.
 */
export const foreignKeyViolated = (
  where: Where,
  increases: readonly {
    readonly table: string
    readonly parent: string
    readonly columns: string
    readonly rows: readonly unknown[]
    readonly more: number
  }[],
  gone: number,
): Cause => ({
  code: 'FOREIGN_KEY_VIOLATED',
  message: `${title(where)} in ${where.file} leaves rows without their parent: ${increases
    .map(
      (one) =>
        `${one.more} in ${one.table} (${one.columns}) without ${one.parent}${one.rows.length > 0 ? `, such as rowid ${one.rows.join(', ')}` : ''}`,
    )
    .join(
      '; ',
    )}.${gone > 0 ? ` Of the rows that lacked a parent before it, ${gone} cannot be found again: fixed, deleted, or with another key or in another table, by which a row is not known.` : ''} ${state(where)}`,
  fix: fixOf(
    where,
    "Delete or repair those rows in the migration, or in one before it. If it relies on ON DELETE CASCADE, declare foreignKeys: 'enforce'.",
  ),
  facts: { ...where, increases, gone },
})

/** A step made a foreign key whose parent columns are not unique. */
export const foreignKeyMismatch = (where: Where, table: string, reason: string): Cause => ({
  code: 'FOREIGN_KEY_MISMATCH',
  message: `${title(where)} in ${where.file} leaves a foreign key of ${table} that cannot be checked: ${reason}. ${state(where)}`,
  fix: fixOf(where, 'Let the key point at a primary key or at columns with a unique index.'),
  facts: { ...where, table },
})

/** A step that keeps foreign keys enforced drops a table that others refer to, which would delete their rows. */
export const foreignKeysEnforcedDrop = (
  where: Where,
  table: string,
  statement?: string,
): Cause => ({
  code: 'FOREIGN_KEYS_ENFORCED_DROP',
  message: `${title(where)} in ${where.file} keeps foreign keys enforced and drops ${table}, which other tables refer to: that would delete or change their rows. The statement was not run.`,
  fix: "Remove foreignKeys: 'enforce', or put the DROP into a migration of its own.",
  facts: { ...where, table, ...(statement !== undefined && { statement }) },
})

/** Enforcement of foreign keys stays on although it was switched off. Nothing was run. */
export const foreignKeysUnswitchable = (): Cause => ({
  code: 'FOREIGN_KEYS_UNSWITCHABLE',
  message:
    'Foreign keys stay enforced on this connection although they were switched off, so rebuilding a table could delete rows of others. Nothing was run.',
  fix: 'Open the database in a way that lets PRAGMA foreign_keys take effect, or with foreign_keys off.',
})

/** What was to be recorded is not in the ledger, or other rows of it are gone or changed. */
export const ledgerLost = (where: Where, table: string): Cause => ({
  code: 'LEDGER_LOST',
  message: `${title(where)} in ${where.file} could not be recorded in ${table}: it has changed the ledger, or a trigger or a view there undoes what is written. ${state(where)}`,
  fix: fixOf(where, 'Leave the ledger alone in migrations, and drop triggers on it.'),
  facts: { ...where, table },
})

/** A step outside a transaction was settled by somebody else while it ran, or the migration has changed its own row. */
export const migrationTakenOver = (where: Where, table: string): Cause => ({
  code: 'MIGRATION_TAKEN_OVER',
  message: `${title(where)} in ${where.file} was settled by somebody else while it ran: its row in ${table} does not bear the token of this run any more. This run has recorded nothing. ${state(where)} It may have run twice.`,
  fix: 'Look at `lockstep history` for who marked it, and at what it has done; make good what was done twice.',
  facts: { ...where, table },
})

/** COMMIT failed before a step outside a transaction: it was not run, and may be marked as begun. */
export function markUncertain(where: Where, { code, message, fix }: Cause): Cause {
  const mark = `lockstep mark ${versionId(where.version)} --${where.direction === 'up' ? 'pending' : 'applied'}`
  return {
    code,
    message: `${title(where)} in ${where.file} was not begun. ${message.split(OF_OTHERS)[0]} The ledger may say all the same that it has begun.`,
    fix: `${fix} If it is said there not to have ended, run \`${mark}\`.`,
    facts: { ...where },
  }
}

/** COMMIT failed to write or to sync: the database may count it as done, or not. */
export const commitUncertain = (reason: string): Cause => ({
  code: 'COMMIT_UNCERTAIN',
  message: `COMMIT failed: ${reason}. What was to be committed may be in the database all the same: a step together with its row in the ledger, or neither.`,
  fix: 'Check the disk. Then open the database anew, and look at `lockstep status` before you run again.',
})

/** Another connection stood in the way all the time, of reading the ledger, of writing, or of committing. */
export const lockTimeout = (waitedMs: number, wanted: 'read' | 'write' | 'commit'): Cause => ({
  code: 'LOCK_TIMEOUT',
  message: `Another connection has held the database for ${waitedMs} ms while this run waited to ${wanted}, and no migration was applied meanwhile. It gave up; its report lists what is complete.`,
  fix: 'End the transaction that another connection keeps open, as a query does whose rows are not read to the end, or raise lockTimeoutMs; then run again.',
  facts: { waitedMs, wanted },
})

/** The run was asked to stop. */
export const runAborted = (next?: number): Cause => ({
  code: 'RUN_ABORTED',
  message: `The run was stopped${next === undefined ? ' while it waited' : ` before migration ${versionId(next)}`}. Its report lists the steps that are complete; nothing else was changed.`,
  fix: 'Run again to go on.',
  facts: { next },
})

/** The function given as `backup` threw, so nothing was applied. */
export const backupHookFailed = (reason: string): Cause => ({
  code: 'BACKUP_HOOK_FAILED',
  message: `The backup before the first step could not be made: ${reason}. Nothing was applied.`,
  fix: 'Let the function make its copy, or run without the option backup. It is called while the handle is in the transaction that holds the lock: copy through another connection, or wait for the second call, as the option says.',
})
