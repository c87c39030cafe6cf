// Does one job on the database: settings, registry, opening, the run itself. Runs inside the worker process.
import { dirname } from 'node:path'
import { buildWall } from '../../../codegen/wall/build-wall.js'
import type { ClientHandle } from '../../../codegen/client/load-client.js'
import { removeAbandoned } from '../../../codegen/project/owned-names.js'
import { loadRegistry, loadRegistryAside } from '../database/load-registry.js'
import { lookAtFile, refuseUnknownFolder } from '../database/look-at-file.js'
import { makeFolderOf, openEmpty, openForWriting } from '../database/open-database.js'
import { requireFresh } from '../database/registry-freshness.js'
import { resetDatabase } from '../database/reset-database.js'
import { databaseOf } from '../settings/database-of.js'
import { loadSettings } from '../settings/load-settings.js'
import type { Settings } from '../settings/settings.js'
import { awaitStep } from './await-step.js'
import { doBackup, doRestore } from './do-backup.js'
import { dryRun, runOn } from './do-run.js'
import type { JobContext, RunJob } from './job-context.js'
import type { EditWork, Job, JobResults, Work } from './protocol.js'
import { betterSqlite3 } from '../../drivers/better-sqlite3.js'
import { MigrationManager } from '../../manager.js'
import { adoptOrder, markOrder, repairOrder } from '../command/edit-request.js'
import { planDigest } from '../command/plan-digest.js'

/** Does the job and answers its result; throws `LockstepError`s. */
export async function doJob(job: Job, context: JobContext): Promise<JobResults[Work]> {
  const { flags, cwd } = job
  // Before anything has loaded a client.
  const wall = flags.dryRun ? buildWall() : null
  const settings = await loadSettings({ flags, cwd, environment: process.env })
  context.folders = { root: settings.root, migrations: settings.migrations }
  const path = databaseOf(settings, cwd)
  removeAbandoned(dirname(path))
  if (job.work === 'reset') return reset({ settings, path, context })
  if (job.work === 'backup') return doBackup({ job, settings, path, context })
  if (job.work === 'restore') return doRestore({ job, settings, path, context })
  if (job.work !== 'rollback') await requireFresh(settings)
  if (job.work === 'migrate') refuseUnknownFolder(lookAtFile(path), path, job)
  wall?.raise()
  const load = EDITS.has(job.work) ? loadRegistryAside : loadRegistry
  const run: RunJob = {
    job,
    settings,
    path,
    context,
    registry: await (wall ? wall.around(() => load(settings, cwd)) : load(settings, cwd)),
  }
  if (EDITS.has(job.work)) return doEdit(run, await openForWriting(settings, path))
  if (wall) return dryRun(run, wall)
  // Of a missing file there is nothing to undo, and a mistyped path must not become a file.
  if (job.work === 'rollback' && !lookAtFile(path).exists) return runOn(run, openEmpty(settings))
  return runOn(run, await openAndTell(settings, path, context))
}

/** Work that changes the ledger and runs no migration. */
const EDITS: ReadonlySet<Work> = new Set<EditWork>(['mark', 'repair', 'adopt'])

async function reset(run: Pick<RunJob, 'settings' | 'path' | 'context'>): Promise<null> {
  const { settings, path } = run
  if (!lookAtFile(path).exists) return null
  const handle = await openForWriting(settings, path)
  try {
    awaitStep(handle, run)
    resetDatabase(handle, path)
  } finally {
    handle.close()
  }
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

/** Does it on an open handle, and closes that. Throws `LEDGER_MOVED` when what would be written is not what was confirmed. */
function doEdit(
  { job, settings, context, registry }: RunJob,
  handle: ClientHandle,
): JobResults[EditWork] {
  const accept = (plan: unknown): boolean => planDigest(plan) === job.confirmed
  try {
    const manager = new MigrationManager(betterSqlite3(handle), registry, {
      ...settings.manager,
      onEvent: (event) => {
        if (event.type === 'waiting') context.send({ type: 'event', event })
      },
      signal: context.signal,
    })
    if (job.work === 'repair') return manager.repair({ ...repairOrder(job.flags), accept })
    if (job.work === 'adopt') return manager.adopt({ ...adoptOrder(job.flags), accept })
    const { version, options } = markOrder(job)
    return manager.mark(version, { ...options, accept })
  } finally {
    handle.close()
  }
}
