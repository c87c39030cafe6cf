// Finds databases of the project in which another tool remembers its migrations. Only reads, and keeps to itself what fails.
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { isClientInstalled } from '../../../codegen/client/load-client.js'
import { projectPath } from '../../../codegen/project/project-path.js'
import { perform } from '../../database/outcome.js'
import { betterSqlite3 } from '../../drivers/better-sqlite3.js'
import { recognizedSources } from '../../plan/adopt/source.js'
import { readTables } from '../../run/adopt/read-tables.js'
import { quoteIdentifier } from '../../sql/names.js'
import { openForReading, removeEmptyLog } from '../database/open-database.js'
import type { Settings } from '../settings/settings.js'
import { isSpecialPath } from '../settings/special-path.js'

/** A table in which another tool remembers what it has applied. */
export interface OtherLedger {
  /** Relative to the project. */
  readonly database: string
  readonly table: string
  readonly tool: string
  readonly rows: number
}

/** Looks into the database of the settings, and into files that look like one where they usually stand. */
export async function findOtherLedgers(settings: Settings): Promise<OtherLedger[]> {
  const { root, database } = settings
  if (!isClientInstalled(root)) return []
  const own = database === null || isSpecialPath(database) ? [] : [database]
  const found: OtherLedger[] = []
  for (const path of new Set([...own.filter(isFile), ...likelyDatabases(root)]))
    found.push(...(await ledgersIn(path, settings)))
  return found
}

const FOLDERS = ['.', 'data', 'db', 'prisma', 'drizzle', 'database'] as const

/** More files than these are no database of an application, but a collection. */
const MOST = 12

const likelyDatabases = (root: string): readonly string[] =>
  FOLDERS.filter((folder) => existsSync(join(root, folder)))
    .flatMap((folder) => entriesOf(join(root, folder)))
    .filter((path) => /\.(?:db3?|sqlite3?)$/i.test(path) && isFile(path))
    .slice(0, MOST)

function entriesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder).map((name) => join(folder, name))
  } catch {
    return []
  }
}

const isFile = (path: string): boolean =>
  statSync(path, { throwIfNoEntry: false })?.isFile() === true

/** An application may hold it: nobody waits for that here. */
const PATIENCE_MS = 200

async function ledgersIn(path: string, settings: Settings): Promise<readonly OtherLedger[]> {
  const hadLog = existsSync(`${path}-wal`)
  const patient = { ...settings, manager: { ...settings.manager, lockTimeoutMs: PATIENCE_MS } }
  const opened = path === settings.database ? patient : { ...patient, open: undefined }
  try {
    const handle = await openForReading(opened, path)
    try {
      const driver = betterSqlite3(handle)
      const sources = recognizedSources(perform('sync', readTables({ driver }, {})))
      return sources.flatMap(({ table, name }) => {
        const count = `SELECT count(*) AS rows FROM main.${quoteIdentifier(table.name)}`
        const rows = Number(driver.query(count)[0]?.['rows'])
        const database = projectPath(settings.root, path)
        return rows > 0 ? [{ database, table: table.name, tool: name, rows }] : []
      })
    } finally {
      handle.close()
      if (!hadLog) removeEmptyLog(opened, path)
    }
  } catch {
    // What cannot be read tells nothing here; the commands that need it say why.
    return []
  }
}
