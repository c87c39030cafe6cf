// Shared by migrating and rolling back: the worker, the display meanwhile, and the result.
import { isLockstepError } from '../../errors/lockstep-error.js'
import { type CommandResult, type Invocation, EXIT } from '../command/command.js'
import type { DownSource } from '../command/down-source.js'
import { displayPath } from '../terminal/display-path.js'
import { renderProfile } from '../render/profile.js'
import { renderRun } from '../render/run.js'
import { historyOf, withHistory } from '../render/with-history.js'
import { renderSources } from '../render/sources.js'
import type { ProfiledStatement } from '../profile/profile-run.js'
import { databaseOf } from '../settings/database-of.js'
import { loadSettings } from '../settings/load-settings.js'
import { tellIfVerbose } from '../settings/tell-settings.js'
import type { OpenedMessage, RunResult, RunWork } from './protocol.js'
import type { WorkOrder } from './run-in-worker.js'
import { runWatched } from './run-watched.js'

/** Runs migrations according to `work`. Throws what the run throws. */
export async function runMigrations(work: RunWork, invocation: WorkOrder): Promise<CommandResult> {
  await tellIfVerbose(invocation)
  const seen: { opened?: OpenedMessage } = {}
  const result = await runWatched(work, invocation, (message, watched) => {
    if (message.type === 'opened') tellOpened((seen.opened = message), watched)
    if (message.type === 'undoing' && !invocation.isTold) tellSources(message.sources, watched)
  }).catch((error: unknown) => {
    tellProfile(error, invocation)
    throw error
  })
  const { path, history } = seen.opened ?? (await placeOf(invocation))
  const place = { path, ...(history !== undefined && { history }) }
  return answer(work, place, result, invocation)
}

/** The intended database, if none was opened. */
async function placeOf(invocation: Invocation): Promise<Place> {
  const settings = await loadSettings(invocation)
  return { path: databaseOf(settings, invocation.cwd), ...historyOf(settings) }
}

type Place = Pick<OpenedMessage, 'path' | 'history'>

/** Reports that a folder was created. */
export function tellOpened(
  { path, existed, madeFolder }: OpenedMessage,
  { cwd, terminal }: Invocation,
): void {
  if (madeFolder)
    terminal.say(`Created the folder ${displayPath(madeFolder, cwd)} for the database.`)
  terminal.detail(`Opened ${path}${existed ? '' : ', which did not exist yet'}.`)
}

function tellSources(sources: readonly DownSource[], { terminal }: Invocation): void {
  terminal.say(...renderSources(sources).flatMap(terminal.style.wrap))
}

/** For a run that failed. */
function tellProfile(error: unknown, { terminal }: Invocation): void {
  const profile = isLockstepError(error) ? error.facts['profile'] : undefined
  if (profile)
    terminal.complain(...renderProfile(profile as readonly ProfiledStatement[], terminal.style))
}

function answer(
  work: RunWork,
  { path: database, ...place }: Place,
  { effects, backup, ...result }: RunResult,
  { cwd, flags }: Invocation,
): CommandResult {
  const steps = result.steps.map((step, index) => ({ ...step, ...effects?.[index] }))
  return {
    exitCode: EXIT.done,
    json: {
      database,
      ...place,
      ...result,
      steps,
      dryRun: flags.dryRun === true,
      ...(backup !== undefined && { backup }),
    },
    text: (style) =>
      renderRun(
        {
          work,
          database: withHistory(displayPath(database, cwd), place),
          report: result,
          effects: effects ?? null,
          untried: result.untried ?? [],
          touched: result.touched ?? [],
          problems: result.problems ?? [],
          downs: result.downs ?? [],
          losses: result.losses ?? null,
          profile: result.profile ?? null,
          backup: backup === undefined ? null : displayPath(backup, cwd),
        },
        style,
      ),
  }
}
