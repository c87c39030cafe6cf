// Ensures that no two entries of the configuration share a folder for different generated files, or a ledger for different
// migrations.
import { configInvalid, databaseAmbiguous } from '../../errors/command-line.js'
import { LockstepError } from '../../errors/lockstep-error.js'
import { displayPath } from '../terminal/display-path.js'
import { ledgerTables } from '../../schema/not-ours.js'
import { isSameName } from '../../sql/names.js'
import { fileAt } from './file-at.js'
import type { Settings, Sources } from './settings.js'
import { isSpecialPath } from './special-path.js'

/**
 * Throws `CONFIG_INVALID` with every pair of databases that would overwrite each other's generated files, unless a flag says
 * where these are, and of histories that would take each other's versions for their own. Databases with the same history, such as
 * one per customer, may share the files. `all` are the settings of every database according to the configuration alone.
 */
export function checkEntries(
  all: readonly Settings[],
  { flags, cwd }: Pick<Sources, 'flags' | 'cwd'>,
): void {
  const findings = all.flatMap((one, index) =>
    all
      .slice(index + 1)
      .flatMap((other) => [
        ...(flags.out === undefined && isOutShared(one, other) ? [sharedOut(one, other, cwd)] : []),
        ...sharedTables(one, other, cwd),
      ]),
  )
  const file = all[0]?.configFile
  if (file && findings.length > 0)
    throw new LockstepError(configInvalid(displayPath(file, cwd), findings))
}

/**
 * Throws `DATABASE_AMBIGUOUS` if a flag names one folder for the files of several databases. `all` are the settings of the
 * selected ones.
 */
export function checkFolderFlags(
  all: readonly Settings[],
  flags: { readonly out?: string; readonly migrations?: string },
): void {
  const flag = flags.out === undefined ? 'migrations' : 'out'
  if (all.length < 2 || flags[flag] === undefined) return
  const names = all.flatMap(({ name }) => name ?? [])
  const message = `The flag --${flag} names one folder, but the configuration has several databases (${names.join(', ')}), so it is not clear which of them it is for.`
  throw new LockstepError(databaseAmbiguous(names, message))
}

const isOutShared = (one: Settings, other: Settings): boolean =>
  other.out === one.out && filesOf(other) !== filesOf(one)

/** For two histories in one file. */
function sharedTables(one: Settings, other: Settings, cwd: string): string[] {
  if (!areInOneFile(one, other)) return []
  if (isSameName(one.table, other.table)) return [sharedLedger(one, other, cwd)]
  return [
    ...(isBeside(one, other) ? [ledgerBeside(one, other)] : []),
    ...(isBeside(other, one) ? [ledgerBeside(other, one)] : []),
  ]
}

/** Whether the ledger of the second has the name of a table beside the ledger of the first. */
const isBeside = (one: Settings, { table }: Settings): boolean =>
  ledgerTables(one.table).some((name) => isSameName(name, table))

const areInOneFile = (one: Settings, other: Settings): boolean =>
  fileAt(one.migrations) !== fileAt(other.migrations) &&
  one.database !== null &&
  other.database !== null &&
  !isSpecialPath(one.database) &&
  fileAt(one.database) === fileAt(other.database)

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
    settings.snapshot,
    settings.types,
  ])

function sharedOut(one: Settings, other: Settings, cwd: string): string {
  const why =
    one.migrations === other.migrations ? 'with different settings' : 'from different migrations'
  return (
    `the databases ${one.name} and ${other.name} share one folder for their generated files, ` +
    `${displayPath(one.out, cwd)}, ${why}, so each would overwrite the files of the other; ` +
    `give one of them an \`out\` of its own, such as \`out: 'generated/${other.name}'\``
  )
}

function sharedLedger(one: Settings, other: Settings, cwd: string): string {
  const [own, theirs] = [one, other].map(({ migrations }) => displayPath(migrations, cwd))
  return (
    `${one.name} and ${other.name} share one ledger, \`${one.table}\` in ${displayPath(one.database!, cwd)}, for different ` +
    `migrations, in ${own} and ${theirs}, so each would take the versions of the other for its own; ` +
    "give one of them a `history` of its own, such as `history: 'plugin'`"
  )
}

const ledgerBeside = (one: Settings, other: Settings): string =>
  `${other.name} keeps its ledger in \`${other.table}\`, which is a table that ${one.name} keeps next to its own, \`${one.table}\`; ` +
  "give it another `table`, or a `history`, such as `history: 'plugin'`"
