// Combines the settings: flags override the environment, the environment overrides the configuration.
import { dirname, resolve } from 'node:path'
import { inspect } from 'node:util'
import { projectPath } from '../../../codegen/project/project-path.js'
import type { DatabaseConfig, LockstepConfig } from '../../model/config.js'
import { ledgerName } from '../../model/ledger.js'
import { displayPath } from '../terminal/display-path.js'
import { checkEntries, checkFolderFlags } from './check-entries.js'
import { fileAt } from './file-at.js'
import { findConfig } from './find-config.js'
import { languageOf } from './language-of.js'
import { pickDatabase, pickEach, type Picked } from './pick-database.js'
import { projectRoot } from './project-root.js'
import type { Settings, Sources } from './settings.js'
import { isSpecialPath } from './special-path.js'
import { validateConfig } from './validate-config.js'

/**
 * The settings for one database. Throws `CONFIG_INVALID`, `CONFIG_MISSING`, `CONFIG_UNLOADABLE`, `DATABASE_AMBIGUOUS` and
 * `DATABASE_VARIABLE_AMBIGUOUS`. Whether a database is set at all is checked by commands that need it.
 */
export async function loadSettings(sources: Sources): Promise<Settings> {
  const project = await loadProject(sources)
  const picked = pickDatabase(project.config, sources)
  checkConfigured(project, sources)
  return settingsFor(picked, project, sources)
}

/** The settings for each database of the configuration, or for the one selected by `--name`. */
export async function loadEachSettings(sources: Sources): Promise<Settings[]> {
  const project = await loadProject(sources)
  const all = pickEach(project.config, sources).map((one) => settingsFor(one, project, sources))
  checkFolderFlags(all, sources.flags)
  checkConfigured(project, sources)
  return all
}

/** Checks every database of the configuration, whichever is selected. */
function checkConfigured(project: Project, { flags, cwd }: Sources): void {
  if (!project.config.databases) return
  const sources: Sources = { flags: {}, cwd, environment: {} }
  const all = pickEach(project.config, sources)
  checkEntries(
    all.map((one) => settingsFor(one, project, sources)),
    { flags, cwd },
  )
}

interface Project {
  readonly configFile: string | null
  readonly config: LockstepConfig
  /** The base folder for paths of the configuration. */
  readonly folder: string
  readonly root: string
}

async function loadProject({ flags, cwd, memory }: Sources): Promise<Project> {
  const found = await findConfig(cwd, flags.config, memory)
  const folder = found ? dirname(found.file) : projectRoot(cwd)
  return {
    configFile: found?.file ?? null,
    config: found ? validateConfig(found.value, displayPath(found.file, cwd)) : {},
    folder,
    root: projectRoot(folder),
  }
}

function settingsFor(picked: Picked, project: Project, sources: Sources): Settings {
  const { root, folder, configFile } = project
  const { config, name, others } = picked
  const { flags, cwd, memory } = sources
  const path = (flag: string | undefined, configured: string): string =>
    flag === undefined ? resolve(folder, configured) : resolve(cwd, flag)
  const migrations = path(flags.migrations, config.migrations ?? 'migrations')
  const out = path(flags.out, config.out ?? 'generated')
  const database = databasePath(config, project, sources)
  return {
    root,
    configFile,
    name,
    ...(others && { others }),
    migrations,
    out,
    database,
    driver: config.driver ?? 'better-sqlite3',
    mode: 'sync',
    open: config.open,
    ...forDevelopment(config, project, database),
    manager: managerOptions(config),
    importExtension: config.importExtension ?? 'auto',
    language: config.language ?? languageOf({ root, configFile, migrations, out }),
    rules: config.rules ?? {},
    ...overridesIn(config, project),
    ...releasedIn(config, flags),
    replay: !flags.noReplay,
    config: configFile === null ? null : { file: configFile, database: name },
    ...(memory !== undefined && { memory }),
    ...forSteps(config),
    ...historyOf(config),
    histories: historiesOf(config, project),
    ignoreTables: config.ignoreTables ?? [],
    replayTimeoutMs: config.replayTimeoutMs ?? 120_000,
    schemaPage: config.schemaPage ?? true,
    ...(config.snapshot && { snapshot: true }),
    minimumSqlite: config.minimumSqlite ?? null,
  }
}

function overridesIn(
  { overrides }: DatabaseConfig,
  { config, folder, root }: Project,
): Pick<Settings, 'overrides'> {
  if (!overrides) return {}
  const isShared = config.databases !== undefined && overrides === config.overrides
  const place = { folder: projectPath(root, folder), ...(isShared && { shared: true as const }) }
  return { overrides: overrides.map(({ files, rules }) => ({ ...place, files, rules })) }
}

const forDevelopment = (
  config: DatabaseConfig,
  project: Project,
  database: string | null,
): Pick<Settings, 'seedsFolder' | 'protected'> => ({
  seedsFolder: resolve(project.folder, config.seedsFolder ?? 'seeds'),
  protected: config.protected === true || isProtected(database, project),
})

const releasedIn = (
  { released }: DatabaseConfig,
  flags: Sources['flags'],
): Pick<Settings, 'released' | 'showReleased'> => ({
  ...(released !== undefined && { released }),
  ...(flags.released && { showReleased: true }),
})

/** The configured rows, column types, and values for steps. */
const forSteps = ({
  seeds,
  types,
  env,
}: DatabaseConfig): Pick<Settings, 'seeds' | 'types' | 'env'> => ({
  ...(seeds && { seeds: seedsOf(seeds) }),
  ...(env && { env: textsOf(env) }),
  ...(types && { types }),
})

/** Values of every kind as texts, which can be compared and stored. */
const seedsOf = (seeds: NonNullable<DatabaseConfig['seeds']>): NonNullable<Settings['seeds']> =>
  Object.fromEntries(Object.entries(seeds).map(([table, rows]) => [table, rows.map(textsOf)]))

const isPlain = (value: unknown): boolean =>
  typeof value === 'object' && !(value instanceof Uint8Array)

const WHOLE = { depth: null, maxArrayLength: null, maxStringLength: null } as const

/** The code of a function is part of the configuration, which has its own digest. */
const textsOf = (values: object): Record<string, string> =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      `${typeof value} ${isPlain(value) ? inspect(value, WHOLE) : String(value)}`,
    ]),
  )

function databasePath(
  { database }: DatabaseConfig,
  { folder }: Project,
  { flags, cwd, environment }: Sources,
): string | null {
  const given = flags.db ?? (environment['LOCKSTEP_DATABASE'] || undefined)
  if (given !== undefined) return located(given, cwd)
  return database === undefined ? null : located(database, folder)
}

/** Whether a protected entry means this file: a flag, a variable or another entry may name it as well. */
const isProtected = (path: string | null, { config, folder }: Project): boolean =>
  path !== null &&
  pickEach(config, { flags: {} }).some(
    ({ config: { database, ...one } }) =>
      one.protected && database && fileAt(located(database, folder)) === fileAt(path),
  )

/** Anything but a file path stays as it is; opening it reports that. */
const located = (path: string, folder: string): string =>
  isSpecialPath(path) ? path : resolve(folder, path)

/** The keys that are passed to the manager unchanged. */
const MANAGER_KEYS = [
  'table',
  'onUnmanaged',
  'onAhead',
  'onDrift',
  'keepDowns',
  'transaction',
  'lockTimeoutMs',
  'mirrors',
  'gates',
  'ignoreTables',
  'env',
] as const satisfies readonly (keyof Settings['manager'])[]

/** The digests are loaded with the registry, and are part of it. */
const managerOptions = (config: DatabaseConfig): Settings['manager'] => {
  const table = tableOf(config)
  return {
    ...Object.fromEntries(
      MANAGER_KEYS.filter((key) => config[key] !== undefined).map((key) => [key, config[key]]),
    ),
    ...(table !== undefined && { table }),
    digests: {},
  }
}

const historyOf = (config: DatabaseConfig): Pick<Settings, 'history' | 'table'> => ({
  ...(config.history !== undefined && { history: config.history }),
  table: tableOf(config) ?? '_migrations',
})

/** Histories stated in the configuration take precedence over the names of its other entries. */
function historiesOf(
  { histories = {}, database }: DatabaseConfig,
  { config, folder }: Project,
): NonNullable<Settings['histories']> {
  const beside = config.databases ? pickEach(config, { flags: {} }) : []
  const fileOf = (file: string | undefined) => file && fileAt(located(file, folder))
  const stated = Object.entries(histories).map(([name, place]) => {
    const { migrations, table } =
      typeof place === 'string' ? { migrations: place, table: ledgerName(name) } : place
    return [name, { migrations: resolve(folder, migrations), table }] as const
  })
  const siblings = beside.map(({ name, config: one }) => {
    const migrations = resolve(folder, one.migrations ?? 'migrations')
    const place = { migrations, table: tableOf(one) ?? '_migrations' }
    const out =
      fileOf(one.database) === fileOf(database)
        ? resolve(folder, one.out ?? 'generated')
        : undefined
    const isElsewhere = one.database !== undefined && database !== undefined && out === undefined
    return [
      one.history ?? name!,
      {
        ...place,
        ...(out !== undefined && { out }),
        ...(isElsewhere && { elsewhere: one.database }),
      },
    ] as const
  })
  // Of entries with the same name, those in the same database take precedence.
  const rankOf = ([, place]: (typeof siblings)[number]): number => (place.elsewhere ? 0 : 1)
  siblings.sort((a, b) => rankOf(a) - rankOf(b))
  return Object.fromEntries([...siblings, ...stated])
}

/** The ledger, if it is not the default; a history's name takes precedence over a table shared by all databases. */
const tableOf = ({ history, table }: DatabaseConfig): string | undefined =>
  history === undefined ? table : ledgerName(history)
