// Setting the ledger right inside the worker: exactly what was confirmed, or nothing.
import { betterSqlite3 } from '../../drivers/better-sqlite3.js'
import { MigrationManager } from '../../manager.js'
import type { ClientHandle } from '../../../codegen/client/load-client.js'
import { adoptOrder, markOrder, repairOrder } from '../command/edit-request.js'
import { planDigest } from '../command/plan-digest.js'
import type { RunJob } from './job-context.js'
import type { EditWork, JobResults } from './protocol.js'

/** Does it on an open handle, and closes that. Throws `LEDGER_MOVED` when what would be written is not what was confirmed. */
export function doEdit(
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
