// Where a backup goes when nobody says.
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
  return (attempt) => `${database}.${stamp}${attempt > 1 ? `-${attempt}` : ''}.${purpose}`
}
