// Facts about a database as a person reads them. Pure.
import { versionId } from '../../model/version.js'
import type { DatabaseContents } from '../database/describe-database.js'
import { columns } from '../terminal/columns.js'
import { moment, size } from '../terminal/quantities.js'
import type { Style } from '../terminal/style.js'

/** What `info` tells. */
export interface Info extends DatabaseContents {
  readonly database: string
  readonly exists: boolean
  readonly sizeBytes: number
  readonly version: number
  readonly latest: number
  readonly lastMigration: {
    readonly id: string
    readonly name: string
    readonly appliedAt: string
  } | null
}

/** One fact a line. */
export function renderInfo(info: Info, style: Style): string[] {
  const { lastMigration: last } = info
  const facts = [
    ['Database', info.database],
    ['Size', info.exists ? size(info.sizeBytes) : 'does not exist yet'],
    ['Schema version', `${versionId(info.version)} of ${versionId(info.latest)}`],
    ['Last migration', last ? `${last.id} ${last.name}, ${moment(last.appliedAt)}` : 'none'],
    ['Tables', String(info.tables)],
    ['Indexes', String(info.indexes)],
    ['Triggers', String(info.triggers)],
    ['Views', String(info.views)],
    ...(info.journalMode === null ? [] : [['Journal mode', info.journalMode]]),
    ['SQLite', info.sqliteVersion],
  ]
  return columns(facts.map(([label = '', value = '']) => [style.dim(label), value]))
}
