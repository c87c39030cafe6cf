// A migration that fails because what it makes is there already, told as `verify` tells it.
import { isLockstepError, LockstepError } from '../../errors/lockstep-error.js'
import { betterSqlite3 } from '../../drivers/better-sqlite3.js'
import { MigrationManager } from '../../manager.js'
import type { Problem } from '../../model/report.js'
import type { ClientHandle } from '../../../codegen/client/load-client.js'
import type { RunJob } from './job-context.js'

/** The error, and what is known of the ledger where the migration has been applied although it has no row there. */
export function tellBehind(error: unknown, handle: ClientHandle, run: RunJob): unknown {
  if (!isLockstepError(error, 'MIGRATION_FAILED') || error.facts['direction'] !== 'up') return error
  const { facts } = error
  if (facts['byHand']) return error
  const behind = problemsOf(handle, run).find(
    (problem) =>
      problem.code === 'LEDGER_BEHIND' && problem.facts?.['version'] === facts['version'],
  )
  if (!behind) return error
  const parts = LockstepError.partsOf(error)
  return new LockstepError(
    {
      ...parts,
      message: `${parts.message} ${behind.message}`,
      fix: behind.fix,
      next: '',
      facts: { ...facts, objects: behind.facts?.['objects'] },
    },
    error,
  )
}

/** What cannot be asked any more changes nothing about the failure. */
function problemsOf(handle: ClientHandle, { registry, settings }: RunJob): readonly Problem[] {
  try {
    const manager = new MigrationManager(betterSqlite3(handle), registry, settings.manager)
    return manager.verify({ integrity: 'quick' }).problems
  } catch {
    return []
  }
}
