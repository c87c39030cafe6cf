// Does one job on the database: settings, registry, opening, the run itself. Runs inside the worker process.
import { dirname } from 'node:path'
import { buildWall } from '../../../codegen/wall/build-wall.js'
import { removeAbandoned } from '../../../codegen/project/owned-names.js'
import { loadRegistry, loadRegistryAside } from '../database/load-registry.js'
import { lookAtFile, refuseUnknownFolder } from '../database/look-at-file.js'
import { openEmpty, openForWriting } from '../database/open-database.js'
import { requireFresh } from '../database/registry-freshness.js'
import { resetDatabase } from '../database/reset-database.js'
import { databaseOf } from '../settings/database-of.js'
import { loadSettings } from '../settings/load-settings.js'
import type { Settings } from '../settings/settings.js'
import { doBackup, doRestore } from './do-backup.js'
import { doEdit } from './do-edit.js'
import { dryRun, runOn } from './do-run.js'
import type { JobContext, RunJob } from './job-context.js'
import { openAndTell, refuseBefore } from './open-and-tell.js'
import type { EditWork, Job, JobResults, Work } from './protocol.js'
import { doSeed } from './do-seed.js'
import { awaitSteps } from './steps-under-way.js'

/** Does the job and returns its result; throws `LockstepError`s. */
export async function doJob(job: Job, context: JobContext): Promise<JobResults[Work]> {
  const { flags, cwd } = job
  // Before anything has loaded a client.
  const wall = flags.dryRun ? buildWall() : null
  const settings = await loadSettings({ flags, cwd, environment: process.env })
  sendPicked(settings, context)
  context.folders = { root: settings.root, migrations: settings.migrations }
  const path = databaseOf(settings, cwd)
  removeAbandoned(dirname(path))
  if (job.work === 'reset') return reset({ settings, path, context })
  if (job.work === 'backup') return doBackup({ job, settings, path, context })
  if (job.work === 'restore') return doRestore({ job, settings, path, context })
  const drafts = await requireFresh(settings)
  if (BUILDS.has(job.work)) {
    for (const problem of drafts)
      context.send({ type: 'event', event: { type: 'warning', problem } })
    refuseUnknownFolder(lookAtFile(path), path, job)
  }
  wall?.raise()
  const load = ASIDE.has(job.work) ? loadRegistryAside : loadRegistry
  const run: RunJob = {
    job,
    settings,
    path,
    context,
    registry: await (wall ? wall.around(() => load(settings, cwd)) : load(settings, cwd)),
  }
  if (ASIDE.has(job.work)) return job.work === 'seed' ? doSeed(run) : doEdit(run)
  if (wall) return dryRun(run, wall)
  // A missing file has nothing to undo, and a mistyped path must not become a file.
  if (job.work !== 'migrate' && !lookAtFile(path).exists) return runOn(run, openEmpty(settings))
  refuseBefore(run)
  return runOn(run, await openAndTell(run))
}

/** The command itself has not read the configuration. */
function sendPicked({ name, others, history }: Settings, { send }: JobContext): void {
  if (history !== undefined) send({ type: 'about', history })
  if (others) send({ type: 'picked', name, others })
}

/** Work that may be the first on a database. */
const BUILDS: ReadonlySet<Work> = new Set<Work>(['migrate', 'load'])

/** Work that runs no migration. */
const ASIDE: ReadonlySet<Work> = new Set<EditWork | 'load' | 'seed'>([
  'mark',
  'repair',
  'adopt',
  'load',
  'seed',
])

async function reset(run: Pick<RunJob, 'settings' | 'path' | 'context'>): Promise<null> {
  const { settings, path } = run
  if (!lookAtFile(path).exists) return null
  const handle = await openForWriting(settings, path)
  try {
    awaitSteps(handle, run)
    resetDatabase(handle, path)
  } finally {
    handle.close()
  }
  return null
}
