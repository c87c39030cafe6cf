// Errors of the command line: arguments, settings, files, and the worker process.
import { NOTHING_CHANGED, RUN_AGAIN } from '../model/told-step.js'
import { versionId } from '../model/version.js'
import type { Cause } from './lockstep-error.js'

/** A reason from elsewhere, without its final full stop. */
const ended = (reason: string): string => reason.replace(/[.\s]+$/, '')

/** The command line itself is wrong: an unknown command or flag, a missing or impossible value. Nothing was done. */
export const usageInvalid = (message: string, fix: string): Cause => ({
  code: 'USAGE_INVALID',
  message,
  fix,
})

/** The configuration has unknown keys or values of the wrong kind. Nothing was done. */
export const configInvalid = (file: string, findings: readonly string[]): Cause => ({
  code: 'CONFIG_INVALID',
  message: `The configuration in ${file} cannot be used: ${findings.join('; ')}.`,
  fix: 'Correct it; the keys and their values are those of the type LockstepConfig.',
  facts: { file, findings },
})

/** The file that `--config` names does not exist. */
export const configMissing = (file: string): Cause => ({
  code: 'CONFIG_MISSING',
  message: `There is no configuration file at ${file}.`,
  fix: 'Correct the path after --config, or leave it out to search for lockstep.config.*.',
  facts: { file },
})

/** Whether only other files fail to build, such as a tsconfig.json. */
const isElsewhere = (file: string, reason: string | readonly string[]): boolean =>
  typeof reason !== 'string' && reason.every((line) => !line.startsWith(`${file}:`))

/** The configuration file does not build, throws when it is loaded, or is not JSON. Nothing was done. */
export const configUnloadable = (file: string, reason: string | readonly string[]): Cause => ({
  code: 'CONFIG_UNLOADABLE',
  message: `The configuration ${file} ${typeof reason === 'string' ? `cannot be loaded: ${ended(reason)}.` : 'does not build:'}`,
  ...(typeof reason !== 'string' && { lines: failureLines(reason) }),
  fix: isElsewhere(file, reason)
    ? 'Fix these places: the configuration is built with them.'
    : file.endsWith('.json')
      ? 'Fix the file. It must be JSON, without comments.'
      : 'Fix the file. It must load on its own, without top-level await.',
  facts: { file },
})

/**
 * Neither a flag, nor the environment, nor the configuration says where the database is; `searched` are the folders without a
 * configuration.
 */
export const databaseUnset = (
  configFile: string | null,
  searched: { readonly from: string; readonly to: string },
): Cause => ({
  code: 'DATABASE_UNSET',
  message: `No database is set: ${configFile ? `${configFile} names none` : `there is no configuration in ${searchedFolders(searched)}`}.`,
  fix: `Set \`database\` in ${configFile ?? 'lockstep.config.ts (`lockstep init` writes one)'}, or the environment variable LOCKSTEP_DATABASE, or give --db <file>.`,
})

const searchedFolders = ({ from, to }: { readonly from: string; readonly to: string }): string =>
  from === to ? from : `${from} or a folder above it, up to ${to}`

/** The configuration has several databases, and it is not clear which one to use. */
export const databaseAmbiguous = (names: readonly string[], message: string): Cause => ({
  code: 'DATABASE_AMBIGUOUS',
  message,
  fix:
    names.length === 0
      ? 'Leave out --name, and the name of a history in --to; or name the databases in the configuration.'
      : `Say which one with --name: ${names.join(', ')}.`,
  facts: { names },
})

/** The environment names one file, but the configuration has several databases. */
export const databaseVariableAmbiguous = (names: readonly string[]): Cause => ({
  code: 'DATABASE_VARIABLE_AMBIGUOUS',
  message: `LOCKSTEP_DATABASE names one file, but the configuration has several databases (${names.join(', ')}), so it is not clear which of them is meant.`,
  fix: 'Unset LOCKSTEP_DATABASE, and read the variables you need in the configuration; or give --db <file>.',
  facts: { names },
})

/** The given database path is not the path of a file. */
export const databasePathInvalid = (path: string, reason: string): Cause => ({
  code: 'DATABASE_PATH_INVALID',
  message: `The path ${path || '""'} cannot be used as the database: ${reason}.`,
  fix: 'Give the path of a file.',
  facts: { path },
})

/** The configuration protects the database from development commands. */
export const databaseProtected = (command: string): Cause => ({
  code: 'DATABASE_PROTECTED',
  message: `\`${command}\` is for development, and the configuration marks this database as protected. ${NOTHING_CHANGED}`,
  fix: 'If it is a development database after all, remove `protected` from the configuration, or use another configuration.',
})

/** The client package is not installed where the project could load it, or does not load. */
export const clientMissing = (name: string, root: string, reason: string | null): Cause => ({
  code: 'CLIENT_MISSING',
  message: `The package ${name} cannot be loaded from ${root}: ${ended(reason ?? 'it is not installed')}.`,
  fix: `Install it there: npm install ${name}. After changing the Node version: npm rebuild ${name}.`,
  facts: { name, root },
})

/** The `open` of the configuration threw, or returned nothing usable. */
export const openFailed = (path: string, reason: string): Cause => ({
  code: 'OPEN_FAILED',
  message: `The function \`open\` of the configuration could not open ${path}: ${ended(reason)}.`,
  fix: 'It receives the path and { readonly }, and must return an open handle of the client on that path: commands also open copies of the database with it.',
  facts: { path },
})

/** The folder for the database file cannot be created. */
export const databaseFolderFailed = (folder: string, reason: string): Cause => ({
  code: 'DATABASE_FOLDER_FAILED',
  message: `The folder ${folder} for the database could not be created: ${ended(reason)}. Nothing was done.`,
  fix: 'Create it yourself, or correct the path of the database.',
  facts: { folder },
})

/** The file that `--db` names would be in a folder that does not exist, most often because of a typo. Nothing was done. */
export const databaseFolderMissing = (folder: string): Cause => ({
  code: 'DATABASE_FOLDER_MISSING',
  message: `The folder of --db does not exist: ${folder}. Nothing was done.`,
  fix: 'Correct the path after --db, or create the folder yourself. Lockstep creates it only for a database that the configuration names.',
  facts: { folder },
})

/** A TypeScript or JavaScript file that Lockstep has to load does not build. */
export const moduleBroken = (file: string, failures: readonly string[]): Cause => ({
  code: 'MODULE_BROKEN',
  message: `The file ${file} cannot be loaded, because it does not build:`,
  lines: failureLines(failures),
  fix: 'Fix these places; if the registry names a migration that is gone, restore it or run `lockstep gen`. The migrations and the configuration must bundle, without top-level await.',
  facts: { file, failures },
})

const failureLines = (failures: readonly string[]): string[] =>
  failures.map((line) => `  ${ended(line)}.`)

/** A file that Lockstep has to load was built, but threw while it was evaluated. */
export const moduleFailed = (file: string, reason: string): Cause => ({
  code: 'MODULE_FAILED',
  message: `The file ${file} could not be loaded, because its code threw: ${ended(reason)}.`,
  fix: 'See the cause; --verbose shows where it was thrown. A migration or the configuration must load without depending on anything else.',
  facts: { file },
})

/** Replaying the migrations, to find out the expected schema, failed. */
export const replayFailed = (version: number, reason: string): Cause => ({
  code: 'REPLAY_FAILED',
  message: `The migrations up to ${String(version).padStart(3, '0')} could not be applied to an empty database in memory, so the schema was at best compared with the registry's digests: ${ended(reason)}.`,
  fix: 'A new installation would fail the same way: fix what fails. `open` in the configuration must be able to open `:memory:`.',
  facts: { version },
})

/**
 * Replaying the migrations was skipped: one of them touches the world outside the database, or needs a history that is not known
 * here.
 */
export const replaySkipped = (version: number, name: string, why: string): Cause => ({
  code: 'REPLAY_SKIPPED',
  message: `The migrations were not replayed, because migration ${versionId(version)} (${name}) ${why}; so the schema was at best compared with the registry's digests.`,
  fix: 'Nothing needs to be done.',
  facts: { version, name },
})

/**
 * The registry has not been generated, or is not where the settings say. `searched` as for `databaseUnset`; null if there is a
 * configuration.
 */
export const registryMissing = (
  file: string,
  searched: { readonly from: string; readonly to: string } | null,
): Cause => ({
  code: 'REGISTRY_MISSING',
  message: `There is no registry at ${file}${searched ? `, and no configuration in ${searchedFolders(searched)}, which would say where it is` : ''}.`,
  fix: `Run \`lockstep gen\`, which writes it from the migrations folder${searched ? '; or run this in the project folder' : ''}.`,
  facts: { file },
})

/** The registry imports migrations that do not exist: deleted, or on another branch only. */
export const registryFileMissing = (
  file: string,
  missing: readonly string[],
  restore: readonly string[],
): Cause => ({
  code: 'REGISTRY_FILE_MISSING',
  message: `The registry ${file} names ${missing.join(', ')}, but there is no such file: it was deleted or renamed, or is on another branch. Its migrations cannot be run.`,
  fix: `${restore.length > 0 ? `Bring back what was deleted with ${restore.join(', ')}. If it was meant to go` : 'Restore it from version control. If it was meant to go'}, run \`lockstep gen\`, which rewrites the registry.`,
  facts: { file, missing },
})

/** A merge left its conflict markers in the registry. */
export const registryConflict = (file: string): Cause => ({
  code: 'REGISTRY_CONFLICT',
  message: `The file ${file} contains merge conflict markers, so Lockstep cannot tell which migrations this build has.`,
  fix: 'Decide which migrations stay and how they are numbered (`lockstep renumber --base <branch>` numbers yours after those of the other branch), then run `lockstep gen`, which rewrites the file.',
  facts: { file },
})

/** The file with the registry's name does not export a registry. */
export const registryUnusable = (file: string): Cause => ({
  code: 'REGISTRY_UNUSABLE',
  message: `The file ${file} does not export \`registry\`, the list of migrations.`,
  fix: 'Run `lockstep gen`; if it says that the file is not its own, move that file elsewhere.',
  facts: { file },
})

/** The migrations folder does not match the registry, or has errors. Nothing was changed. */
export const registryStale = (reason: string, about: 'registry' | 'migrations'): Cause => ({
  code: 'REGISTRY_STALE',
  message: `${STALE[about]} ${reason}`,
  state: NOTHING_CHANGED,
  fix: 'Run `lockstep gen`, and fix what it reports.',
  next: RUN_AGAIN,
})

const STALE = {
  registry: 'The registry does not match the migrations folder.',
  migrations:
    'The migrations have errors, so Lockstep cannot tell whether the registry matches them.',
} as const

/** The migrations folder has newer migrations than the registry. */
export const registryBehind = (what: string, files: readonly string[]): Cause => ({
  code: 'REGISTRY_BEHIND',
  message: `The registry does not have ${what} yet.`,
  fix: 'Run `lockstep gen`.',
  facts: { files },
})

/** A migration is not written yet; it is left out, with all after it. */
export const registryDraft = (files: readonly [string, ...string[]]): Cause => ({
  code: 'REGISTRY_DRAFT',
  message: `Still empty, so left out of the registry: ${files[0]}${files.length > 1 ? `, along with what comes after it: ${files.slice(1).join(', ')}` : ''}. Nothing ${files.length > 1 ? 'before it' : 'else'} is affected.`,
  fix: 'Write what it does, then run `lockstep gen`; or delete it.',
  facts: { files },
})

/** `reset` was not confirmed. Nothing was deleted. */
export const resetUnconfirmed = (reason: string, typed: 'typed' | null, beside = ''): Cause => ({
  code: 'RESET_UNCONFIRMED',
  message: `The database was not reset: ${reason}. ${NOTHING_CHANGED}`,
  fix: typed
    ? 'Type it exactly as shown, or confirm with --yes that all data may be deleted.'
    : `Confirm with --yes that all its data may be deleted${beside}.`,
})

/** Another connection has the database open, so it cannot be reset. Nothing was deleted. */
export const resetInUse = (path: string): Cause => ({
  code: 'RESET_IN_USE',
  message: `Another process has ${path} open, so it was not reset. Nothing was deleted.`,
  fix: 'Stop the application and whatever else uses the database, then run again.',
  facts: { path },
})

/** Emptying the database failed; it is unchanged. */
export const resetFailed = (path: string, reason: string): Cause => ({
  code: 'RESET_FAILED',
  message: `The database ${path} could not be emptied: ${ended(reason)}. It is unchanged.`,
  fix: 'If a module, collation or function is missing, load it in `open` in the configuration; if a permission is missing, grant it. Or stop the application, and delete the file with its -wal, -shm and -journal.',
  facts: { path },
})

/** The words given to `create` do not make a name for a migration. */
export const nameUnusable = (words: string, reason: string): Cause => ({
  code: 'NAME_UNUSABLE',
  message: `No migration can be named after ${JSON.stringify(words)}: ${reason}. No file was written.`,
  fix: 'Describe the change in a few words with Latin letters or digits, like: lockstep create add users table.',
  facts: { words },
})

/** A file cannot be written. */
export const fileUnwritable = (file: string, reason: string): Cause => ({
  code: 'FILE_UNWRITABLE',
  message: `The file ${file} could not be written: ${ended(reason)}.`,
  fix: 'Check the permissions of the folder and the free disk space.',
  facts: { file },
})

/** package.json is not a JSON object, so `init` cannot add its scripts. */
export const packageInvalid = (file: string, reason: string): Cause => ({
  code: 'PACKAGE_INVALID',
  message: `The file ${file} cannot be read as a package.json: ${ended(reason)}. Nothing was written.`,
  fix: 'Correct it, then run `lockstep init` again.',
  facts: { file },
})

/** What happens to a step whose process is gone. */
const UNDONE_LATER =
  'If a step was running, SQLite rolls it back when the database is next opened; if the step runs outside a transaction, what it did is still there.'

/** The completed steps, if the process has reported them. */
const completed = (done: readonly string[]): string =>
  `Every step before it is complete${done.length > 0 ? `: ${done.join(', ')}` : ''}.`

/** A second signal ended the work in the middle of a step; a dry run and a backup end at the first one. */
export const runKilled = (
  on: 'database' | 'copy' | 'backup' = 'database',
  done: readonly string[] = [],
): Cause => ({
  code: 'RUN_KILLED',
  message:
    on === 'database'
      ? `The run was stopped at once, in the middle of a step. ${UNDONE_LATER} ${completed(done)}`
      : `${on === 'copy' ? 'The dry run was stopped at once. Its copy' : 'The backup was stopped at once. The unfinished copy'} was removed; the database is unchanged.`,
  fix:
    on === 'database'
      ? 'Run `lockstep status` to see where the database stands, and what has to be resolved.'
      : 'Run it again when there is time for it.',
})

/** The worker process on the database ended without an answer. */
export const workerDied = (reason: string, done: readonly string[] = []): Cause => ({
  code: 'WORKER_DIED',
  message: `The process that worked on the database ended unexpectedly (${reason}). ${UNDONE_LATER} ${completed(done)}`,
  fix: 'Run `lockstep status` to see where the database stands, and what has to be resolved. The usual reasons are a crash of the client or a lack of memory.',
  facts: { reason },
})

/** An unforeseen error: a defect of Lockstep, or of code passed to it. */
export const unexpected = (reason: string): Cause => ({
  code: 'COMMAND_UNEXPECTED',
  message: `Something failed that should not have: ${ended(reason)}.`,
  fix: 'Run again with --verbose to see where. If it is not your code, report it.',
})

/** The user interrupted a question. Nothing was changed. */
export const interrupted = (): Cause => ({
  code: 'COMMAND_INTERRUPTED',
  message: 'Interrupted before anything was done.',
  fix: 'Run the command again when you are ready.',
})

/** A folder cannot be watched, most often because the system's limit of watches is reached. */
export const watchLost = (folder: string, reason: string): Cause => ({
  code: 'WATCH_LOST',
  message: `The folder ${folder} cannot be watched: ${ended(reason)}.`,
  fix: 'Check its permissions and, on Linux, the limit `fs.inotify.max_user_watches`; then start the command again.',
  facts: { folder },
})

/** During a trial run, a migration tried to access something outside its database that cannot be replaced by a stand-in. */
export const trialRefused = (what: string): Cause => ({
  code: 'TRIAL_REFUSED',
  message: `The migration tried to ${what}, which is not allowed in a trial run.`,
  fix: 'A migration may only work on its own database. Load extensions in `open` in the configuration.',
  facts: { what },
})
