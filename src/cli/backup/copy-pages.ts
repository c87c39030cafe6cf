// SQLite's online backup, through the client: every page of an open database into a file, which is locked meanwhile.
import { databaseBusy } from '../../errors/database.js'
import { LockstepError } from '../../errors/lockstep-error.js'
import type { ClientHandle } from '../../../codegen/client/load-client.js'

/** Told how many pages of how many are copied. */
export type PageProgress = (done: number, total: number) => void

/** Pages copied between two looks at signals and progress. */
const PAGES_PER_TURN = 1000

/** Who is told of a copy while it is made. */
export interface PageWatch {
  readonly onProgress?: PageProgress | undefined
  /** Called when the target is locked and no page of it is written yet; where it throws, none is. */
  readonly onLocked?: () => void
}

/** What the client tells of a backup. */
interface Pages {
  readonly totalPages: number
  readonly remainingPages: number
}

/**
 * Copies all pages into `target`, a new file or a live database. A read transaction is held on the source, so that
 * writers do not make the copy start again. Throws what the client throws, and `DATABASE_BUSY` when another connection
 * holds the target: the client calls that a success of no pages.
 */
export async function copyPages(
  source: ClientHandle,
  target: string,
  { onProgress, onLocked }: PageWatch,
): Promise<void> {
  let isLocked = false
  source.exec('BEGIN')
  try {
    // Only a read begins the transaction.
    source.prepare('SELECT count(*) FROM sqlite_master').get()
    const copied = (await source.backup(target, {
      progress({ totalPages, remainingPages }: Pages) {
        // The client's first turn takes the lock and copies nothing.
        if (!isLocked) onLocked?.()
        isLocked = true
        onProgress?.(totalPages - remainingPages, totalPages)
        return PAGES_PER_TURN
      },
    })) as Pages
    if (copied.totalPages === 0 && pageCount(source) > 0) {
      throw new LockstepError(databaseBusy(`${target} is held by another connection`))
    }
  } finally {
    if (source.inTransaction) source.exec('ROLLBACK')
  }
}

const pageCount = (handle: ClientHandle): number =>
  Number(handle.pragma('page_count', { simple: true }))
