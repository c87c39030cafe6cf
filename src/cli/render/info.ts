// Renders facts about a database. Pure.
import { versionId } from '../../model/version.js'
import type { DatabaseContents } from '../database/describe-database.js'
import { columns, type Style } from '../terminal/style.js'
import { moment, size } from '../terminal/quantities.js'

/** The data of `info`. */
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

/** The data of `info` for a history; its name is null if there is only one. */
export interface NamedInfo {
  readonly name: string | null
  readonly info: Info
}

/** One fact per line: about the database, and about each history in it. */
export function renderInfo(all: readonly NamedInfo[], style: Style): string[] {
  const { info } = all[0]!
  const facts = [
    ['Database', info.database],
    ['Size', info.exists ? size(info.sizeBytes) : 'does not exist yet'],
    ...all.flatMap(versionsIn),
    ['Tables', String(info.tables)],
    ['Indexes', String(info.indexes)],
    ['Triggers', String(info.triggers)],
    ['Views', String(info.views)],
    ...(info.journalMode === null ? [] : [['Journal mode', info.journalMode]]),
    ['SQLite', info.sqliteVersion],
  ]
  return columns(facts.map(([label = '', value = '']) => [style.dim(label), value]))
}

function versionsIn({ name, info: { version, latest, lastMigration: last } }: NamedInfo) {
  const of = name === null ? '' : ` of ${name}`
  return [
    [`Schema version${of}`, `${versionId(version)} of ${versionId(latest)}`],
    [`Last migration${of}`, last ? `${last.id} ${last.name}, ${moment(last.appliedAt)}` : 'none'],
  ]
}
