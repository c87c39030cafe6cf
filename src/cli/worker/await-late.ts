// Waits for what migrations have left for later before the process that ran them ends: if that accesses the database again, the
// command fails instead of ending silently.
import type { Driver } from '../../database/driver.js'
import { LockstepError } from '../../errors/lockstep-error.js'
import { migrationOver } from '../../errors/run.js'
import type { MigrationEvent } from '../../model/events.js'
import type { RunReport } from '../../model/report.js'
import { whereOf } from '../../plan/scripts.js'
import { LateWork } from '../../../codegen/wall/late-work.js'
import type { ClientHandle } from '../../../codegen/client/load-client.js'
import type { RunJob } from './job-context.js'

type Run = (
  driver: Driver<ClientHandle, 'sync'>,
  hear: (event: MigrationEvent) => void,
) => RunReport

/**
 * Runs on a driver that tracks pending work; the run emits its events. Throws `MIGRATION_OVER`, with the report, for the first
 * statement that comes too late.
 */
export async function awaitLate(
  { registry }: Pick<RunJob, 'registry'>,
  driver: Driver<ClientHandle, 'sync'>,
  run: Run,
): Promise<RunReport> {
  const late = new LateWork()
  return enduring(late, async () => {
    const report = run(late.over(driver), (event) => {
      const entry = event.type === 'step-start' && registry[event.version - 1]
      if (entry) late.begin(whereOf(entry, event.direction))
    })
    const [first] = await late.settle()
    if (!first) return report
    throw new LockstepError(migrationOver(first.where), { cause: first.error, report })
  })
}

/** Runs work while tolerating errors that late statements cause in code nobody awaits. */
export async function enduring<T>(late: LateWork, work: () => Promise<T>): Promise<T> {
  const endure = (error: unknown): void => {
    if (!late.isKnown(error)) throw error
  }
  process.on('unhandledRejection', endure).on('uncaughtException', endure)
  try {
    return await work()
  } finally {
    process.off('unhandledRejection', endure).off('uncaughtException', endure)
  }
}
