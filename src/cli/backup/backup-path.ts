// The default path of a backup.
import { readdirSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { CopyName } from './copy-file.js'

/**
 * Beside the database, with the time in the name: `app.db` → `app.db.20261121-093000.backup`. Copies within one second are
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
  return Object.assign(name, { standing: () => lastBackups(database, stamp) })
}

/** How many names ahead of the clock to consider. */
const AHEAD = 3

/**
 * The candidates for the latest backup with such a name: the newest up to now, or, since clocks are set back, one of the last
 * ahead of now.
 */
function lastBackups(database: string, now: string): string[] {
  const folder = dirname(database)
  const [start, end] = [`${basename(database)}.`, '.backup']
  const stamps = readdirSync(folder)
    .filter((name) => name.startsWith(start) && name.endsWith(end))
    .map((name) => /^(\d{8}-\d{6})(?:-(\d+))?$/.exec(name.slice(start.length, -end.length)))
    .filter((stamp) => stamp !== null)
    .map(([whole, time = '', attempt = '1']) => ({ whole, time, attempt: Number(attempt) }))
    .sort((a, b) => (a.time === b.time ? a.attempt - b.attempt : a.time < b.time ? -1 : 1))
  const past = stamps.filter(({ time }) => time <= now)
  const last = [...past.slice(-1), ...stamps.slice(past.length).slice(-AHEAD)]
  return last.map(({ whole }) => join(folder, start + whole + end))
}
