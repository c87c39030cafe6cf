// `lockstep seed`: writes development rows into a database that is up to date.
import { type CommandResult, type CommandRun, type Invocation, EXIT } from '../command/command.js'
import { findSeeds } from '../seed/find-seeds.js'
import type { DoneSeed } from '../seed/run-seed.js'
import { databaseOf } from '../settings/database-of.js'
import { loadSettings } from '../settings/load-settings.js'
import { tellSettings } from '../settings/tell-settings.js'
import { refuseProtected } from '../settings/refuse-protected.js'
import { columns, type Style } from '../terminal/style.js'
import { displayPath } from '../terminal/display-path.js'
import { count, duration } from '../terminal/quantities.js'
import { runWatched } from '../worker/run-watched.js'

/** Runs all seeds, or the named ones; if there are none, says so and does nothing. */
export const run: CommandRun = async (invocation) => {
  const { cwd, words, terminal } = invocation
  const settings = await loadSettings(invocation)
  tellSettings(settings, terminal)
  refuseProtected(settings, 'lockstep seed')
  const database = databaseOf(settings, cwd)
  const folder = displayPath(settings.seedsFolder, cwd)
  if (findSeeds(settings, words).length === 0) return nothing(database, folder)
  return runSeeds(database, invocation)
}

/** Runs the seeds in the worker. Throws what running them throws. */
export async function runSeeds(database: string, invocation: Invocation): Promise<CommandResult> {
  const seeds = await runWatched('seed', invocation)
  const shown = displayPath(database, invocation.cwd)
  return {
    exitCode: EXIT.done,
    json: { database, seeds },
    text: (style) => [...seedLines(seeds, style), summary(shown, seeds, style)],
  }
}

const nothing = (database: string, folder: string): CommandResult => ({
  exitCode: EXIT.done,
  json: { database, seeds: [] },
  text: () => [`There are no seeds: ${folder} has no SQL file and no script. Nothing was done.`],
})

const seedLines = (seeds: readonly DoneSeed[], style: Style): string[] =>
  columns(
    seeds.map(({ file, rows, durationMs }) => [
      style.green('✓'),
      file,
      count(rows, 'row'),
      style.dim(duration(durationMs)),
    ]),
  ).map((line) => `  ${line}`)

function summary(database: string, seeds: readonly DoneSeed[], style: Style): string {
  const rows = seeds.reduce((sum, seed) => sum + seed.rows, 0)
  return `${style.bold(database)}  ${count(seeds.length, 'seed')} written: ${count(rows, 'row')}.`
}
