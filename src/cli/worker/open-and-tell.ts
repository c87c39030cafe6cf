// Opens the database for the worker, and reports that to the command.
import { dirname } from 'node:path'
import { betterSqlite3 } from '../../drivers/better-sqlite3.js'
import { MigrationManager } from '../../manager.js'
import type { ClientHandle } from '../../../codegen/client/load-client.js'
import { lookAtFile } from '../database/look-at-file.js'
import { historyOf } from '../render/with-history.js'
import { makeFolderOf, openEmpty, openForWriting } from '../database/open-database.js'
import type { RunJob } from './job-context.js'

/** Throws what forbids starting a database, before its file exists, unless another process has created one meanwhile. */
export function refuseBefore({ job, settings, registry, path }: RunJob): void {
  if (job.work !== 'migrate' || lookAtFile(path).exists) return
  const handle = openEmpty(settings)
  try {
    const { to, steps } = job.flags
    const target = { ...(to !== undefined && { to }), ...(steps !== undefined && { steps }) }
    new MigrationManager(betterSqlite3(handle), registry, settings.manager).plan(target)
  } catch (error) {
    if (!lookAtFile(path).exists) throw error
  } finally {
    handle.close()
  }
}

/** Creates the folder if it is missing; the file is created by the first write. */
export async function openAndTell({
  settings,
  path,
  context,
}: Pick<RunJob, 'settings' | 'path' | 'context'>): Promise<ClientHandle> {
  const { exists, folderExists } = lookAtFile(path)
  if (!folderExists) makeFolderOf(path)
  const madeFolder = folderExists ? null : dirname(path)
  const handle = await openForWriting(settings, path)
  const shared = settings.manager.transaction === 'all' && ({ shared: true } as const)
  const of = { path, ...historyOf(settings) }
  context.send({ type: 'opened', ...of, existed: exists, ...shared, madeFolder })
  return handle
}
