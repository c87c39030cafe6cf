// `lockstep reset`: deletes all data and starts from an empty database.
import { basename } from 'node:path'
import { visibleText } from '../../../codegen/diagnostics/visible-text.js'
import { resetUnconfirmed } from '../../errors/command-line.js'
import { isLockstepError, LockstepError } from '../../errors/lockstep-error.js'
import { type CommandResult, type CommandRun, type Invocation, EXIT } from '../command/command.js'
import { askText } from '../terminal/confirm.js'
import { bundleOf } from '../../../codegen/bundle/load-module.js'
import { seedsMissing } from '../../errors/seed.js'
import { requireFresh } from '../database/registry-freshness.js'
import { findSeeds } from '../seed/find-seeds.js'
import type { Settings } from '../settings/settings.js'
import { runMigrations } from '../worker/run-migrations.js'
import { runSeeds } from './seed.js'
import { lookAtFile } from '../database/look-at-file.js'
import { otherHistories, stepsUnderWay } from '../worker/steps-under-way.js'
import { displayPath } from '../terminal/display-path.js'
import { size } from '../terminal/quantities.js'
import { databaseOf } from '../settings/database-of.js'
import { loadSettings } from '../settings/load-settings.js'
import { tellSettings } from '../settings/tell-settings.js'
import { refuseProtected } from '../settings/refuse-protected.js'
import { runWatched } from '../worker/run-watched.js'

/** Asks for the name of the database, or requires `--yes` without a terminal. */
export const run: CommandRun = async (invocation) => {
  const settings = await loadSettings(invocation)
  const { flags, cwd, terminal } = invocation
  tellSettings(settings, terminal)
  refuseProtected(settings, 'lockstep reset')
  const path = databaseOf(settings, cwd)
  const { exists, sizeBytes } = lookAtFile(path)
  const shown = displayPath(path, cwd)
  if (flags.seed) await refuseUnseedable(settings, cwd)
  const others = exists ? await otherHistories(settings, path) : []
  if (exists && !flags.yes) {
    const running = await stepsUnderWay(settings, path)
    const what = `${shown}${withOthers(others)}: ${size(sizeBytes)}`
    await confirm({ lines: [what, ...running], others }, basename(path), invocation)
  }
  if (exists) await runWatched('reset', invocation)
  const found = { database: path, existed: exists, shown, others, settings }
  return flags.seed ? rebuild(found, invocation) : answer(found)
}

/** What is to be deleted, or was. */
interface Emptied {
  readonly database: string
  readonly existed: boolean
  readonly shown: string
  /** The names of the other histories in the file. */
  readonly others: readonly string[]
  readonly settings: Settings
}

const withOthers = (others: readonly string[]): string =>
  others.length === 0
    ? ''
    : `, with the other ${others.length > 1 ? 'histories' : 'history'} in it (${others.join(', ')})`

/** What is known to fail afterwards must not cost the data. */
async function refuseUnseedable(settings: Settings, cwd: string): Promise<void> {
  await requireFresh(settings)
  const seeds = findSeeds(settings, [])
  if (seeds.length === 0) {
    const folder = displayPath(settings.seedsFolder, cwd)
    throw new LockstepError(seedsMissing(`${folder} has no seeds.`, []))
  }
  for (const { kind, path } of seeds) if (kind === 'script') await bundleOf(path, settings.root)
}

/** Migrates and seeds the emptied database. If that fails, the error says what was done before. */
async function rebuild(
  { database, existed, shown, others }: Emptied,
  invocation: Invocation,
): Promise<CommandResult> {
  const deleted = existed ? [`Everything in ${shown} was deleted${withOthers(others)}.`] : []
  const done = [...deleted]
  try {
    const migrated = await runMigrations('migrate', invocation)
    done.push('All migrations were applied.')
    const seeded = await runSeeds(database, invocation)
    return {
      exitCode: EXIT.done,
      json: { database, existed, reset: existed, migrated: migrated.json, seeded: seeded.json },
      text: (style) => [...deleted, ...migrated.text(style), ...seeded.text(style)],
    }
  } catch (error) {
    throw after(done, error)
  }
}

function after(done: readonly string[], error: unknown): unknown {
  if (!isLockstepError(error) || done.length === 0) return error
  const parts = LockstepError.partsOf(error)
  const lines = [...(parts.lines ?? []), `Before that: ${done.join(' ')}`]
  return new LockstepError({ ...parts, lines, facts: { ...error.facts, done } }, error)
}

const answer = ({ database, existed, shown, others, settings }: Emptied): CommandResult => ({
  exitCode: EXIT.done,
  json: { database, existed, reset: existed, ...(others.length > 0 && { others }) },
  text: () => [
    existed
      ? `Everything in ${shown} was deleted${withOthers(others)}. ${buildAgain(others, settings)}`
      : `${shown} does not exist, so there is nothing to reset.`,
  ],
})

/** In the order of the configuration, which is usually the order in which they need each other. */
function buildAgain(others: readonly string[], { histories = {}, table }: Settings): string {
  const all = Object.entries(histories).filter(
    ([name, place]) => place.out !== undefined && (others.includes(name) || place.table === table),
  )
  if (all.length < 2) return 'Build the schema again with `lockstep migrate`.'
  const commands = all.map(([name]) => `\`lockstep migrate --name ${name}\``)
  return `Build each schema again, starting with what others need: ${commands.join(', ')}.`
}

/** The question, and the names of the other histories in the file. */
interface Asked {
  readonly lines: readonly string[]
  readonly others: readonly string[]
}

async function confirm(
  { lines: [what, ...running], others }: Asked,
  name: string,
  { terminal }: Invocation,
): Promise<void> {
  if (!terminal.interactive) {
    const reason = 'there is no terminal to ask on, and --yes was not given'
    throw new LockstepError(resetUnconfirmed(reason, null, withOthers(others)))
  }
  terminal.say(
    ...[`All data will be deleted from ${what}. This cannot be undone.`, ...running].flatMap(
      terminal.style.wrap,
    ),
  )
  const typed = (await askText(`Type ${name} to continue:`)).trim()
  // A name with invisible characters is shown with those escaped.
  if (typed === name || typed === visibleText(name)) return
  const wrong = typed === '' ? 'no name was typed' : `${typed} was typed instead of ${name}`
  throw new LockstepError(resetUnconfirmed(wrong, 'typed'))
}
