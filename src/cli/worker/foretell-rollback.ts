// What a rollback would take along, found out on a copy before anybody is asked.
import { perform, settled, type Work } from '../../database/outcome.js'
import { betterSqlite3 } from '../../drivers/better-sqlite3.js'
import { isLockstepError } from '../../errors/lockstep-error.js'
import type { GateDatabase } from '../../model/gate.js'
import type { Losses } from '../../model/losses.js'
import { quoteIdentifier } from '../../sql/names.js'
import { contentsIn } from '../applied/kept-content.js'
import { NO_LOSSES } from '../applied/loss-gate.js'
import type { Invocation } from '../command/command.js'
import { readDatabase } from '../database/read-database.js'
import type { UntriedStep } from '../dry-run/note-untried.js'
import { describeUntried } from '../render/run.js'
import { runWatched } from './run-watched.js'

/** What is known of a rollback beforehand. */
export interface Foretold {
  readonly losses: Losses
  /** Why that may not be all, one line for each reason. */
  readonly untold: readonly string[]
  /** The digests of what is lost after each step. */
  readonly digests: readonly string[]
}

/**
 * Tries it on a copy, unless no table holds a row. Null where there is nothing to tell, be it that the rollback itself has
 * to say why it cannot be done. Throws what fails a step.
 */
export async function foretellRollback(invocation: Invocation): Promise<Foretold | null> {
  const { flags, terminal } = invocation
  // What is said then is said again when it is done.
  const muted = { ...invocation, terminal: { ...terminal, say() {}, detail() {} } }
  if (!(await holdsRows(muted))) return null
  const order = { ...muted, flags: { ...flags, dryRun: true }, trial: true } as const
  try {
    const { losses = NO_LOSSES, untried = [], losing = [] } = await runWatched('rollback', order)
    return { losses, untold: untried.map(describeUntried), digests: losing }
  } catch (error) {
    return ofFailure(error)
  }
}

/** One that failed beside what stood in for other databases tells nothing. */
function ofFailure(error: unknown): Foretold | null {
  if (!isLockstepError(error)) throw error
  const { losses = NO_LOSSES, untold, untried, direction } = error.facts
  if (untold) return { losses: losses as Losses, untold: untold as string[], digests: [] }
  if (untried)
    return {
      losses: NO_LOSSES,
      untold: [...(untried as UntriedStep[]).map(describeUntried), `On a copy: ${error.message}`],
      digests: [],
    }
  if (direction || ENDED.has(error.code)) throw error
  return null
}

const ENDED = new Set(['RUN_ABORTED', 'RUN_KILLED', 'WORKER_DIED'])

/** What cannot be read is for the rollback to tell. */
async function holdsRows(invocation: Invocation): Promise<boolean> {
  try {
    return await readDatabase(invocation, 'none', ({ handle, settings }) =>
      perform('sync', anyRow(betterSqlite3(handle), settings.manager.table ?? '_migrations')),
    )
  } catch {
    return true
  }
}

function* anyRow(database: GateDatabase, ledger: string): Work<boolean> {
  for (const { name } of (yield* contentsIn(database, ledger)).values()) {
    const sql = `SELECT 1 FROM main.${quoteIdentifier(name)} LIMIT 1`
    if ((yield* settled(database.query(sql))).length > 0) return true
  }
  return false
}
