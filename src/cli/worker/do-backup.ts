// Makes copies inside the worker: `backup`, `restore`, and the copy that `migrate --backup` makes before its first step.
import { dirname, resolve } from 'node:path'
import { existsSync, statSync } from 'node:fs'
import { betterSqlite3 } from '../../drivers/better-sqlite3.js'
import { backupOfNothing } from '../../errors/backup.js'
import { LockstepError } from '../../errors/lockstep-error.js'
import { MigrationManager } from '../../manager.js'
import type { BackupHook } from '../../model/options.js'
import { perform } from '../../database/outcome.js'
import { backUpWith } from '../../run/back-up.js'
import { environment } from '../../run/environment/environment.js'
import { logRestore } from '../../run/log-restore.js'
import { backupPath } from '../backup/backup-path.js'
import { copyDatabase, type CopyOptions } from '../backup/copy-database.js'
import { copyNow, copyUnlessAlone } from '../backup/copy-now.js'
import { requireSource } from '../backup/require-source.js'
import { restoreDatabase } from '../backup/restore-database.js'
import type { ClientHandle } from '../../../codegen/client/load-client.js'
import { lookAtFile, refuseUnknownFolder } from '../database/look-at-file.js'
import {
  makeFolderOf,
  openForReading,
  openForWriting,
  patienceOf,
  removeEmptyLog,
} from '../database/open-database.js'
import type { RunJob } from './job-context.js'
import type { BackupResult, RestoreResult, WorkingMessage } from './protocol.js'
import { awaitStepsIn } from './steps-under-way.js'

/** What copying needs of a job. */
type CopyJob = Pick<RunJob, 'job' | 'settings' | 'path' | 'context'>

/** Copies the database to the named file, or beside it with the time in the name. */
export async function doBackup(copying: CopyJob): Promise<BackupResult> {
  const { job, settings, path } = copying
  if (!lookAtFile(path).exists) throw new LockstepError(backupOfNothing(path))
  const [word] = job.words
  const name = word === undefined ? backupPath(path, new Date(), 'backup') : resolve(job.cwd, word)
  const source = await openForReading(settings, path)
  try {
    const file = await copyDatabase(source, name, copyOptions(copying))
    return { database: path, file, sizeBytes: statSync(file).size }
  } finally {
    source.close()
  }
}

/** Replaces the content of the database by that of a backup, which stays unchanged. */
export async function doRestore(copying: CopyJob): Promise<RestoreResult> {
  const { job, path, context } = copying
  const { folderExists } = lookAtFile(path)
  refuseUnknownFolder({ folderExists }, path, job)
  const source = resolve(job.cwd, job.words[0] ?? '')
  // No folder is created for what cannot be restored.
  requireSource(source, path)
  makeFolderOf(path)
  await awaitStepsIn(copying)
  const saveTo = backupPath(path, new Date(), 'before-restore')
  const patienceMs = patienceOf(copying.settings)
  const note = (file: string, detail: string) => noteRestored(copying, file, detail)
  const openToWrite = (file: string) => openForWriting(copying.settings, file)
  const holding = { database: path, openToWrite, patienceMs }
  const restoring = { source, saveTo, note, ...holding, ...copyOptions(copying) }
  const hadLog = existsSync(`${source}-wal`)
  try {
    const saved = await restoreDatabase(restoring)
    if (!folderExists)
      context.send({ type: 'opened', path, existed: false, madeFolder: dirname(path) })
    return { database: path, file: source, saved }
  } finally {
    if (!hadLog) removeEmptyLog(copying.settings, source)
  }
}

async function noteRestored({ settings }: CopyJob, file: string, detail: string): Promise<boolean> {
  const handle = await openForWriting(settings, file)
  try {
    const driver = betterSqlite3(handle)
    return perform('sync', logRestore(environment(driver, [], settings.manager), detail))
  } finally {
    handle.close()
  }
}

/** The option of the manager for `--backup`, and the copy it has made. */
export interface BackupBefore {
  readonly option: BackupHook
  /** Null if there was nothing to apply, or nothing to copy yet. */
  file: string | null
  /** Closes the connection if nothing was copied. */
  close(): void
}

/**
 * The copy of `--backup`, made under the lock through its own connection, which is opened now because the project's way of
 * opening may take a while; null without the flag.
 */
export async function backUpBefore(
  run: RunJob,
  handle: ClientHandle,
): Promise<BackupBefore | null> {
  const { job, settings, path, context } = run
  const { backup } = job.flags
  if (backup === undefined || job.work !== 'migrate') return null
  const name = backup === true ? backupPath(path, new Date(), 'backup') : resolve(job.cwd, backup)
  const second = hasPending(run, handle) ? await openForReading(settings, path).catch(none) : null
  const option = backUpWith((_, lock, log) => {
    // It is a single statement, whose progress is unknown.
    context.send(copied(0, 0))
    const file =
      lock === 'free'
        ? copyNow({ source: handle, name, log })
        : second && copyUnlessAlone(() => second, { name, log })
    return (made.file = file)
  })
  const made: BackupBefore = { option, file: null, close: () => second?.close() }
  return made
}

const none = (): null => null

/** An idle connection would block some steps; if it is needed, it is closed before the first. */
function hasPending({ job, settings, registry }: RunJob, handle: ClientHandle): boolean {
  const manager = new MigrationManager(betterSqlite3(handle), registry, settings.manager)
  const { to } = job.flags
  return manager.plan(to === undefined ? {} : { to }).steps.some(({ kind }) => kind === 'apply')
}

const copied = (done: number, total: number): WorkingMessage => ({
  type: 'working',
  what: 'copying the database',
  done,
  total,
})

/** How the worker makes copies: opened the project's way, and reported to the command. */
export const copyOptions = ({
  settings,
  context,
}: Pick<CopyJob, 'settings' | 'context'>): CopyOptions => ({
  open: (file) => openForReading(settings, file),
  onProgress: (done, total) => context.send(copied(done, total)),
  onTemporary: (path) => context.send({ type: 'temporary', path }),
})
