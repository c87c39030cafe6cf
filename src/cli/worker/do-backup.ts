// Copies inside the worker: `backup`, `restore`, and the copy that `migrate --backup` makes before its first step.
import { resolve } from 'node:path'
import { statSync } from 'node:fs'
import { betterSqlite3 } from '../../drivers/better-sqlite3.js'
import { backupOfNothing } from '../../errors/backup.js'
import { LockstepError } from '../../errors/lockstep-error.js'
import { MigrationManager } from '../../manager.js'
import { backupPath } from '../backup/backup-path.js'
import { copyDatabase, type CopyOptions } from '../backup/copy-database.js'
import { restoreDatabase } from '../backup/restore-database.js'
import type { ClientHandle } from '../../../codegen/client/load-client.js'
import { lookAtFile } from '../database/look-at-file.js'
import { openForReading } from '../database/open-database.js'
import type { RunJob } from './job-context.js'
import type { BackupResult, RestoreResult } from './protocol.js'

/** What copying needs of a job. */
type CopyJob = Pick<RunJob, 'job' | 'settings' | 'path' | 'context'>

/** Copies the database to the named file, or beside it with the time in the name. */
export async function doBackup(copying: CopyJob): Promise<BackupResult> {
  const { job, settings, path } = copying
  if (!lookAtFile(path).exists) throw new LockstepError(backupOfNothing(path))
  const [word] = job.words
  const file = word === undefined ? backupPath(path, new Date(), 'backup') : resolve(job.cwd, word)
  const source = await openForReading(settings, path)
  try {
    await copyDatabase(source, file, copyOptions(copying))
  } finally {
    source.close()
  }
  return { database: path, file, sizeBytes: statSync(file).size }
}

/** Replaces the content of the database by that of a backup. */
export async function doRestore(copying: CopyJob): Promise<RestoreResult> {
  const { job, path } = copying
  const source = resolve(job.cwd, job.words[0] ?? '')
  const saveTo = backupPath(path, new Date(), 'before-restore')
  const patienceMs = copying.settings.manager.lockTimeoutMs ?? 10_000
  const restoring = { source, database: path, saveTo, patienceMs, ...copyOptions(copying) }
  const saved = await restoreDatabase(restoring)
  return { database: path, file: source, saved }
}

/** The copy of `--backup`; null without the flag, and when there is nothing to apply or nothing to copy yet. */
export async function backUpBefore(run: RunJob, handle: ClientHandle): Promise<string | null> {
  const { job, settings, path, registry } = run
  const { backup, to } = job.flags
  if (backup === undefined || job.work !== 'migrate' || isEmpty(handle)) return null
  const manager = new MigrationManager(betterSqlite3(handle), registry, settings.manager)
  if (manager.plan(to === undefined ? {} : { to }).steps.length === 0) return null
  const file = backup === true ? backupPath(path, new Date(), 'backup') : resolve(job.cwd, backup)
  await copyDatabase(handle, file, copyOptions(run))
  return file
}

const isEmpty = (handle: ClientHandle): boolean =>
  handle.prepare('SELECT 1 FROM sqlite_master LIMIT 1').get() === undefined

/** How the worker makes copies: opened the project's way, and told to the command. */
export const copyOptions = ({
  settings,
  context,
}: Pick<CopyJob, 'settings' | 'context'>): CopyOptions => ({
  open: (file) => openForReading(settings, file),
  onProgress: (done, total) => context.send({ type: 'copying', done, total }),
  onTemporary: (path) => context.send({ type: 'temporary', path }),
})
