// `lockstep reset`: deletes all data and starts from an empty database.
import { basename } from 'node:path'
import { visibleText } from '../../../codegen/diagnostics/visible-text.js'
import { resetUnconfirmed } from '../../errors/command-line.js'
import { isLockstepError, LockstepError } from '../../errors/lockstep-error.js'
import type { CommandResult, CommandRun, Invocation } from '../command/command.js'
import { askText } from '../terminal/confirm.js'
import { bundleOf } from '../../../codegen/bundle/load-module.js'
import { seedsMissing } from '../../errors/seed.js'
import { requireFresh } from '../database/registry-freshness.js'
import { findSeeds } from '../seed/find-seeds.js'
import type { Settings } from '../settings/settings.js'
import { runMigrations } from '../worker/run-migrations.js'
import { runSeeds } from './seed.js'
import { lookAtFile } from '../database/look-at-file.js'
import { stepsUnderWay } from '../worker/steps-under-way.js'
import { EXIT } from '../command/exit-code.js'
import { displayPath } from '../terminal/display-path.js'
import { size } from '../terminal/quantities.js'
import { databaseOf } from '../settings/database-of.js'
import { loadSettings } from '../settings/load-settings.js'
import { tellSettings } from '../settings/tell-settings.js'
import { refuseProtected } from '../settings/refuse-protected.js'
import { runWatched } from '../worker/run-watched.js'

/** Asks for the name of the database, or needs `--yes` where there is no terminal to ask on. */
export const run: CommandRun = async (invocation) => {
  const settings = await loadSettings(invocation)
  const { flags, cwd, terminal } = invocation
  tellSettings(settings, terminal)
  refuseProtected(settings, 'lockstep reset')
  const path = databaseOf(settings, cwd)
  const { exists, sizeBytes } = lookAtFile(path)
  const shown = displayPath(path, cwd)
  if (flags.seed) await refuseUnseedable(settings, cwd)
  if (exists && !flags.yes) {
    const running = await stepsUnderWay(settings, path)
    await confirm([`${shown}: ${size(sizeBytes)}`, ...running], basename(path), invocation)
  }
  if (exists) await runWatched('reset', invocation)
  return flags.seed ? rebuild(path, exists, invocation) : answer(path, exists, shown)
}

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

/** Migrates and seeds what is empty now. Where that fails, the error says what was done before. */
async function rebuild(
  database: string,
  existed: boolean,
  invocation: Invocation,
): Promise<CommandResult> {
  const shown = displayPath(database, invocation.cwd)
  const deleted = existed ? [`Everything in ${shown} was deleted.`] : []
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

const answer = (database: string, existed: boolean, shown: string): CommandResult => ({
  exitCode: EXIT.done,
  json: { database, existed, reset: existed },
  text: () => [
    existed
      ? `Everything in ${shown} was deleted. Build the schema again with \`lockstep migrate\`.`
      : `${shown} does not exist, so there is nothing to reset.`,
  ],
})

async function confirm(
  [what, ...running]: readonly string[],
  name: string,
  { terminal }: Invocation,
): Promise<void> {
  if (!terminal.interactive) {
    throw new LockstepError(
      resetUnconfirmed('there is no terminal to ask on, and --yes was not given', null),
    )
  }
  terminal.say(
    ...[`All data will be deleted from ${what}. This cannot be undone.`, ...running].flatMap(
      terminal.style.wrap,
    ),
  )
  const typed = (await askText(`Type ${name} to go on:`)).trim()
  // A name with characters that nobody can see or type is shown with those written out.
  if (typed === name || typed === visibleText(name)) return
  const wrong = typed === '' ? 'no name was typed' : `${typed} was typed, and not ${name}`
  throw new LockstepError(resetUnconfirmed(wrong, 'typed'))
}
