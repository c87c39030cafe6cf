// The line in the log of a database that is restored, written before it is.
import { userInfo } from 'node:os'
import type { ClientHandle } from '../../../codegen/client/load-client.js'
import { temporaryPath } from '../../../codegen/project/owned-names.js'
import { copyContent, type CopyOptions } from './copy-database.js'
import { makeCopyFile } from './copy-file.js'
import { removeDatabase } from './durable-file.js'
import { orElse } from '../../model/or-else.js'

/** What is restored, where to, and how that is told. */
export interface Noting {
  readonly source: string
  readonly database: string
  /** Writes a line into the log of the database in a file; answers whether it has one. Without it none is written. */
  readonly note?: (file: string, detail: string) => Promise<boolean>
}

/**
 * The line goes into a copy of the backup, whose pages then replace the content all at once: at no moment is there a restored
 * database that does not tell of it, and the backup stays as it is. Where there is no log to write to, the work gets the
 * backup itself. `save` saves the old content and answers where it is, last before the line is written.
 */
export async function withNote(
  source: ClientHandle,
  restoring: Noting & Pick<CopyOptions, 'open' | 'onTemporary'>,
  save: () => Promise<string | null>,
  work: (handle: ClientHandle) => Promise<void>,
): Promise<void> {
  const { database, open, note, onTemporary } = restoring
  if (!note) {
    await save()
    return await work(source)
  }
  const noted = temporaryPath(database)
  onTemporary?.(noted)
  try {
    makeCopyFile(noted)
    await copyContent(source, noted)
    if (!(await note(noted, detailOf(restoring, await save())))) return await work(source)
    const copy = await open(noted)
    try {
      await work(copy)
    } finally {
      copy.close()
    }
  } finally {
    removeDatabase(noted)
  }
}

function detailOf({ source }: Noting, saved: string | null): string {
  const before =
    saved === null ? 'there was no database before' : `what was there before is in ${saved}`
  const who = userName()
  return `from ${source}; ${before}${who === null ? '' : `; by ${who}`}`
}

/** Null where the system has no name for this user, as in some containers. */
const userName = (): string | null => orElse(() => userInfo().username, null)
