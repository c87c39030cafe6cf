// Errors while a plan is run. `afterStep` adds what is left of a step, and what to do about it.
import type { Problem } from '../model/report.js'
import {
  isUnregistered,
  NOTHING_CHANGED,
  REGISTER,
  RUN_AGAIN,
  title,
  type Where,
} from '../model/told-step.js'
import { versionId } from '../model/version.js'
import type { Cause } from './lockstep-error.js'

/** A statement or the code of a migration threw. */
export const migrationFailed = (
  where: Where,
  place: string,
  reason: string,
  facts: Problem['facts'],
): Cause => ({
  code: 'MIGRATION_FAILED',
  message: `${title(where)} failed at ${place}: ${reason}.`,
  // For a step outside a transaction, `verify` only knows that it was begun.
  fix:
    !where.outside && /already exists|duplicate column/.test(reason)
      ? 'If it is already applied, `lockstep verify` says so, and how to record it. Otherwise fix the migration.'
      : fixFor(reason),
  where,
  facts: { ...facts },
})

/** SQLite names the object that blocks a change; the migrations may not know it. */
function fixFor(reason: string): string {
  const [, object] =
    /^error in ((?:view|trigger|index) .+?)(?: after [a-z ]+)?: /.exec(reason) ?? []
  return object === undefined
    ? isUnregistered(reason)
      ? REGISTER
      : 'Fix the migration.'
    : `If the migrations created the ${object}, fix the migration. Otherwise drop it, and recreate it afterwards.`
}

/** A migration, or its work on a batch, returned `false`, which means that it failed. */
export const migrationReturnedFalse = (where: Where): Cause => ({
  code: 'MIGRATION_RETURNED_FALSE',
  message: `${title(where)} in ${where.file} returned false, which means that it failed.`,
  fix: 'Check what it logged, and fix it.',
  where,
})

/** An async function on a synchronous driver; it was not called. */
export const migrationAsync = (where: Where): Cause => ({
  code: 'MIGRATION_ASYNC',
  message: `${title(where)} in ${where.file} is an async function, but the driver is synchronous; it was not called.`,
  ofStep: '',
  fix: 'Remove async and await: the handle is synchronous.',
  where,
})

/** A migration, or its work on a batch, returned a promise on a synchronous driver. */
export const migrationPromise = (where: Where): Cause => ({
  code: 'MIGRATION_PROMISE',
  message: `${title(where)} in ${where.file} returned a promise, but the driver is synchronous. Whatever the promise still does happens outside any transaction.`,
  fix: 'Make it synchronous, and check the database for anything that the promise wrote.',
  where,
})

/** A migration, or its work on a batch, returned a function or an iterator: its work has not been done. */
export const migrationNotRun = (where: Where): Cause => ({
  code: 'MIGRATION_NOT_RUN',
  message: `${title(where)} in ${where.file} returned a function or an iterator instead of doing its work.`,
  fix: 'Do the work in the function itself, and return nothing.',
  where,
})

/** Something that a migration left for later, in a promise or a timer, tried to use the handle or `ctx`. */
export const migrationOver = (where: Where): Cause => ({
  code: 'MIGRATION_OVER',
  message: `${title(where)} in ${where.file} used the handle or ctx after it had ended; those calls did nothing. It is recorded without them, unless it was rolled back.`,
  fix: 'Finish its work before it returns. If it is recorded, put what is missing into a new migration.',
  where,
})

/**
 * On an asynchronous driver: code ended before its calls of `ctx` were done, or awaits a call that waits for the very work on a
 * batch the code is part of.
 */
export const migrationNotAwaited = (
  where: Where,
  how: 'did not await' | 'awaits, in work that must end first,' = 'did not await',
): Cause => ({
  code: 'MIGRATION_NOT_AWAITED',
  message: `${title(where)} in ${where.file} ${how} its calls of ctx.`,
  fix: 'Await each call of ctx before the next one, and in the work on a batch only the calls made there.',
  where,
})

/** A migration ended the transaction it was run in. */
export const transactionEnded = (where: Where): Cause => ({
  code: 'TRANSACTION_ENDED',
  message: `${title(where)} in ${where.file} ended the transaction ${where.outside ? 'of a batch' : 'it ran in'}, or caught an error on which SQLite ended it, and is not recorded. After a COMMIT, what it did before is in the database; after a ROLLBACK or such an error, it is not. What it ran afterwards is there too, unless rolled back.`,
  ofStep: '',
  fix: 'Remove COMMIT and ROLLBACK from it, and do not catch errors that roll the step back. Undo by hand what it left in the database.',
  where,
})

/** A migration that runs outside a transaction began one and did not end it. */
export const transactionLeftOpen = (where: Where): Cause => ({
  code: 'TRANSACTION_LEFT_OPEN',
  message: `${title(where)} in ${where.file} began a transaction and did not end it; what it did in that transaction was rolled back.`,
  fix: 'COMMIT every transaction that it begins.',
  where,
})

/**
 * The SQL of a migration contains BEGIN, COMMIT, END, ROLLBACK, SAVEPOINT or RELEASE, or switches off the journal that ROLLBACK
 * needs.
 */
export const transactionControl = (where: Where, place: string, statement: string): Cause => ({
  code: 'TRANSACTION_CONTROL',
  message: `${title(where)} controls the transaction at ${place}: ${statement}. The statement was not run.`,
  fix: `Remove it: each ${where.outside ? 'batch already runs in a transaction of its own.' : 'migration already runs in a transaction of its own. Or declare transaction: false.'}`,
  where,
  facts: { place, statement },
})

/** Text with a NUL character, where the database stops reading. */
export const statementNul = (where: Where, place: string): Cause => ({
  code: 'STATEMENT_NUL',
  message: `${title(where)} has a NUL character in its SQL at ${place}: nothing after it would be run. None of the SQL was run.`,
  fix: 'If you mean that character, write char(0) in SQL, or bind it as a value.',
  where,
  facts: { place },
})

/** A migration tries to switch foreign key enforcement, which only the runner may do. */
export const foreignKeysPragma = (where: Where, place: string, statement: string): Cause => ({
  code: 'FOREIGN_KEYS_PRAGMA',
  message: `${title(where)} switches foreign key enforcement at ${place}: ${statement}. The statement was not run.`,
  fix: where.enforced
    ? 'Remove it: SQLite enforces foreign keys in this step.'
    : "Remove it: foreign keys are off while migrations run, and checked after each. Declare foreignKeys: 'enforce' if a step relies on ON DELETE.",
  where,
  facts: { place, statement },
})

/** A step names a table, index or trigger that a TEMP object of the connection hides: SQLite uses the TEMP one. */
export const tableHidden = (where: Where, table: string, statement: string): Cause => ({
  code: 'TABLE_HIDDEN',
  message: `${title(where)} in ${where.file} names ${table}, which a TEMP table, view, index or trigger of this connection hides: ${statement.slice(0, 80)}. The statement was not run.`,
  fix: `Drop or rename what hides it before migrating, or name the schema as well: main.${table}, or PRAGMA main.… for a pragma.`,
  where,
  facts: { table },
})

/** Code outside a transaction switched foreign key enforcement in a way that could not be detected before it ran. */
export const foreignKeysSwitched = (where: Where): Cause => ({
  code: 'FOREIGN_KEYS_SWITCHED',
  message: `${title(where)} in ${where.file} switched foreign key enforcement, which would let later steps delete rows. It was switched back.`,
  fix: "Remove it. Declare foreignKeys: 'enforce' if a step relies on ON DELETE.",
  where,
})

/**
 * A step left more foreign key violations than it found, or others; if none are listed, SQLite itself refuses to commit them. For
 * `gone` rows that lacked a parent before, it is unknown whether the step has fixed them, or given them another key or another
 * table. If others wrote while the step ran outside a transaction, it is unknown who has left them.
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
  message: `${title(where)} in ${where.file} leaves rows without their parent: ${
    increases
      .map(
        (one) =>
          `${one.more} in ${one.table} (${one.columns}) without ${one.parent}${one.rows.length > 0 ? `, such as rowid ${one.rows.join(', ')}` : ''}`,
      )
      .join('; ') || 'SQLite refuses to commit them'
  }.${gone > 0 ? ` ${gone} that had none before can no longer be found: fixed, deleted or moved.` : ''}${where.others ? ' Other connections wrote in the meantime and may have left them. The step is recorded.' : ''}`,
  fix: where.others
    ? 'Delete or repair those rows. Then run again.'
    : `Delete or repair those rows in this migration or an earlier one.${where.enforced ? '' : " Declare foreignKeys: 'enforce' if a step relies on ON DELETE."}`,
  ...(where.others && { next: '' }),
  where,
  facts: { increases, gone, others: where.others },
})

/** A step created a foreign key whose parent columns are not unique. */
export const foreignKeyMismatch = (where: Where, table: string, reason: string): Cause => ({
  code: 'FOREIGN_KEY_MISMATCH',
  message: `${title(where)} in ${where.file} leaves a foreign key of ${table} that cannot be checked: ${reason}.`,
  fix: 'Make the key reference a primary key or columns with a unique index.',
  where,
  facts: { table },
})

/**
 * A step that keeps foreign keys enforced drops a table that others refer to, which would delete their rows; without a statement,
 * it rebuilds the table.
 */
export const foreignKeysEnforcedDrop = (
  where: Where,
  table: string,
  by: string,
  statement?: string,
): Cause => ({
  code: 'FOREIGN_KEYS_ENFORCED_DROP',
  message: `${title(where)} in ${where.file} keeps foreign keys enforced and ${statement === undefined ? `rebuilds ${table}` : `drops ${table}`}, which ${by} refers to: ${statement === undefined ? 'dropping the old one' : 'that'} would delete or change its rows. ${statement === undefined ? 'It was not dropped' : 'The statement was not run'}.`,
  fix: `Remove foreignKeys: 'enforce', or ${statement === undefined ? 'rebuild the table in a migration without it' : 'put the DROP into a migration of its own'}.`,
  where,
  facts: { table, by, ...(statement !== undefined && { statement }) },
})

/** Foreign keys are still enforced although they were switched off. No step is run in this state. */
export const foreignKeysUnswitchable = (): Cause => ({
  code: 'FOREIGN_KEYS_UNSWITCHABLE',
  message:
    'Foreign keys cannot be switched off on this connection, so rebuilding a table could delete rows in other tables.',
  state: NOTHING_CHANGED,
  fix: 'Open the database with foreign_keys off.',
})

/** The step's record is not in the ledger, or other rows of it are gone or changed. */
export const ledgerLost = (where: Where, table: string): Cause => ({
  code: 'LEDGER_LOST',
  message: `${title(where)} in ${where.file} could not be recorded in ${table}: it changed the ledger, or a trigger or a view there undoes writes.`,
  fix: 'Do not touch the ledger in migrations, and drop triggers on it.',
  where,
  facts: { table },
})

/** A step outside a transaction was taken over or marked by hand while it ran, or the migration changed its own row. */
export const migrationTakenOver = (where: Where, table: string): Cause => ({
  code: 'MIGRATION_TAKEN_OVER',
  message: `${title(where)} in ${where.file} was taken over while it ran: its row in ${table} is gone or belongs to another run. ${where.resumes ? 'No batch was done twice' : 'This run recorded nothing, and the step may have run twice'}. What it did is still there, unless a reset or a restore removed it.`,
  fix: where.resumes
    ? 'Run `lockstep status`: another run is continuing it or has finished it, or it was marked by hand.'
    : 'Run `lockstep history` to see who marked it, and correct what was done twice.',
  next: '',
  where,
  facts: { table },
})

const UNCERTAIN = 'The transaction may or may not have been committed.'

/** COMMIT failed to write or to sync: the database may or may not count it as done. */
export const commitUncertain = (reason: string): Cause => ({
  code: 'COMMIT_UNCERTAIN',
  message: `COMMIT failed: ${reason}.`,
  state: UNCERTAIN,
  ofStep: UNCERTAIN,
  fix: 'Check the disk. Then reopen the database, and run `lockstep status`.',
  next: 'If nothing was committed, run again.',
})

/**
 * Another connection, or the same file attached a second time, kept this run from reading the ledger, writing or committing all
 * the time.
 */
export const lockTimeout = (waitedMs: number, wanted: 'read' | 'write' | 'commit'): Cause => ({
  code: 'LOCK_TIMEOUT',
  message: `The database was locked for ${waitedMs} ms while this run waited to ${wanted}, and no migration was applied in that time.`,
  state: NOTHING_CHANGED,
  fix: 'If another instance of this application is migrating or backing up, wait for it. Otherwise end what another connection keeps open, such as a query whose rows were not all read, detach the file if this connection has attached it under another name, or raise lockTimeoutMs.',
  next: RUN_AGAIN,
  facts: { waitedMs, wanted },
})

/** The run was asked to stop. */
export const runAborted = (next?: number, within?: Where): Cause => ({
  code: 'RUN_ABORTED',
  message: within
    ? `${title(within)} in ${within.file} was stopped ${within.resumes ? 'between two batches' : 'while it worked through rows'}.`
    : `The run was stopped${next === undefined ? ' while it waited' : ` before migration ${versionId(next)}`}.`,
  ...(within && { where: within }),
  state: NOTHING_CHANGED,
  fix: '',
  next: 'Run again to continue.',
  facts: { next },
})

/** A migration reads a value of `ctx.env` that was not given. */
export const envMissing = (where: Where, name: string, given: readonly string[]): Cause => ({
  code: 'ENV_MISSING',
  message: `${title(where)} in ${where.file} reads ctx.env.${name}, which was not given${given.length > 0 ? ` (given: ${given.join(', ')})` : ''}.`,
  fix: `Pass it in the option \`env\` where the application migrates, and set it in \`env\` of the configuration for the build and the command line. \`'${name}' in ctx.env\` tells whether it was given.`,
  where,
  facts: { name },
})

/** The function given as `backup` threw, so nothing was applied. */
export const backupHookFailed = (reason: string): Cause => ({
  code: 'BACKUP_HOOK_FAILED',
  message: `The backup before the first step could not be made: ${reason}. Nothing was applied.`,
  fix: 'Make the function back up as the option describes, or leave the option out.',
})
