// Edits the ledger inside the worker without running a migration: exactly what was confirmed.
import { perform } from '../../database/outcome.js'
import { betterSqlite3 } from '../../drivers/better-sqlite3.js'
import { MigrationManager } from '../../manager.js'
import { editLedger } from '../../run/edit-ledger.js'
import { environment } from '../../run/environment/environment.js'
import { typed } from '../../run/environment/faults.js'
import { refuseNeeded } from '../../run/histories/refuse-needed.js'
import type { ClientHandle } from '../../../codegen/client/load-client.js'
import { neededBeside } from '../applied/made-beside.js'
import { adoptOrder, markOrder, repairOrder } from '../command/edit-request.js'
import { editDigest, planDigest } from '../command/plan-digest.js'
import { openForWriting } from '../database/open-database.js'
import { loadWork } from '../load/load-schema.js'
import type { Loading } from '../load/plan-load.js'
import { readSchemaText } from '../load/schema-text.js'
import type { RunJob } from './job-context.js'
import { openAndTell } from './open-and-tell.js'
import type { EditWork, JobResults } from './protocol.js'
import { waitingOptions } from './steps-under-way.js'

/** Throws `LEDGER_MOVED` if what would be written is not what was confirmed. */
export async function doEdit(run: RunJob): Promise<JobResults[EditWork | 'load']> {
  if (run.job.work === 'load') return load(run)
  const handle = await openForWriting(run.settings, run.path)
  try {
    await refuseNeededBeside(run, handle)
    return edit(run, handle)
  } finally {
    handle.close()
  }
}

/** A version that others need must not be marked as pending either; their registries know the needs if their rows do not. */
async function refuseNeededBeside(run: RunJob, handle: ClientHandle): Promise<void> {
  const { job, registry, settings } = run
  if (job.work !== 'mark' || Object.keys(settings.histories ?? {}).length === 0) return
  const { version, options } = markOrder(job)
  if (options.as !== 'pending') return
  const needed = await neededBeside(settings)
  const env = environment(betterSqlite3(handle), registry, waitingOptions(run))
  const name = registry[version - 1]?.name ?? ''
  perform('sync', typed(env, refuseNeeded(env, [{ version, name }], needed)))
}

async function load(run: RunJob): Promise<Loading> {
  const { job, settings, registry } = run
  const source = readSchemaText(settings, job.cwd)
  const accept = (plan: unknown): boolean => planDigest(plan) === job.confirmed
  const handle = await openAndTell(run)
  try {
    const env = environment(betterSqlite3(handle), registry, waitingOptions(run))
    return perform(
      'sync',
      typed(
        env,
        editLedger(env, () => loadWork(env, source), accept),
      ),
    )
  } finally {
    handle.close()
  }
}

function edit(run: RunJob, handle: ClientHandle): JobResults[EditWork] {
  const { job, registry } = run
  const accept = (plan: unknown): boolean => editDigest(plan, handle) === job.confirmed
  const manager = new MigrationManager(betterSqlite3(handle), registry, waitingOptions(run))
  if (job.work === 'repair') return manager.repair({ ...repairOrder(job.flags), accept })
  if (job.work === 'adopt') return manager.adopt({ ...adoptOrder(job.flags), accept })
  const { version, options } = markOrder(job)
  return manager.mark(version, { ...options, accept })
}
