// Does one job on the database: settings, registry, opening, the run itself. Runs inside the worker process.
import type { MigrationEvent } from '../../model/events.js'
import type { RunReport } from '../../model/report.js'
import { betterSqlite3 } from '../../drivers/better-sqlite3.js'
import { MigrationManager } from '../../manager.js'
import type { ClientHandle } from '../database/load-client.js'
import { loadRegistry } from '../database/load-registry.js'
import { lookAtFile } from '../database/look-at-file.js'
import { makeFolderOf, openForWriting } from '../database/open-database.js'
import { requireFresh } from '../database/registry-freshness.js'
import { resetDatabase } from '../database/reset-database.js'
import type { Folders } from '../locate-failure.js'
import { databaseOf } from '../settings/database-of.js'
import { loadSettings } from '../settings/load-settings.js'
import type { Settings } from '../settings/settings.js'
import { dirname } from 'node:path'
import { paceProgress } from './pace-progress.js'
import type { Job, WorkerMessage } from './protocol.js'

/** How a job is connected with the outside. */
export interface JobContext {
  send(message: WorkerMessage): void
  readonly signal: { readonly aborted: boolean }
  /** Filled in as soon as the settings are known, for naming the place of a failure. */
  folders: Folders | null
}

/** Does the job and answers its report; throws `LockstepError`s. */
export async function doJob(job: Job, context: JobContext): Promise<RunReport | null> {
  const { flags, cwd } = job
  const settings = await loadSettings({ flags, cwd, environment: process.env })
  context.folders = { root: settings.root, migrations: settings.migrations }
  const path = databaseOf(settings, cwd)
  if (job.work === 'reset') return reset(settings, path)
  if (job.work === 'migrate') await requireFresh(settings)
  const registry = await loadRegistry(settings, cwd)
  const handle = await openAndTell(settings, path, context)
  try {
    const manager = new MigrationManager(betterSqlite3(handle), registry, {
      ...settings.manager,
      onEvent: paceProgress((event) => sendEvent(event, context)),
      signal: context.signal,
    })
    return job.work === 'migrate'
      ? manager.migrate(flags.to === undefined ? {} : { to: flags.to })
      : manager.rollback(rollbackTarget(job))
  } finally {
    handle.close()
  }
}

async function reset(settings: Settings, path: string): Promise<null> {
  if (lookAtFile(path).exists) resetDatabase(await openForWriting(settings, path), path)
  return null
}

async function openAndTell(
  settings: Settings,
  path: string,
  { send }: JobContext,
): Promise<ClientHandle> {
  const { exists, folderExists } = lookAtFile(path)
  if (!folderExists) makeFolderOf(path)
  const madeFolder = folderExists ? null : dirname(path)
  const handle = await openForWriting(settings, path)
  send({ type: 'opened', path, existed: exists, madeFolder })
  return handle
}

const rollbackTarget = ({ flags: { to, steps } }: Job) => ({
  ...(to !== undefined && { to }),
  ...(steps !== undefined && { steps }),
})

function sendEvent(event: MigrationEvent, { send }: JobContext): void {
  if (event.type !== 'step-failed') send({ type: 'event', event })
}
