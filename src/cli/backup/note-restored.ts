// Writes into the log of a database that it is restored from a backup, before that happens.
import { userInfo } from 'node:os'
import type { ClientHandle } from '../../../codegen/client/load-client.js'
import { temporaryPath } from '../../../codegen/project/owned-names.js'
import { copyContent, type CopyOptions } from './copy-database.js'
import { makeCopyFile } from './copy-file.js'
import { removeDatabase } from './durable-file.js'
import { orElse } from '../../model/or-else.js'

/** What is restored, where to, and how to log it. */
export interface Noting {
  readonly source: string
  readonly database: string
  /** Writes a line into the log of the database in a file; returns whether it has one. Without this function no line is written. */
  readonly note?: (file: string, detail: string) => Promise<boolean>
}

/**
 * The line goes into a copy of the backup, whose pages then replace the content all at once: there is never a restored database
 * without the line, and the backup itself stays unchanged. Without a log to write to, the backup itself is used. `save` saves the
 * old content and returns where it is, right before the line is written.
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

/** Null if the system has no name for this user, as in some containers. */
const userName = (): string | null => orElse(() => userInfo().username, null)
