// Opens the database for the worker, and tells the command about it.
import { dirname } from 'node:path'
import type { ClientHandle } from '../../../codegen/client/load-client.js'
import { lookAtFile } from '../database/look-at-file.js'
import { historyOf } from '../render/with-history.js'
import { makeFolderOf, openForWriting } from '../database/open-database.js'
import type { RunJob } from './job-context.js'

/** Makes the folder where it is missing; the file comes with the first thing that is written. */
export async function openAndTell({
  settings,
  path,
  context,
}: Pick<RunJob, 'settings' | 'path' | 'context'>): Promise<ClientHandle> {
  const { exists, folderExists } = lookAtFile(path)
  if (!folderExists) makeFolderOf(path)
  const madeFolder = folderExists ? null : dirname(path)
  const handle = await openForWriting(settings, path)
  context.send({ type: 'opened', path, ...historyOf(settings), existed: exists, madeFolder })
  return handle
}
