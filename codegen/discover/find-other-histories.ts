// Finds the migrations of other tools in their usual folders, or those that their configuration names. Only reads.
import { existsSync, readdirSync } from 'node:fs'
import { isAbsolute, join, relative } from 'node:path'
import { parseFileName } from '../project/file-name.js'
import { forwardSlashes } from '../project/project-path.js'
import { listFolder, readText, type Entry } from './read-folder.js'

/** A folder with migrations of another tool. */
export interface OtherHistory {
  /** Relative to the project. */
  readonly folder: string
  /** The tool, if the location reveals it. */
  readonly tool: string | null
  readonly migrations: number
}

/**
 * Every such folder of the project except those in `taken`. Folders that declare a database other than SQLite are ignored. Never
 * throws because of what is on disk.
 */
export async function findOtherHistories(
  root: string,
  taken: readonly string[],
): Promise<OtherHistory[]> {
  const places = new Map<string, string | null>()
  for (const [folder, tool] of [...configuredFolders(root), ...USUAL]) {
    const path = relative(root, join(root, folder))
    const isOwn = taken.includes(join(root, folder))
    if (path !== '' && !isOwn && !path.startsWith('..') && !places.has(path)) places.set(path, tool)
  }
  const found: OtherHistory[] = []
  for (const [path, tool] of places) {
    const migrations = isOfSqlite(root, path) ? await countMigrations(root, join(root, path)) : 0
    if (migrations > 0) found.push({ folder: forwardSlashes(path), tool, migrations })
  }
  return found
}

type Place = readonly [folder: string, tool: string | null]

const USUAL: readonly Place[] = [
  ['drizzle', 'drizzle'],
  ['drizzle/migrations', 'drizzle'],
  ['src/drizzle', 'drizzle'],
  ['src/db/drizzle', 'drizzle'],
  ['prisma/migrations', 'prisma'],
  ...['migrations', 'migration', 'db/migrations', 'db/migrate', 'database/migrations'].flatMap(
    (folder): Place[] => [
      [folder, null],
      [`src/${folder}`, null],
    ],
  ),
]

/** Configuration files that name a folder as plain text, and under which keys. */
const CONFIGURED: readonly (readonly [file: RegExp, tool: string, keys: string])[] = [
  [/^drizzle\.config\.([cm]?[jt]s|json)$/, 'drizzle', 'out'],
  [/^prisma\.config\.[cm]?[jt]s$/, 'prisma', 'path'],
  [/^knexfile\.[cm]?[jt]s$/, 'knex', 'directory'],
  [/^kysely\.config\.[cm]?[jt]s$/, 'kysely', 'migrationFolder'],
  [/^mikro-orm\.config\.[cm]?[jt]s$/, 'mikro-orm', 'path|pathTs'],
  [/^wrangler\.(toml|jsonc?)$/, 'd1', 'migrations_dir'],
]

function configuredFolders(root: string): Place[] {
  return readdirSync(root).flatMap((name) => {
    const [, tool, keys] = CONFIGURED.find(([file]) => file.test(name)) ?? []
    const text = tool === undefined ? '' : readText(root, join(root, name))
    if (tool === undefined || typeof text !== 'string') return []
    const named = new RegExp(`\\b(?:${keys})["']?\\s*[:=]\\s*(["'\`])([^"'\`$\\n]+)\\1`, 'g')
    return [...text.matchAll(named)]
      .map(([, , folder]): Place => [folder!, tool])
      .filter(([folder]) => !isAbsolute(folder))
  })
}

/** The files in which tools write which database a folder is for. */
const DIALECTS: readonly (readonly [file: string, says: RegExp])[] = [
  ['meta/_journal.json', /"dialect"\s*:\s*"(\w+)"/],
  ['migration_lock.toml', /^\s*provider\s*=\s*"(\w+)"/m],
]

const isOfSqlite = (root: string, folder: string): boolean =>
  DIALECTS.every(([file, says]) => {
    const path = join(root, folder, file)
    const text = existsSync(path) ? readText(root, path) : ''
    const [, dialect = 'sqlite'] = (typeof text === 'string' && says.exec(text)) || []
    return ['sqlite', 'turso'].includes(dialect)
  })

async function countMigrations(root: string, folder: string): Promise<number> {
  const entries = await listed(root, folder)
  const are = await Promise.all(entries.map((entry) => isMigration(root, entry)))
  return are.filter(Boolean).length
}

/** A numbered file, or a numbered folder with SQL in it. Without a number it may be anything: a schema, a client. */
async function isMigration(root: string, { name, path, is }: Entry): Promise<boolean> {
  if (is === 'file') return NUMBERED.has(parseFileName(name).is) || OTHER_LANGUAGES.test(name)
  if (is !== 'folder' || !/^\d/.test(name)) return false
  return (await listed(root, path)).some((file) => file.name.endsWith('.sql'))
}

const NUMBERED: ReadonlySet<string> = new Set([
  'migration',
  'timestamp',
  'not-positive',
  'sql-range',
])

const OTHER_LANGUAGES = /^\d+_\w+\.(?:rb|py|go|php)$/

async function listed(root: string, folder: string): Promise<readonly Entry[]> {
  const entries = await listFolder(root, folder)
  return Array.isArray(entries) ? entries : []
}
