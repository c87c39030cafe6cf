// What migrating and rolling back share: the worker, what is shown meanwhile, and the answer.
import type { CommandResult, Invocation } from '../command/command.js'
import { EXIT } from '../command/exit-code.js'
import { displayPath } from '../terminal/display-path.js'
import { renderRun } from '../render/run.js'
import { databaseOf } from '../settings/database-of.js'
import { loadSettings } from '../settings/load-settings.js'
import { tellSettings } from '../settings/tell-settings.js'
import type { OpenedMessage, RunResult } from './protocol.js'
import { runInWorker } from './run-in-worker.js'
import { watchRun } from './watch-run.js'

/** Runs migrations in the direction of `work`. Throws what the run throws. */
export async function runMigrations(
  work: 'migrate' | 'rollback',
  invocation: Invocation,
): Promise<CommandResult> {
  await tellSettings(invocation)
  const watcher = await watchRun(invocation)
  const seen: { opened?: OpenedMessage } = {}
  try {
    const watched = { ...invocation, terminal: watcher.terminal }
    const result = await runInWorker(work, watched, (message) => {
      if (message.type === 'event') watcher.hear(message.event)
      if (message.type === 'opened') tellOpened((seen.opened = message), watched)
      if (message.type === 'copying') watcher.copying(message)
    })
    const database = seen.opened?.path ?? databaseOf(await loadSettings(invocation), invocation.cwd)
    return answer(work, database, result, invocation)
  } finally {
    watcher.stop()
  }
}

/** Says that a folder was made. */
export function tellOpened(
  { path, existed, madeFolder }: OpenedMessage,
  { cwd, terminal }: Invocation,
): void {
  if (madeFolder) terminal.say(`Made the folder ${displayPath(madeFolder, cwd)} for the database.`)
  terminal.detail(`Opened ${path}${existed ? '' : ', which did not exist yet'}.`)
}

function answer(
  work: 'migrate' | 'rollback',
  database: string,
  { effects, untried, problems, backup, ...report }: RunResult,
  { cwd, flags }: Invocation,
): CommandResult {
  const dryRun = flags.dryRun === true
  const steps = report.steps.map((step, index) => ({ ...step, ...effects?.[index] }))
  return {
    exitCode: EXIT.done,
    json: {
      database,
      ...report,
      steps,
      dryRun,
      ...(untried && { untried }),
      ...(problems && { problems }),
      ...(backup !== undefined && { backup }),
    },
    text: (style) =>
      renderRun(
        {
          work,
          database: displayPath(database, cwd),
          report,
          effects: effects ?? null,
          untried: untried ?? [],
          problems: problems ?? [],
          backup: backup === undefined ? null : displayPath(backup, cwd),
        },
        style,
      ),
  }
}
