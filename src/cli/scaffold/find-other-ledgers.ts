// Finds databases of the project that hold another tool's migration table or were created by others. Only reads, and ignores
// failures.
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { isClientInstalled, type ClientHandle } from '../../../codegen/client/load-client.js'
import { projectPath } from '../../../codegen/project/project-path.js'
import { perform } from '../../database/outcome.js'
import { betterSqlite3 } from '../../drivers/better-sqlite3.js'
import { MigrationManager } from '../../manager.js'
import { recognizedSources } from '../../plan/adopt/source.js'
import { readTables } from '../../run/adopt/read-tables.js'
import { quoteIdentifier } from '../../sql/names.js'
import { openForReading, removeEmptyLog } from '../database/open-database.js'
import type { Settings } from '../settings/settings.js'
import { isSpecialPath } from '../settings/special-path.js'
import { orElse } from '../../model/or-else.js'

/** A table in which another tool records what it has applied. */
export interface OtherLedger {
  /** Relative to the project. */
  readonly database: string
  readonly table: string
  readonly tool: string
  readonly rows: number
}

/** A database of the configuration to which migrations starting from scratch could not be applied. */
export interface TakenDatabase {
  /** Relative to the project. */
  readonly database: string
  /** What is there: another tool's table under the ledger's name, tables without a ledger, or a ledger with rows. */
  readonly holds: 'foreign ledger' | 'tables' | 'ledger'
  /** The name of the ledger, if it is taken or missing. */
  readonly table: string | null
}

/** The databases that were found. */
export interface FoundDatabases {
  readonly ledgers: readonly OtherLedger[]
  readonly taken: readonly TakenDatabase[]
}

/** Inspects the database of the settings, and for tools' tables also other likely files in the usual places. */
export async function findOtherLedgers(settings: Settings): Promise<FoundDatabases> {
  const { root, database } = settings
  if (!isClientInstalled(root)) return { ledgers: [], taken: [] }
  const own = database === null || isSpecialPath(database) ? [] : [database]
  const found: FoundDatabases[] = []
  for (const path of new Set([...own.filter(isFile), ...likelyDatabases(root)]))
    found.push(await lookInto(path, settings))
  return {
    ledgers: found.flatMap(({ ledgers }) => ledgers),
    taken: found.flatMap(({ taken }) => taken),
  }
}

const FOLDERS = ['.', 'data', 'db', 'prisma', 'drizzle', 'database'] as const

/** More files than these are not an application's database, but a collection. */
const MOST = 12

const likelyDatabases = (root: string): readonly string[] =>
  FOLDERS.filter((folder) => existsSync(join(root, folder)))
    .flatMap((folder) => entriesOf(join(root, folder)))
    .filter((path) => /\.(?:db3?|sqlite3?)$/i.test(path) && isFile(path))
    .slice(0, MOST)

const entriesOf = (folder: string): readonly string[] =>
  orElse(() => readdirSync(folder).map((name) => join(folder, name)), [])

const isFile = (path: string): boolean =>
  statSync(path, { throwIfNoEntry: false })?.isFile() === true

/** An application may hold it: this does not wait for that. */
const PATIENCE_MS = 200

async function lookInto(path: string, settings: Settings): Promise<FoundDatabases> {
  const hadLog = existsSync(`${path}-wal`)
  const patient = { ...settings, manager: { ...settings.manager, lockTimeoutMs: PATIENCE_MS } }
  const isOwn = path === settings.database
  const opened = isOwn ? patient : { ...patient, open: undefined }
  try {
    const handle = await openForReading(opened, path)
    try {
      const database = projectPath(settings.root, path)
      return {
        ledgers: ledgersIn(handle).map((one) => ({ database, ...one })),
        taken: isOwn ? takenBy(handle, opened).map((one) => ({ database, ...one })) : [],
      }
    } finally {
      handle.close()
      if (!hadLog) removeEmptyLog(opened, path)
    }
  } catch {
    // Unreadable files are ignored here; the commands that need them report why.
    return { ledgers: [], taken: [] }
  }
}

function ledgersIn(handle: ClientHandle): readonly Omit<OtherLedger, 'database'>[] {
  const driver = betterSqlite3(handle)
  const sources = recognizedSources(perform('sync', readTables({ driver }, {})))
  return sources.flatMap(({ table, name }) => {
    const count = `SELECT count(*) AS rows FROM main.${quoteIdentifier(table.name)}`
    const rows = Number(driver.query(count)[0]?.['rows'])
    return rows > 0 ? [{ table: table.name, tool: name, rows }] : []
  })
}

/** What an empty history finds there is what the first migration would meet. */
function takenBy(
  handle: ClientHandle,
  { manager }: Settings,
): readonly Omit<TakenDatabase, 'database'>[] {
  const { problems } = new MigrationManager(betterSqlite3(handle), [], manager).status()
  const problem = problems.find(({ severity }) => severity === 'error')
  if (!problem) return []
  const table = problem.facts?.['table']
  return [
    { holds: HOLDS[problem.code] ?? 'ledger', table: typeof table === 'string' ? table : null },
  ]
}

const HOLDS: Readonly<Record<string, TakenDatabase['holds']>> = {
  LEDGER_FOREIGN: 'foreign ledger',
  DATABASE_UNMANAGED: 'tables',
}
