// Where a backup goes when nobody says, and names for copies that live only for a moment.
import { randomBytes } from 'node:crypto'

/** Beside the database, with the time in the name: `app.db` → `app.db.20261121-093000.backup`. */
export function backupPath(
  database: string,
  now: Date,
  purpose: 'backup' | 'before-restore',
): string {
  const stamp = now.toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15)
  return `${database}.${stamp}.${purpose}`
}

/** A name beside the file that nobody else uses. */
export const temporaryPath = (file: string): string =>
  `${file}.${randomBytes(6).toString('hex')}.tmp`
