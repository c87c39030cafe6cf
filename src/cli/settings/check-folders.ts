// Sees to it that no two databases of the configuration have one folder for generated files that differ. Pure.
import { configInvalid, databaseAmbiguous } from '../../errors/command-line.js'
import { LockstepError } from '../../errors/lockstep-error.js'
import { displayPath } from '../terminal/display-path.js'
import type { Settings } from './settings.js'

/**
 * Throws `CONFIG_INVALID` with every pair of databases of which each would overwrite the generated files of the other.
 * Databases with the same history, such as one for each customer, may share the files. `all` are the settings of every
 * database, as the configuration alone says them.
 */
export function checkFolders(all: readonly Settings[], cwd: string): void {
  const findings = all.flatMap((one, index) =>
    all
      .slice(index + 1)
      .filter((other) => other.out === one.out && filesOf(other) !== filesOf(one))
      .map((other) => sharedOut(one, other, cwd)),
  )
  const file = all[0]?.configFile
  if (file && findings.length > 0)
    throw new LockstepError(configInvalid(displayPath(file, cwd), findings))
}

/**
 * Throws `DATABASE_AMBIGUOUS` where a flag names one folder for the files of several databases. `all` are the settings
 * of those that are meant.
 */
export function checkFolderFlags(
  all: readonly Settings[],
  flags: { readonly out?: string; readonly migrations?: string },
): void {
  const flag = flags.out === undefined ? 'migrations' : 'out'
  if (all.length < 2 || flags[flag] === undefined) return
  const names = all.flatMap(({ name }) => name ?? [])
  const message = `The flag --${flag} names one folder, but the configuration has several databases (${names.join(', ')}), so it is not clear whose it is.`
  throw new LockstepError(databaseAmbiguous(names, message))
}

/** Everything that the generated files depend on. */
const filesOf = (settings: Settings): string =>
  JSON.stringify([
    settings.migrations,
    settings.driver,
    settings.importExtension,
    settings.language,
    settings.history,
    settings.table,
    settings.ignoreTables,
    settings.schemaPage,
    settings.types,
  ])

function sharedOut(one: Settings, other: Settings, cwd: string): string {
  const why =
    one.migrations === other.migrations ? 'with different settings' : 'from different migrations'
  return (
    `the databases ${one.name} and ${other.name} have one folder for their generated files, ` +
    `${displayPath(one.out, cwd)}, ${why}, so that each would overwrite those of the other; ` +
    `give one of them an \`out\` of its own, such as \`out: 'generated/${other.name}'\``
  )
}
