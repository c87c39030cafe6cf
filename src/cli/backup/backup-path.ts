// Where a backup goes when nobody says.
import { readdirSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { CopyName } from './copy-file.js'

/**
 * Beside the database, with the time in the name: `app.db` → `app.db.20261121-093000.backup`. Copies of one second are
 * numbered: `app.db.20261121-093000-2.backup`.
 */
export function backupPath(
  database: string,
  now: Date,
  purpose: 'backup' | 'before-restore',
): CopyName {
  const stamp = now.toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15)
  const name = (attempt: number): string =>
    `${database}.${stamp}${attempt > 1 ? `-${attempt}` : ''}.${purpose}`
  return Object.assign(name, { newest: () => newestBackup(database) })
}

/** The newest of the backups that have such a name. */
export function newestBackup(database: string): string | undefined {
  const folder = dirname(database)
  const [start, end] = [`${basename(database)}.`, '.backup']
  const stamps = readdirSync(folder)
    .filter((name) => name.startsWith(start) && name.endsWith(end))
    .map((name) => /^(\d{8}-\d{6})(?:-(\d+))?$/.exec(name.slice(start.length, -end.length)))
    .filter((stamp) => stamp !== null)
    .map(([whole, time = '', attempt = '1']) => ({ whole, time, attempt: Number(attempt) }))
    .sort((a, b) => (a.time === b.time ? a.attempt - b.attempt : a.time < b.time ? -1 : 1))
  const newest = stamps.at(-1)
  return newest && join(folder, start + newest.whole + end)
}
