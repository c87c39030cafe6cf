// Copies every page of an open database into a file, which is locked meanwhile, through the client's online backup.
import { databaseBusy } from '../../errors/database.js'
import { LockstepError } from '../../errors/lockstep-error.js'
import type { ClientHandle } from '../../../codegen/client/load-client.js'

/** Called with the number of copied pages and of all pages. */
export type PageProgress = (done: number, total: number) => void

/** Pages copied between two checks for signals and progress reports. */
const PAGES_PER_TURN = 1000

/** Callbacks while a copy is made. */
export interface PageWatch {
  readonly onProgress?: PageProgress | undefined
  /** Called when the target is locked and none of its pages is written yet; if it throws, none will be. */
  readonly onLocked?: () => void
}

/** What the client reports about a backup. */
interface Pages {
  readonly totalPages: number
  readonly remainingPages: number
}

/**
 * Copies all pages into `target`, a new file or a live database. Holds a read transaction on the source, so that writers do not
 * restart the copy. Throws what the client throws, and `DATABASE_BUSY` if another connection holds the target: the client reports
 * that as a success with no pages.
 */
export async function copyPages(
  source: ClientHandle,
  target: string,
  { onProgress, onLocked }: PageWatch,
): Promise<void> {
  let isLocked = false
  source.exec('BEGIN')
  try {
    // Only a read starts the transaction.
    source.prepare('SELECT count(*) FROM sqlite_master').get()
    const copied = (await source.backup(target, {
      progress({ totalPages, remainingPages }: Pages) {
        // The client's first call takes the lock and copies nothing.
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
