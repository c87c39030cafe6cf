// Handles steps outside a transaction that may still be running in a database that a command is about to change, delete or
// replace: warns the person who is asked, and waits for them.
import { perform } from '../../database/outcome.js'
import { betterSqlite3 } from '../../drivers/better-sqlite3.js'
import { isLockstepError } from '../../errors/lockstep-error.js'
import { MigrationManager } from '../../manager.js'
import type { ManagerOptions } from '../../model/options.js'
import { versionId } from '../../model/version.js'
import { environment } from '../../run/environment/environment.js'
import { waitingInSlices } from '../../run/ledger/lock.js'
import { readLedgers } from '../../run/ledger/read-ledger.js'
import { readSettledLedger } from '../../run/ledger/settled-ledger.js'
import type { ClientHandle } from '../../../codegen/client/load-client.js'
import { lookAtFile } from '../database/look-at-file.js'
import { openForReading } from '../database/open-database.js'
import { describeRunning } from '../render/may-be-running.js'
import { nameOf } from '../render/named-needs.js'
import { isSameName } from '../../sql/names.js'
import type { Settings } from '../settings/settings.js'
import type { RunJob } from './job-context.js'

/** One line per step; none if the database cannot be read, which the work itself will report. */
export async function stepsUnderWay(settings: Settings, path: string): Promise<readonly string[]> {
  try {
    const { problems } = await reading(settings, path, (handle) =>
      new MigrationManager(betterSqlite3(handle), [], settings.manager).status(),
    )
    return problems
      .filter(({ facts }) => facts?.['mayBeRunning'] === true)
      .map(({ facts }) =>
        describeRunning(
          versionId(Number(facts!['version'])),
          String(facts!['name']),
          facts!['owner'] as string | null,
        ),
      )
  } catch {
    return []
  }
}

/**
 * The other histories in a file, by their names in the configuration, otherwise by their ledgers; none if the file cannot be
 * read.
 */
export async function otherHistories(settings: Settings, path: string): Promise<readonly string[]> {
  try {
    const ledgers = await reading(settings, path, (handle) =>
      perform('sync', readLedgers(betterSqlite3(handle))),
    )
    return ledgers
      .filter((ledger) => !isSameName(ledger, settings.table))
      .map((ledger) => nameOf(ledger, settings) ?? ledger)
  } catch {
    return []
  }
}

/** How a job waits: the command is informed, and can end it. */
export const waitingOptions = ({
  settings,
  context,
}: Pick<RunJob, 'settings' | 'context'>): ManagerOptions => ({
  ...settings.manager,
  onEvent: (event) => {
    if (event.type === 'waiting') context.send({ type: 'event', event })
  },
  signal: context.signal,
})

/**
 * Returns when no such step shows heartbeats any more, as editing the ledger would wait. Without a readable ledger there is
 * nothing to wait for. Throws `RUN_ABORTED`, `DATABASE_BUSY`, and `LOCK_TIMEOUT` while the step may hold the lock.
 */
export function awaitSteps(handle: ClientHandle, job: Pick<RunJob, 'settings' | 'context'>): void {
  const env = environment(betterSqlite3(handle), [], waitingOptions(job))
  try {
    perform('sync', waitingInSlices(env, readSettledLedger(env)))
  } catch (error) {
    throwIfHeld(error)
  }
}

/** The same for a file. A file that cannot be opened, for which restoring is meant, has no running step. */
export async function awaitStepsIn(
  job: Pick<RunJob, 'settings' | 'context' | 'path'>,
): Promise<void> {
  if (!lookAtFile(job.path).exists) return
  try {
    await reading(job.settings, job.path, (handle) => awaitSteps(handle, job))
  } catch (error) {
    throwIfHeld(error)
  }
}

async function reading<T>(
  settings: Settings,
  path: string,
  look: (handle: ClientHandle) => T,
): Promise<T> {
  const handle = await openForReading(settings, path)
  try {
    return look(handle)
  } finally {
    handle.close()
  }
}

function throwIfHeld(error: unknown): void {
  if (isLockstepError(error) && /^(?:RUN_ABORTED|LOCK_TIMEOUT|DATABASE_BUSY)$/.test(error.code))
    throw error
}
