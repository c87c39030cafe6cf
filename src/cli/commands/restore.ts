// `lockstep restore`: restores a backup, after saving the current content.
import { resolve } from 'node:path'
import { restoreUnconfirmed } from '../../errors/backup.js'
import { LockstepError } from '../../errors/lockstep-error.js'
import { type CommandRun, type Invocation, EXIT } from '../command/command.js'
import { requireSource } from '../backup/require-source.js'
import { confirm } from '../terminal/confirm.js'
import { lookAtFile } from '../database/look-at-file.js'
import { stepsUnderWay } from '../worker/steps-under-way.js'
import { displayPath } from '../terminal/display-path.js'
import { databaseOf } from '../settings/database-of.js'
import { loadSettings } from '../settings/load-settings.js'
import { tellPicked } from '../settings/tell-settings.js'
import { runCopying } from '../worker/run-copying.js'

/** Asks first, or requires `--yes` without a terminal. */
export const run: CommandRun = async (invocation) => {
  const { cwd, flags, words } = invocation
  const settings = await loadSettings(invocation)
  tellPicked(settings, invocation.terminal)
  const path = databaseOf(settings, cwd)
  if (!flags.yes && lookAtFile(path).exists) {
    // No question is asked about what cannot be done.
    requireSource(resolve(cwd, words[0] ?? ''), path)
    requireTerminal(invocation)
    invocation.terminal.say(...(await stepsUnderWay(settings, path)))
    await ask(displayPath(path, cwd), words[0] ?? '')
  }
  const result = await runCopying('restore', invocation)
  const saved =
    result.saved === null ? '' : ` The previous content is in ${displayPath(result.saved, cwd)}.`
  return {
    exitCode: EXIT.done,
    json: result,
    text: (style) => [
      `${style.bold(displayPath(path, cwd))}  restored from ${displayPath(result.file, cwd)}.${saved}`,
    ],
  }
}

function requireTerminal({ terminal }: Invocation): void {
  if (terminal.interactive) return
  throw new LockstepError(
    restoreUnconfirmed('there is no terminal to ask on, and --yes was not given'),
  )
}

async function ask(database: string, file: string): Promise<void> {
  if (await confirm(`Replace everything in ${database} with the content of ${file}?`)) return
  throw new LockstepError(restoreUnconfirmed('you declined'))
}
