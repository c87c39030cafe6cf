// Changes the ledger without running a migration: under the lock, in one transaction, with lines in the log.
import { settled, type Work } from '../database/outcome.js'
import { databaseReadonly } from '../errors/database.js'
import { ledgerUndone } from '../errors/ledger.js'
import { LockstepError } from '../errors/lockstep-error.js'
import { ledgerMoved } from '../errors/recovery.js'
import { optionInvalid } from '../errors/usage.js'
import type { LedgerRow, LedgerState } from '../model/ledger.js'
import { versionId } from '../model/version.js'
import type { LedgerEdit, WrittenRow } from '../plan/ledger-edit.js'
import { forgetAnyProgress } from './batches/progress.js'
import { timeToWrite } from './environment/clock.js'
import type { Environment } from './environment/environment.js'
import { keepDown } from './ledger/kept-downs.js'
import { commit, rollBack, takeLock, waitingInSlices } from './ledger/lock.js'
import { refuseOpenTransaction } from './migrate.js'
import { record } from './histories/dependencies.js'
import { mirror } from './ledger/mirror.js'
import { readLedger } from './ledger/read-ledger.js'
import { refuseNoJournal } from './environment/refuse-unsafe.js'
import { isRunningElsewhere, readSettledLedger } from './ledger/settled-ledger.js'
import {
  APPLIED,
  createLedger,
  keepApplication,
  keepBeginning,
  removeRow,
  writeLog,
} from './ledger/write-ledger.js'
import { quoteIdentifier } from '../sql/names.js'

/** Derives the edit from the state of the ledger; called under the lock. */
export type EditPlan<H, Answer> = (state: LedgerState) => Work<LedgerEdit<H, Answer>>

/**
 * Plans under the lock, asks `accept`, writes, and returns what was done. Waits for other writers and for a running step outside
 * a transaction. Throws `LEDGER_MOVED` when the plan is not accepted, and whatever the plan throws.
 */
export function* editLedger<H, Answer>(
  env: Environment<H>,
  plan: EditPlan<H, Answer>,
  accept: (answer: Answer) => boolean = () => true,
): Work<Answer> {
  refuseOpenTransaction(env)
  if (env.driver.readonly)
    throw new LockstepError(databaseReadonly('the handle was opened for reading only'))
  return yield* waitingInSlices(env, untilDone(env, locked(env, plan, accept)))
}

/** Retries until no other run is in the middle of a step outside a transaction. */
function* untilDone<H, Answer>(
  env: Environment<H>,
  attempt: () => Work<LedgerEdit<H, Answer> | null>,
): Work<Answer> {
  for (;;) {
    const edit = yield* attempt()
    if (edit) return edit.answer
    yield* readSettledLedger(env)
  }
}

const locked = <H, Answer>(
  env: Environment<H>,
  plan: EditPlan<H, Answer>,
  accept: (answer: Answer) => boolean,
) =>
  function* (): Work<LedgerEdit<H, Answer> | null> {
    yield* takeLock(env)
    try {
      yield* refuseNoJournal(env)
      const state = yield* readLedger(env)
      if (isRunningElsewhere(env, state)) {
        yield* rollBack(env)
        return null
      }
      const edit = yield* plan(state)
      refuseUnaccepted(accept(edit.answer))
      yield* write(env, edit, state)
      yield* refuseUndone(env, state, edit)
      yield* commit(env)
      return edit
    } catch (error) {
      yield* rollBack(env)
      throw error
    }
  }

/** A promise would only resolve after everything has been written. */
function refuseUnaccepted(answer: unknown): void {
  if (answer === false) throw new LockstepError(ledgerMoved())
  if (answer !== true) throw new LockstepError(optionInvalid('accept()', answer, 'true or false'))
}

/** Throws `LEDGER_UNDONE` unless the ledger holds the rows it had before plus what the edit has written. */
function* refuseUndone<H>(
  env: Environment<H>,
  before: LedgerState,
  { log, written, removed }: LedgerEdit<H, unknown>,
): Work<void> {
  if (log.length === 0) return
  const wanted = new Map<number, Partial<LedgerRow>>(
    rowsOf(before).map((row) => [row.version, row]),
  )
  for (const version of removed) wanted.delete(version)
  for (const row of written) wanted.set(row.entry.version, rowOf(row))
  const after = rowsOf(yield* readLedger(env))
  if (after.length !== wanted.size || !after.every((row) => says(row, wanted.get(row.version))))
    throw new LockstepError(ledgerUndone(env.table))
}

/** The fields of a written row that are compared; nobody relies on its time, duration or description. */
const rowOf = <H>({ entry, goesOn }: WrittenRow<H>): Partial<LedgerRow> => {
  const { name, checksum, downChecksum = null, lineage } = entry
  return goesOn ? { name, checksum } : { name, checksum, downChecksum, lineage, startedBy: null }
}

const says = (row: LedgerRow, wanted: Partial<LedgerRow> | undefined): boolean =>
  wanted !== undefined &&
  Object.entries(wanted).every(
    ([field, value]) => JSON.stringify(row[field as keyof LedgerRow]) === JSON.stringify(value),
  )

const rowsOf = (state: LedgerState): readonly LedgerRow[] =>
  state.kind === 'ours' ? state.rows : []

function* write<H>(
  env: Environment<H>,
  edit: LedgerEdit<H, unknown>,
  state: LedgerState,
): Work<void> {
  if (edit.log.length === 0) return
  const ended = edit.written.filter(({ goesOn }) => !goesOn)
  const versions = new Set([...edit.removed, ...ended.map(({ entry }) => entry.version)])
  for (const row of rowsOf(state))
    if (row.startedBy !== null && versions.has(row.version)) yield* keepBeginning(env, row)
  yield* forgetAnyProgress(env, versions)
  if (edit.renames) yield* rename(env, edit.renames)
  if (edit.createsLedger) yield* createLedger(env)
  for (const version of edit.removed) {
    yield* keepApplication(env, { version })
    yield* removeRow(env, { version })
  }
  // Written before the rows, so that these do not count as the earlier ones if the second ticks over in between.
  for (const { migration, detail } of edit.log) yield* writeLog(env, edit.action, migration, detail)
  for (const row of edit.written) {
    yield* row.goesOn ? renewBeginning(env, row) : writeRow(env, row)
    yield* record(env, row.entry)
    if (env.options.keepDowns && !row.goesOn) yield* keepDown(env, row.entry)
  }
  if (edit.action !== 'repair') yield* mirror(env, edit.version)
}

function* rename<H>(
  { driver }: Environment<H>,
  { table, to }: NonNullable<LedgerEdit<H, unknown>['renames']>,
): Work<void> {
  const statement = `ALTER TABLE main.${quoteIdentifier(table)} RENAME TO ${quoteIdentifier(to)}`
  yield* settled(driver.execute(statement))
}

/** Keeps the row's own time and duration unless the edit gives a better one; the start of an unfinished step is neither. */
function* writeRow<H>(env: Environment<H>, { entry, appliedAt }: WrittenRow<H>): Work<void> {
  yield* settled(
    env.driver.query(
      `INSERT INTO ${env.ledger} (version, name, description, checksum, down_checksum, lineage, applied_at) VALUES (?, ?, ?, ?, ?, ?, coalesce(?, CURRENT_TIMESTAMP))
ON CONFLICT (version) DO UPDATE SET name = excluded.name, description = excluded.description, checksum = excluded.checksum, down_checksum = excluded.down_checksum, lineage = excluded.lineage, applied_at = CASE WHEN ${APPLIED} THEN applied_at ELSE excluded.applied_at END, started_by = NULL, heartbeat_at = NULL`,
      [
        versionId(entry.version),
        entry.name,
        entry.description ?? null,
        entry.checksum,
        entry.downChecksum ?? null,
        entry.lineage,
        appliedAt?.replace('T', ' ').replace('Z', '') ?? timeToWrite(env),
      ],
    ),
  )
}

/**
 * A new token stops whoever may still be running the step with the previous code. Refused if that code processed other rows,
 * since its progress means nothing then.
 */
function* renewBeginning<H>(env: Environment<H>, { entry }: WrittenRow<H>): Work<void> {
  const { driver, ledger } = env
  yield* entry.resumable!.begin(env as never, { entry, version: entry.version } as never)
  yield* settled(
    driver.query(
      `UPDATE ${ledger} SET name = ?, description = ?, checksum = ?, started_by = 'up:' || hex(randomblob(8)), heartbeat_at = NULL WHERE version = ?`,
      [entry.name, entry.description ?? null, entry.checksum, versionId(entry.version)],
    ),
  )
}
