// `lockstep reset`: deletes all data and starts from an empty database.
import { basename } from 'node:path'
import { visibleText } from '../../../codegen/diagnostics/visible-text.js'
import { resetUnconfirmed } from '../../errors/command-line.js'
import { LockstepError } from '../../errors/lockstep-error.js'
import type { CommandResult, CommandRun, Invocation } from '../command/command.js'
import { askText } from '../terminal/confirm.js'
import { lookAtFile } from '../database/look-at-file.js'
import { stepsUnderWay } from '../worker/steps-under-way.js'
import { EXIT } from '../command/exit-code.js'
import { displayPath } from '../terminal/display-path.js'
import { size } from '../terminal/quantities.js'
import { databaseOf } from '../settings/database-of.js'
import { describeSettings } from '../settings/describe-settings.js'
import { loadSettings } from '../settings/load-settings.js'
import { refuseProtected } from '../settings/refuse-protected.js'
import { runWatched } from '../worker/run-watched.js'

/** Asks for the name of the database, or needs `--yes` where there is no terminal to ask on. */
export const run: CommandRun = async (invocation) => {
  const settings = await loadSettings(invocation)
  for (const line of describeSettings(settings)) invocation.terminal.detail(line)
  refuseProtected(settings, 'lockstep reset')
  const path = databaseOf(settings, invocation.cwd)
  const { exists, sizeBytes } = lookAtFile(path)
  const shown = displayPath(path, invocation.cwd)
  if (!exists) return answer(path, exists, `${shown} does not exist, so there is nothing to reset.`)
  if (!invocation.flags.yes) {
    const running = await stepsUnderWay(settings, path)
    await confirm([`${shown}: ${size(sizeBytes)}`, ...running], basename(path), invocation)
  }
  await runWatched('reset', invocation)
  return answer(
    path,
    exists,
    `Everything in ${shown} was deleted. Build the schema again with \`lockstep migrate\`.`,
  )
}

const answer = (database: string, exists: boolean, text: string): CommandResult => ({
  exitCode: EXIT.done,
  json: { database, existed: exists, reset: exists },
  text: () => [text],
})

async function confirm(
  [what, ...running]: readonly string[],
  name: string,
  { terminal }: Invocation,
): Promise<void> {
  if (!terminal.interactive) {
    throw new LockstepError(
      resetUnconfirmed('there is no terminal to ask on, and --yes was not given'),
    )
  }
  terminal.say(`All data will be deleted from ${what}. This cannot be undone.`, ...running)
  const typed = (await askText(`Type ${name} to go on:`)).trim()
  // A name with characters that nobody can see or type is shown with those written out.
  if (typed === name || typed === visibleText(name)) return
  throw new LockstepError(resetUnconfirmed('the name was not typed as it is'))
}
