// Selects the database of the configuration to work on. Pure.
import { databaseAmbiguous, databaseVariableAmbiguous } from '../../errors/command-line.js'
import { LockstepError } from '../../errors/lockstep-error.js'
import type { DatabaseConfig, LockstepConfig } from '../../model/config.js'
import { nearest } from '../../../codegen/diagnostics/nearest.js'
import type { Sources } from './settings.js'

/** One database's part of the configuration, merged with the shared part; `name` is null if there is only one. */
export interface Picked {
  readonly name: string | null
  /** The names of the others if this one was not selected explicitly, but because it is called `main`. */
  readonly others?: readonly string[]
  readonly config: DatabaseConfig
}

/** The database or history named by `--name`; without it the only one, or the one called `main`. */
export function pickDatabase(config: LockstepConfig, sources: Sources): Picked {
  const all = entriesOf(config)
  checkVariable(all, sources)
  const wanted = sources.flags.name
  if (wanted !== undefined) return named(all, wanted)
  const main = all.find(({ name }) => name === 'main')
  const [only = main] = all.length === 1 ? all : []
  const others = namesOf(all.filter((one) => one !== only))
  if (only) return others.length > 0 ? { ...only, others } : only
  const kind = all.some(({ config }) => config.history !== undefined) ? 'histories' : 'databases'
  const message = `The configuration has several ${kind}, and none of them is called main.`
  throw new LockstepError(databaseAmbiguous(namesOf(all), message))
}

/** Every database of the configuration, or the one named by `--name`. */
export function pickEach(
  config: LockstepConfig,
  { flags }: Pick<Sources, 'flags'>,
): readonly Picked[] {
  const all = entriesOf(config)
  return flags.name === undefined ? all : [named(all, flags.name)]
}

function entriesOf({ databases, ...shared }: LockstepConfig): readonly Picked[] {
  if (!databases) return [{ name: null, config: shared }]
  return Object.entries(databases).map(([name, own]) => ({ name, config: { ...shared, ...own } }))
}

const namesOf = (all: readonly Picked[]): string[] => all.flatMap(({ name }) => name ?? [])

function named(all: readonly Picked[], wanted: string): Picked {
  const found =
    all.find(({ name }) => name === wanted) ?? all.find(({ config }) => config.history === wanted)
  if (found) return found
  const names = namesOf(all)
  const meant = nearest(wanted, names)
  const message =
    names.length === 0
      ? `The configuration has no \`databases\`, so there is none called ${wanted}.`
      : `The configuration has no database and no history called ${wanted}${meant ? `, but one called ${meant}` : ''}.`
  throw new LockstepError(databaseAmbiguous(names, message))
}

/** One variable cannot say where several files are; guessing would migrate the wrong one. */
function checkVariable(all: readonly Picked[], { flags, environment }: Sources): void {
  if (all.length < 2 || flags.db !== undefined || !environment['LOCKSTEP_DATABASE']) return
  throw new LockstepError(databaseVariableAmbiguous(namesOf(all)))
}
